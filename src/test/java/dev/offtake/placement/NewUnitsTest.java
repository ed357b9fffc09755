package dev.offtake.placement;

import static dev.offtake.placement.Ask.pods;
import static dev.offtake.placement.PlacementWorld.reserved;
import static dev.offtake.placement.Site.site;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** What a commitment has left tells which cells need not be tried. */
class NewUnitsTest {
    private static final int STEPS = 30;

    /** Of three racks two are bound, in two blocks, with three nodes left in each: one more may be bound. */
    private static PlacementWorld world(int blocks) {
        PlacementWorld world =
                new PlacementWorld(site().gpus(4).blocks(blocks).racks(4).trays(4));
        world.account("acme", "rack", 3, 0);
        world.placed("first", reserved("acme"), pods(4).gpus(4).on("rack", "b0-r0"));
        world.placed("second", reserved("acme"), pods(1).gpus(4).on("rack", "b1-r0"));
        world.release("first");
        world.placed("first", reserved("acme"), pods(1).gpus(4).on("rack", "b0-r0"));
        return world;
    }

    private static List<Fits.Domain> blocks(PlacementWorld world, Ask ask, boolean skips) {
        return CountedFits.sought(world, ask.demand(), "acme", skips).stream()
                .filter(domain -> domain.depth() == 1)
                .distinct()
                .toList();
    }

    @Example
    void blocksAreNotTriedInWhichTheGangWouldBindMoreThanIsLeft() {
        Ask ask = pods(9).gpus(4).near("block");
        for (int blocks : new int[] {3, 12}) {
            PlacementWorld world = world(blocks);
            // Two more racks in any block: three nodes are bound already in two of them, in the others none.
            assertThat(blocks(world, ask, false)).hasSize(blocks);
            // The one to which the pool comes as a whole, after them.
            assertThat(blocks(world, ask, true)).hasSize(1);
            assertThat(world.placed("gang", reserved("acme"), ask)).hasSize(9);
            assertThat(world.claimed("acme")).isEqualTo(3);
        }
    }

    @Example
    void blocksAreTriedInWhichWhatIsBoundHoldsTheRest() {
        Ask ask = pods(7).gpus(4).near("block");
        PlacementWorld world = world(12);
        assertThat(blocks(world, ask, true)).hasSize(1);
        world.placed("gang", reserved("acme"), ask);
        assertThat(world.racksOf("gang")).hasSize(2).contains("b0-r0");
        assertThat(world.claimed("acme")).isEqualTo(3);
    }

    @Example
    void nothingIsTriedForMoreThanTheCommitmentHasLeft() {
        PlacementWorld world = world(3);
        assertThat(CountedFits.sought(world, pods(11).gpus(4).demand(), "acme", false))
                .isNotEmpty();
        assertThat(CountedFits.sought(world, pods(11).gpus(4).demand(), "acme", true))
                .isEmpty();
        world.refused(reserved("acme"), pods(11).gpus(4));
        world.placed("gang", reserved("acme"), pods(10).gpus(4));
    }

    /** Each step places a gang both ways ({@link PlacementWorld#place}) and compares what comes of it. */
    @Property(tries = 60, shrinking = ShrinkingMode.OFF, generation = GenerationMode.RANDOMIZED)
    void whatIsSkippedWouldNotHaveBeenFound(@ForAll long seed) {
        FewUnitsWorld world = new FewUnitsWorld(seed);
        for (int i = 0; i < STEPS; i++) {
            world.step();
        }
    }

    @Example
    void inTheseWorldsMuchIsSkipped() {
        int skipped = 0;
        int refused = 0;
        int placed = 0;
        for (long seed = 0; seed < 40; seed++) {
            FewUnitsWorld world = new FewUnitsWorld(seed);
            for (int i = 0; i < STEPS; i++) {
                world.step();
            }
            skipped += world.skipped();
            refused += world.refused();
            placed += world.placed();
        }
        assertThat(skipped).isGreaterThan(100);
        assertThat(refused).isGreaterThan(100);
        assertThat(placed).isGreaterThan(100);
    }
}
