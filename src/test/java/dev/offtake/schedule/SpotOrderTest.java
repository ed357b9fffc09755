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
    private final Job first = job("many", "first", 1, 8);
    private final Job second = job("many", "second", 1, 8);
    private final Job other = job("large", "other", 1, 8);
    private final Job whole = job("large", "whole", 2, 8);

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
        submit(first, second, other);

        twoNodesBecomeFree();

        assertThat(world.isPlaced(first)).isTrue();
        assertThat(world.isPlaced(other)).as("younger").isTrue();
        assertThat(world.isPlaced(second)).isFalse();
    }

    @Test
    void byFairShareSmallGangsThatCameFirstLeaveNoRoomForALargeOne() {
        submit(first, second, whole);

        twoNodesBecomeFree();

        assertThat(world.isPlaced(second)).isTrue();
        assertThat(world.isPlaced(whole)).isFalse();
    }

    @Test
    void thoseThatComeTogetherWhereSomethingIsIdleHaveTheSameOrder() {
        twoNodesBecomeFree();

        for (Job job : List.of(first.createdAt(1), second.createdAt(2), other.createdAt(3))) {
            world.submit(job.tiers(Tier.SPOT)).arrive(job.tiers(Tier.SPOT), 1);
        }
        world.settle();

        assertThat(world.isPlaced(first)).isTrue();
        assertThat(world.isPlaced(other)).isTrue();
    }

    @Test
    void largestFirstLendsToTheLargestWhoseEverItIs() {
        world.scheduler.lendInOrder(SpotOrder.LARGEST_FIRST);
        submit(first, second, whole);

        twoNodesBecomeFree();

        assertThat(world.isPlaced(whole)).isTrue();
        assertThat(world.isPlaced(first)).isFalse();
    }

    @Test
    void largestFirstLooksAtSharesAmongEquals() {
        world.scheduler.lendInOrder(SpotOrder.LARGEST_FIRST);
        submit(first, second, other);

        twoNodesBecomeFree();

        assertThat(world.isPlaced(other)).isTrue();
        assertThat(world.isPlaced(second)).isFalse();
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
        submit(first, second);
        world.later(WaitRules.DEFAULT.reserveAfter().plusMinutes(1));
        world.start(whole.tiers(Tier.SPOT).createdAt(world.now));

        twoNodesBecomeFree();

        assertThat(world.isPlaced(first)).isTrue();
        assertThat(world.isPlaced(second)).as("by age, whatever its tenant has").isTrue();
        assertThat(world.isPlaced(whole)).isFalse();
    }

    @Test
    void ofOneTenantPriorityGoesBeforeSize() {
        world.scheduler.lendInOrder(SpotOrder.LARGEST_FIRST);
        submit(whole, job("large", "urgent", 1, 8).priority(10));

        twoNodesBecomeFree();

        assertThat(world.isPlaced(job("large", "urgent", 1, 8))).isTrue();
        assertThat(world.isPlaced(whole)).isFalse();
    }

    @Test
    void whoAsksForTheMostButStartsWithLittleIsNotLarge() {
        world.scheduler.lendInOrder(SpotOrder.LARGEST_FIRST);
        submit(job("many", "both", 2, 8), job("large", "elastic", 4, 8).elasticFrom(1));

        twoNodesBecomeFree();

        assertThat(world.isPlaced(job("many", "both", 2, 8))).isTrue();
    }
}
