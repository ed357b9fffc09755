package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Rule 5: later gangs pass one that waits for its quota only if they do not delay it. */
class BackfillTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final World world = World.h100(2);
    /** Holds 16 of 32 GPUs for two hours. */
    private final Job running = job("acme", "running", 2, 8).createdAt(1).duration(HOUR.multipliedBy(2));
    /** Wants 24 of them. */
    private final Job large = job("acme", "large", 3, 8).createdAt(2);

    private void quota(int gpus) {
        world.contract(Site.contract("acme", gpus, "gpu"));
    }

    private Job small(String name) {
        return job("acme", name, 1, 8).createdAt(3);
    }

    @Test
    void aGangThatEndsBeforeTheLargerOneCanStartPassesIt() {
        quota(32);
        Job brief = small("brief").duration(HOUR);
        world.start(running).start(large).start(brief);
        assertThat(world.code(large)).isEqualTo(Reason.Code.QUOTA_REACHED);
        assertThat(world.isPlaced(brief)).isTrue();
    }

    @Test
    void oneThatEndsLaterWaitsBehindIt() {
        quota(32);
        Job all = job("acme", "all", 4, 8).createdAt(2);
        Job lengthy = small("lengthy").duration(HOUR.multipliedBy(3));
        world.start(running).start(all).start(lengthy);
        assertThat(world.code(lengthy)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);
        Job brief = small("brief").duration(HOUR.multipliedBy(2));
        world.start(brief);
        assertThat(world.isPlaced(brief)).isTrue();
    }

    @Test
    void oneThatIsHeldBackForTheLargerOneHoldsNobodyBackWhoEndsBeforeThat() {
        quota(32);
        Job all = job("acme", "all", 4, 8).createdAt(2);
        Job lengthy = small("lengthy").duration(HOUR.multipliedBy(3));
        Job brief = small("not-lengthy").createdAt(4).duration(HOUR);
        world.start(running).start(all).start(lengthy).start(brief);
        assertThat(world.code(lengthy)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);
        assertThat(world.isPlaced(brief)).isTrue();
        Job lengthier = small("not-brief").createdAt(5).duration(HOUR.multipliedBy(4));
        world.start(lengthier);
        assertThat(world.isPlaced(lengthier)).isFalse();
    }

    @Test
    void oneThatTakesWhatTheLargerOneWillNotNeedPassesWithoutADeclaredEnd() {
        quota(32);
        world.start(running).start(large).start(small("first"));
        assertThat(world.isPlaced(small("first"))).isTrue();
        world.start(small("second"));
        assertThat(world.code(small("second"))).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);
    }

    @Test
    void withoutADeclaredEndOfThoseWhoRunNobodyPassesIfThatIsToBeStrict() {
        world.reserveAfter(Duration.ZERO);
        quota(32);
        Job endless = job("acme", "endless", 2, 8).createdAt(1);
        world.start(endless).start(large).start(small("brief").duration(HOUR));
        assertThat(world.code(small("brief"))).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);
    }

    @Test
    void aGangThatWaitsIsToldWhenItCanStartAtTheEarliest() {
        quota(32);
        world.start(running).start(large);
        assertThat(world.view(large).waiting().orElseThrow().numbers())
                .containsEntry("start", Site.START.plus(HOUR.multipliedBy(2)).toString());
    }

    @Test
    void theLargerOneStartsWhenTheRunningOneEndsThoughOthersHavePassedIt() {
        quota(32);
        Job brief = small("brief").duration(HOUR);
        world.start(running).start(large).start(brief);
        for (Job ended : new Job[] {brief, running}) {
            world.podsOf(ended.id()).forEach(world::finish);
            world.withdraw(ended).settle();
        }
        assertThat(world.isPlaced(large)).isTrue();
    }

    /** One that ends after an hour, and one that does after two; three more nodes would do for who waits. */
    private void twoThatEndAndALargerOneThatWaits() {
        quota(32);
        world.start(job("acme", "hour", 1, 8).createdAt(1).duration(HOUR))
                .start(job("acme", "two", 1, 8).createdAt(1).duration(HOUR.multipliedBy(2)))
                .start(large);
    }

    @Test
    void aDeclaredEndThatPassesWithoutAnEventLetsThoseStartThatItIsEnoughFor() {
        twoThatEndAndALargerOneThatWaits();
        Job small = small("small");
        world.start(small).at(Site.START.plus(HOUR));
        assertThat(world.code(small)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);

        world.at(Site.START.plus(HOUR.multipliedBy(2)));

        assertThat(world.code(large)).isEqualTo(Reason.Code.QUOTA_REACHED);
        assertThat(world.isPlaced(small)).isTrue();
    }

    @Test
    void theSchedulerWakesUpForThatAndNotForTheEndAtWhichTheLargerOneStarts() {
        twoThatEndAndALargerOneThatWaits();
        assertThat(world.scheduler.nextWake()).hasValue(Site.START.plus(HOUR.multipliedBy(2)));
        world.at(Site.START.plus(HOUR.multipliedBy(2)));
        assertThat(world.scheduler.nextWake()).hasValue(Site.END);
    }

    @Test
    void inWholeRacksOnlyRacksThatAreGivenBackCount() {
        World racks = World.h100(3);
        racks.contract(Site.contract("acme", 3, "rack"));
        Job held = job("acme", "held", 4, 8).createdAt(1).duration(HOUR);
        Job wide = job("acme", "wide", 12, 8).createdAt(2);
        Job brief = job("acme", "brief", 4, 8).createdAt(3).duration(HOUR);
        Job lengthy = job("acme", "lengthy", 4, 8).createdAt(4).duration(HOUR.multipliedBy(2));
        racks.start(held).start(wide).start(brief).start(lengthy);
        assertThat(racks.isPlaced(brief)).isTrue();
        assertThat(racks.code(lengthy)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);
    }
}
