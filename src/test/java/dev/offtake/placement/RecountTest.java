package dev.offtake.placement;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A counter that is wrong is named, with what it should be; and what is given twice. */
class RecountTest {
    private final PlacementWorld world = new PlacementWorld(Site.site().racks(2).half(4));
    private final Shape pod = Ask.pod().gpus(2).shape();
    private final Recount recount = new Recount(world.cluster);
    private final PoolState pool = world.cluster.pools().iterator().next();
    private final int node = world.cluster.number(pool, "r0-n1");

    RecountTest() {
        world.account("racks", "rack", 1, 0);
        world.account("gpus", "gpu", 8, 8);
        world.cluster.seat("r0-n0", PlacementWorld.reserved("racks"), pod, 1);
        world.cluster.occupy("s", "r1-n0", pod);
        compare();
    }

    private void compare() {
        recount.compare(
                List.of(new Recount.Held("r0-n0", PlacementWorld.reserved("racks"), pod)),
                List.of(new Recount.Stray("s", "r1-n0", pod)));
    }

    private void isFound(String message) {
        assertThatThrownBy(this::compare).isInstanceOf(Miscount.class).hasMessageContaining(message);
    }

    @Test
    void whatIsUsedOfAResource() {
        pool.resources().use(node, pod, 1);
        isFound("used nvidia.com/gpu of node r0-n1: kept 2, counted 0");
    }

    @Test
    void whatIsCharged() {
        pool.hold(node, PoolState.OPEN, 3);
        isFound("GPUs charged on node r0-n1: kept 3, counted 0");
    }

    @Test
    void whatIsLent() {
        pool.lend(node, new Shape(0, pod.requests()), 1);
        pool.resources().lend(node, new Shape(0, pod.requests()), -1);
        compare();
        pool.resources().lend(node, pod, 1);
        pool.resources().use(node, pod, -1);
        isFound("nvidia.com/gpu of node r0-n1 free of firm work: kept 10, counted 8");
    }

    @Test
    void whatACellHas() {
        pool.cells(1).update(pool.ancestor(1, node), 1, new int[new Offers(pool.levels()).width()]);
        isFound("GPUs used or bound in east/r0 with firm work: kept 3, counted 2");
    }

    @Test
    void whatACellGives() {
        int[] less = new int[new Offers(pool.levels()).width()];
        Arrays.fill(less, -1);
        pool.occupied(1).update(pool.ancestor(1, world.cluster.number(pool, "r1-n2")), 0, less);
        isFound("free cells of node in east/r1 with all work: kept");
    }

    @Test
    void whoHasBoundACell() {
        pool.cells(1).claim(pool.ancestor(1, node), world.cluster.owner("racks"), 2);
        isFound("claims of east/r0 with firm work: kept {2=4}, counted {2=2}");
    }

    @Test
    void whatIsNotBeside() {
        world.cluster.seat("r1-n1", PlacementWorld.onDemand("gpus"), pod, 1);
        isFound("seats on r1-n1: kept Optional[");
    }

    @Test
    void whatFitsWasNotCountedAnew() {
        NodeFilter any = NodeFilter.ANY;
        world.cluster.filters().accepted(pool, any).clear(node);
        for (int turn = 1; turn < Recount.TURNS; turn++) {
            compare();
        }
        isFound("nodes of pool east that");
    }

    @Test
    void nothingIsGivenTwice() {
        Shape whole = Ask.pod().gpus(8).shape();
        Given before = Given.of(world.cluster);
        world.cluster.seat("r0-n1", PlacementWorld.spot("gpus"), whole, 1);
        Given.compare(world.cluster, before, Set.of(), Map.of());
        world.cluster.seat("r0-n1", PlacementWorld.spot("gpus"), whole, 1);
        assertThatThrownBy(() -> Given.compare(world.cluster, before, Set.of(), Map.of()))
                .isInstanceOf(Miscount.class)
                .hasMessageContaining("I1: a decision gave more nvidia.com/gpu of node r0-n1 than it has");
        assertThatCode(() -> Given.compare(world.cluster, before, Set.of("r0-n1"), Map.of()))
                .as("others have to leave first")
                .doesNotThrowAnyException();
        assertThatCode(() -> Given.compare(world.cluster, Given.of(world.cluster), Set.of(), Map.of()))
                .as("it was so before")
                .doesNotThrowAnyException();
    }

    @Test
    void nobodyIsGivenMoreThanHeIsEntitledTo() {
        Given before = Given.of(world.cluster);
        world.cluster.seat("r1-n1", PlacementWorld.reserved("racks"), pod, 1);
        assertThatThrownBy(() -> Given.compare(world.cluster, before, Set.of(), Map.of()))
                .isInstanceOf(Miscount.class)
                .hasMessageContaining("I3: a decision raised what is claimed of racks to Claimed[units=2, usable=2]");
        assertThatThrownBy(() -> Given.compare(world.cluster, before, Set.of(), Map.of("racks", 0)))
                .as("what is claimed twice counts against what is usable")
                .isInstanceOf(Miscount.class);
    }
}
