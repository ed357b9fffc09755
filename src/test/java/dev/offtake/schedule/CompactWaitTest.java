package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Tier;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Who borrows and prefers a level rather waits for a while than lie in many cells of any level. Three racks of four nodes of 8 GPUs, in
 * each of which a gang holds all but one node.
 */
class CompactWaitTest {
    private final World world = World.h100(3);
    private final List<Job> holders =
            List.of(job("owner", "holds-1", 3, 8), job("owner", "holds-2", 3, 8), job("owner", "holds-3", 3, 8));

    CompactWaitTest() {
        world.contract(Site.contract("owner", 72, "gpu"));
        world.contract(Site.contract("guest", 8, "gpu"));
        holders.forEach(holder -> world.start(holder.required("rack")));
    }

    /** In three racks it would lie, and in two it may. */
    private static Job guest() {
        return job("guest", "borrows", 3, 8).tiers(Tier.SPOT).preferred("rack");
    }

    private Reason reason(Job job) {
        return world.view(job).waiting().orElseThrow();
    }

    @Test
    void whoBorrowsWaitsRatherThanLieInManyCellsAndSaysWhyAndUntilWhen() {
        world.start(guest());

        assertThat(reason(guest()).code()).isEqualTo(Reason.Code.NOT_COMPACT);
        assertThat(reason(guest()).numbers())
                .containsEntry("level", "rack")
                .containsEntry("cells", "3")
                .containsEntry("mostCells", "2")
                .containsEntry(
                        "until",
                        Site.START.plus(WaitRules.DEFAULT.spotPatience()).toString());
    }

    @Test
    void itStartsInOneCellAsSoonAsThereIsRoom() {
        world.start(guest()).withdraw(holders.get(1)).settle();

        assertThat(world.nodesOf(guest())).hasSize(3).allMatch(node -> node.startsWith("r2"));
    }

    @Test
    void whenItsPatienceIsOverItStartsWhereverThereIsRoomAndTheSchedulerWakesUpForIt() {
        world.start(guest());

        assertThat(world.scheduler.nextWake()).contains(Site.START.plus(WaitRules.DEFAULT.spotPatience()));
        world.later(WaitRules.DEFAULT.spotPatience().minusSeconds(1));
        assertThat(world.isPlaced(guest())).isFalse();
        world.later(Duration.ofSeconds(1));
        assertThat(world.nodesOf(guest())).hasSize(3);
        assertThat(world.scheduler.nextWake())
                .as("the next change of an account")
                .hasValueSatisfying(wake -> assertThat(wake).isAfter(Site.START.plus(Duration.ofDays(30))));
    }

    @Test
    void whoHasWaitedForSoLongSinceItWasMadeDoesNotWaitAgain() {
        world.at(Site.START.plus(WaitRules.DEFAULT.spotPatience())).start(guest());

        assertThat(world.nodesOf(guest())).hasSize(3);
    }

    @Test
    void aRestartChangesNothingAboutHowLongItWaits() {
        world.start(guest()).later(Duration.ofHours(1)).restart().settle();

        assertThat(world.scheduler.nextWake()).contains(Site.START.plus(WaitRules.DEFAULT.spotPatience()));
        world.at(Site.START.plus(WaitRules.DEFAULT.spotPatience()));
        assertThat(world.nodesOf(guest())).hasSize(3);
    }

    @Test
    void onlyTimeInTheQueueCounts() {
        world.start(guest()).withdraw(holders.get(1)).settle();
        world.later(Duration.ofHours(1));
        world.start(job("owner", "returns", 3, 8).required("rack"));
        assertThat(world.isPlaced(guest())).isFalse();

        assertThat(reason(guest()).numbers())
                .containsEntry(
                        "until",
                        Site.START
                                .plus(WaitRules.DEFAULT.spotPatience())
                                .plus(Duration.ofHours(1))
                                .toString());
    }

    @Test
    void whoPrefersNoLevelStartsAtOnce() {
        Job anywhere = job("guest", "borrows", 3, 8).tiers(Tier.SPOT);
        world.start(anywhere);

        assertThat(world.nodesOf(anywhere)).hasSize(3);
    }

    @Test
    void workWithinItsQuotaNeverWaitsForCompactness() {
        Job own = job("owner", "spread", 2, 8).tiers(Tier.RESERVED, Tier.SPOT).preferred("rack");
        world.contract(Site.contract("owner", 88, "gpu"));
        world.start(own);

        assertThat(world.nodesOf(own)).hasSize(2);
        assertThat(world.view(own).tier()).contains(Tier.RESERVED);
    }

    @Test
    void whoWaitsForItsQuotaTooSaysSoWithThatReason() {
        Job both = guest().tiers(Tier.RESERVED, Tier.SPOT);
        world.start(both);

        assertThat(reason(both).code()).isEqualTo(Reason.Code.QUOTA_REACHED);
        assertThat(reason(both).numbers())
                .containsEntry(
                        Reason.COMPACT_UNTIL,
                        Site.START.plus(WaitRules.DEFAULT.spotPatience()).toString());
    }

    @Test
    void withoutPatienceItStartsAtOnce() {
        world.start(guest());
        world.scheduler.bePatient(Duration.ZERO);
        world.settle();

        assertThat(world.nodesOf(guest())).hasSize(3);
        assertThat(world.scheduler.nextWake())
                .as("the next change of an account")
                .hasValueSatisfying(wake -> assertThat(wake).isAfter(Site.START.plus(Duration.ofDays(30))));
    }
}
