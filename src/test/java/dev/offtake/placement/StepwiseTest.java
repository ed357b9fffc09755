package dev.offtake.placement;

import static dev.offtake.placement.Ask.pods;
import static dev.offtake.placement.PlacementWorld.reserved;
import static dev.offtake.placement.Site.site;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Example;

/** A gang that is placed pod by pod, and what that costs. */
class StepwiseTest {
    private static final int STEPS = 30;

    /** Of three racks two are bound, in two blocks, with nine nodes left in each: one more may be bound. */
    private static PlacementWorld world() {
        PlacementWorld world =
                new PlacementWorld(site().gpus(4).blocks(2).racks(4).trays(11).spares(1));
        world.account("acme", "rack", 3, 0);
        world.placed("first", reserved("acme"), pods(1).gpus(4).on("rack", "b0-r0"));
        world.placed("all", reserved("acme"), pods(10).gpus(4).within("rack"));
        world.placed("second", reserved("acme"), pods(1).gpus(4).on("rack", "b1-r0"));
        world.release("all");
        return world;
    }

    @Example
    void nodesOfARackAreFilledOneAfterTheOtherWithoutCountingAnew() {
        PlacementWorld world = world();
        Ask ask = pods(27).gpus(4);

        FollowedFits.Tally tally = FollowedFits.of(world, ask.demand(), reserved("acme"));

        // What is left are the first nodes that are sought in each rack, and the one that binds the third.
        assertThat(tally.followed()).isGreaterThan(20);
        assertThat(tally.asked()).isLessThan(20);
        world.placed("gang", reserved("acme"), ask);
        assertThat(world.racksOf("gang")).hasSize(3).contains("b0-r0", "b1-r0");
        assertThat(world.claimed("acme")).isEqualTo(3);
    }

    @Example
    void nodesThatHoldSeveralPodsAreCountedAnew() {
        PlacementWorld world = world();

        FollowedFits.Tally tally = FollowedFits.of(world, pods(54).gpus(2).demand(), reserved("acme"));

        assertThat(tally.followed()).isZero();
        assertThat(tally.asked()).isGreaterThan(54);
    }

    /** Each step compares what is said to come next with what everything counted anew says ({@link FollowedFits}). */
    @Example
    void inTheseWorldsMuchComesNext() {
        int followed = 0;
        for (long seed = 0; seed < 40; seed++) {
            FewUnitsWorld world = new FewUnitsWorld(seed);
            for (int i = 0; i < STEPS; i++) {
                world.step();
            }
            followed += world.followed();
        }
        assertThat(followed).isGreaterThan(100);
    }
}
