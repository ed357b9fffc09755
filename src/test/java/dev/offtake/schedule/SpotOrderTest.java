package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Tier;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Who of those that wait for what is idle is first. One rack of four nodes of 8 GPUs, all held, of which two become free;
 * the two tenants that wait for them have committed 4 each.
 */
class SpotOrderTest {
    private final World world = World.h100(1);
    private final Job holds = job("owner", "holds", 2, 8);

    SpotOrderTest() {
        world.contract(Site.contract("owner", 16, "gpu"));
        world.contract(Site.contract("guest", 8, "gpu"));
        world.contract(Site.contract("many", 4, "gpu"));
        world.contract(Site.contract("large", 4, "gpu"));
        world.start(holds).start(job("guest", "stays", 2, 8).tiers(Tier.SPOT));
    }

    /** The first is the oldest. */
    private void submit(Job... jobs) {
        for (int i = 0; i < jobs.length; i++) {
            world.start(jobs[i].tiers(Tier.SPOT).createdAt(i));
        }
    }

    private void twoNodesBecomeFree() {
        world.withdraw(holds).settle();
    }

    @Test
    void byFairShareTheTenantWithTheFewestLentGpusPerCommittedOneIsFirstWhateverTheSize() {
        submit(job("many", "first", 1, 8), job("many", "second", 1, 8), job("large", "other", 1, 8));

        twoNodesBecomeFree();

        assertThat(world.isPlaced(job("many", "first", 1, 8))).isTrue();
        assertThat(world.isPlaced(job("large", "other", 1, 8))).as("younger").isTrue();
        assertThat(world.isPlaced(job("many", "second", 1, 8))).isFalse();
    }

    @Test
    void byFairShareSmallGangsThatCameFirstLeaveNoRoomForALargeOne() {
        submit(job("many", "first", 1, 8), job("many", "second", 1, 8), job("large", "whole", 2, 8));

        twoNodesBecomeFree();

        assertThat(world.isPlaced(job("many", "second", 1, 8))).isTrue();
        assertThat(world.isPlaced(job("large", "whole", 2, 8))).isFalse();
    }

    @Test
    void thoseThatComeTogetherWhereSomethingIsIdleHaveTheSameOrder() {
        twoNodesBecomeFree();

        for (Job job : List.of(
                job("many", "first", 1, 8).createdAt(1),
                job("many", "second", 1, 8).createdAt(2),
                job("large", "other", 1, 8).createdAt(3))) {
            world.submit(job.tiers(Tier.SPOT)).arrive(job.tiers(Tier.SPOT), 1);
        }
        world.settle();

        assertThat(world.isPlaced(job("many", "first", 1, 8))).isTrue();
        assertThat(world.isPlaced(job("large", "other", 1, 8))).isTrue();
    }

    @Test
    void largestFirstLendsToTheLargestWhoseEverItIs() {
        world.scheduler.lendInOrder(SpotOrder.LARGEST_FIRST);
        submit(job("many", "first", 1, 8), job("many", "second", 1, 8), job("large", "whole", 2, 8));

        twoNodesBecomeFree();

        assertThat(world.isPlaced(job("large", "whole", 2, 8))).isTrue();
        assertThat(world.isPlaced(job("many", "first", 1, 8))).isFalse();
    }

    @Test
    void largestFirstLooksAtSharesAmongEquals() {
        world.scheduler.lendInOrder(SpotOrder.LARGEST_FIRST);
        submit(job("many", "first", 1, 8), job("many", "second", 1, 8), job("large", "other", 1, 8));

        twoNodesBecomeFree();

        assertThat(world.isPlaced(job("large", "other", 1, 8))).isTrue();
        assertThat(world.isPlaced(job("many", "second", 1, 8))).isFalse();
    }

    @Test
    void largestFirstTellsNoSizesApartThatAreBelowANode() {
        world.scheduler.lendInOrder(SpotOrder.LARGEST_FIRST);
        world.start(job("owner", "more", 1, 8));
        submit(job("many", "four", 1, 4), job("large", "six", 1, 6));

        twoNodesBecomeFree();

        assertThat(world.isPlaced(job("many", "four", 1, 4)))
                .as("the older one")
                .isTrue();
        assertThat(world.isPlaced(job("large", "six", 1, 6))).isFalse();
    }

    @Test
    void whoWasMadeLongerAgoThanReserveAfterGoesBeforeTheLargest() {
        world.scheduler.lendInOrder(SpotOrder.LARGEST_FIRST);
        submit(job("many", "first", 1, 8), job("many", "second", 1, 8));
        world.later(WaitRules.DEFAULT.reserveAfter().plusMinutes(1));
        Job whole = job("large", "whole", 2, 8).tiers(Tier.SPOT).createdAt(world.now);
        world.start(whole);

        twoNodesBecomeFree();

        assertThat(world.isPlaced(job("many", "first", 1, 8))).isTrue();
        assertThat(world.isPlaced(job("many", "second", 1, 8)))
                .as("by age, whatever its tenant has")
                .isTrue();
        assertThat(world.isPlaced(whole)).isFalse();
    }

    @Test
    void ofOneTenantPriorityGoesBeforeSize() {
        world.scheduler.lendInOrder(SpotOrder.LARGEST_FIRST);
        submit(job("large", "whole", 2, 8), job("large", "urgent", 1, 8).priority(10));

        twoNodesBecomeFree();

        assertThat(world.isPlaced(job("large", "urgent", 1, 8))).isTrue();
        assertThat(world.isPlaced(job("large", "whole", 2, 8))).isFalse();
    }

    @Test
    void whoAsksForTheMostButStartsWithLittleIsNotLarge() {
        world.scheduler.lendInOrder(SpotOrder.LARGEST_FIRST);
        submit(job("many", "both", 2, 8), job("large", "elastic", 4, 8).elasticFrom(1));

        twoNodesBecomeFree();

        assertThat(world.isPlaced(job("many", "both", 2, 8))).isTrue();
    }
}
