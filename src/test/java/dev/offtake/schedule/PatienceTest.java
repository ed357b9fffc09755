package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.offtake.placement.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rule 5: who cannot tell when he starts is passed by others of his account for a while, and then no more. */
class PatienceTest {
    private static final Duration PATIENCE = Duration.ofHours(2);

    /** Two racks of four nodes of 8 GPUs, a quota of all of them, of which 32 are in use. */
    private final World world = World.h100(2).reserveAfter(PATIENCE);

    private final Job running = job("acme", "running", 4, 8).createdAt(1);
    private final Job large = job("acme", "large", 8, 8).createdAt(2);

    PatienceTest() {
        world.contract(Site.contract("acme", 64, "gpu"));
        world.start(running).start(large).later(Duration.ofSeconds(10));
    }

    private Job small(String name) {
        return job("acme", name, 1, 8).createdAt(world.now);
    }

    private Map<String, String> numbers(Job job) {
        return world.view(job).waiting().orElseThrow().numbers();
    }

    private void end(Job job) {
        world.podsOf(job.id()).forEach(world::finish);
        world.withdraw(job).settle();
    }

    private Instant end() {
        return large.spec().createdAt().plus(PATIENCE);
    }

    @Test
    void laterGangsPassOneThatNobodyCanTellWhenItStarts() {
        Job small = small("small");
        world.start(small);
        assertThat(world.isPlaced(small)).isTrue();
        assertThat(world.code(large)).isEqualTo(Reason.Code.QUOTA_REACHED);
        assertThat(numbers(large)).contains(entry("passedUntil", end().toString()));
    }

    @Test
    void whenItHasWaitedForLongEnoughEverythingIsKeptForItUntilItStarts() {
        Job early = small("early");
        world.start(early).at(end().minusSeconds(1));
        Job just = small("just");
        world.start(just);
        assertThat(world.isPlaced(just)).isTrue();

        world.at(end());
        Job late = small("late");
        world.start(late);
        assertThat(world.code(late)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);
        assertThat(numbers(late)).contains(entry("keptSince", end().toString()), entry("kept", "64"));

        end(running);
        end(early);
        assertThat(world.isPlaced(late)).isFalse();
        end(just);
        assertThat(world.isPlaced(large)).isTrue();
    }

    @Test
    void theSchedulerWakesUpWhenThatIs() {
        assertThat(world.scheduler.nextWake()).hasValue(end());
        world.at(end());
        assertThat(world.scheduler.nextWake().filter(end()::equals)).isEmpty();
    }

    @Test
    void onlyForTheFirstOfThemIsAllKeptAtATime() {
        Job second = job("acme", "second", 6, 8).createdAt(3);
        world.start(second).at(end().plusSeconds(10));
        Job late = small("late");
        world.start(late);
        assertThat(numbers(late)).contains(entry("kept", "64"));
        world.withdraw(large).settle();
        assertThat(world.code(late)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);
        world.withdraw(second).settle();
        assertThat(world.isPlaced(late)).isTrue();
    }

    @Test
    void whatAGangThatIsOverLeavesPodByPodIsKeptForTheFirstForWhomAllOfItIsEnough() {
        world.terminationHangs = true;
        world.withdraw(running).settle();
        List<Pod> leaving = world.podsOf(running.id());
        world.gone(leaving.get(0));
        Job late = small("late");
        world.start(late);
        assertThat(world.code(late)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);

        leaving.subList(1, leaving.size()).forEach(world::gone);
        world.settle();
        assertThat(world.isPlaced(large)).isTrue();
        assertThat(world.isPlaced(late)).isFalse();
    }

    @Test
    void withZeroNobodyPasses() {
        world.reserveAfter(Duration.ZERO);
        Job small = small("small");
        world.start(small);
        assertThat(world.code(small)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);
    }

    @Test
    void workOfLowerPriorityDoesNotPassButMayBorrowWhatLiesIdle() {
        Job urgent = job("acme", "urgent", 8, 8).createdAt(3).priority(1);
        world.withdraw(large).start(urgent);
        Job small = small("small");
        Job borrows = small("borrows").tiers(Tier.RESERVED, Tier.SPOT);
        Job alike = small("alike").priority(1);
        world.start(small).start(borrows).start(alike);
        assertThat(world.code(small)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);
        assertThat(numbers(small)).doesNotContainKey("keptSince");
        assertThat(world.view(borrows).tier()).hasValue(Tier.SPOT);
        assertThat(world.view(alike).tier()).hasValue(Tier.RESERVED);
    }

    @Test
    void moreUrgentWorkPassesEvenThen() {
        world.at(end());
        Job urgent = small("urgent").priority(1);
        world.start(urgent);
        assertThat(world.isPlaced(urgent)).isTrue();
    }

    @Test
    void otherAccountsDoNotWaitForIt() {
        world.contract(Site.contract("globex", 8, "gpu"));
        world.contract(Site.contract("acme", 40, "gpu"));
        world.at(end());
        Job other = job("globex", "other", 1, 8).createdAt(world.now);
        world.start(other);
        assertThat(world.isPlaced(other)).isTrue();
    }

    @Test
    void aBorrowerGetsNoQuotaThatIsKept() {
        Job borrower = job("acme", "borrower", 2, 8).tiers(Tier.RESERVED, Tier.SPOT);
        world.at(end());
        world.start(borrower.createdAt(world.now));
        assertThat(world.view(borrower).tier()).hasValue(Tier.SPOT);
        Job other = job("acme", "other", 1, 8).tiers(Tier.SPOT);
        world.start(other);
        end(other);
        assertThat(world.view(borrower).tier()).hasValue(Tier.SPOT);
        world.withdraw(large).settle();
        assertThat(world.view(borrower).tier()).hasValue(Tier.RESERVED);
    }

    @Test
    void withDeclaredEndsNobodyPassesWhoDelaysItFromTheStart() {
        Job ends = job("globex", "ends", 4, 8).createdAt(1).duration(Duration.ofHours(1));
        world.withdraw(large).withdraw(running).settle();
        world.contract(Site.contract("acme", 24, "gpu")).contract(Site.contract("globex", 40, "gpu"));
        world.start(ends).start(job("globex", "waits", 5, 8).createdAt(2));
        Job brief = job("globex", "brief", 1, 8).createdAt(3).duration(Duration.ofHours(1));
        Job lengthy = job("globex", "lengthy", 1, 8).createdAt(4).duration(Duration.ofHours(2));
        world.start(lengthy);
        assertThat(world.code(lengthy)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);
        assertThat(numbers(lengthy))
                .contains(entry("endBy", world.now.plus(Duration.ofHours(1)).toString()));
        world.start(brief);
        assertThat(world.isPlaced(brief)).isTrue();
    }

    @Test
    void whoWaitsForSupplyIsPassedAsWell() {
        world.withdraw(running).withdraw(large).settle();
        world.node("r1n1", node -> Site.ready(node, false)).settle();
        Job all = job("acme", "all", 8, 8).createdAt(2);
        Job small = job("acme", "small", 1, 8).createdAt(3);
        world.start(all).start(small);
        assertThat(world.isPlaced(small)).isTrue();
        world.withdraw(small).at(end());
        Job late = small("late");
        world.start(late);
        assertThat(world.isPlaced(late)).isFalse();
    }

    @Test
    void aRestartChangesNothingOfThat() {
        world.at(end()).restart().settle();
        Job late = small("late");
        world.start(late);
        assertThat(world.code(late)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);
    }

    @Test
    void timeThatItRanDoesNotCount() {
        // It borrows for an hour, and has to go.
        Job borrows = job("acme", "borrows", 4, 8)
                .tiers(Tier.RESERVED, Tier.SPOT)
                .createdAt(world.now)
                .priority(0);
        world.withdraw(large).settle();
        world.contract(Site.contract("acme", 40, "gpu")).contract(Site.contract("globex", 24, "gpu"));
        world.start(borrows);
        assertThat(world.view(borrows).tier()).hasValue(Tier.SPOT);
        Instant began = world.now;
        world.later(Duration.ofHours(1));
        world.start(job("globex", "claims", 3, 8).createdAt(world.now));
        assertThat(world.isPlaced(borrows)).isFalse();

        world.at(began.plus(PATIENCE).plusSeconds(1));
        Job passes = small("passes");
        world.start(passes);
        assertThat(world.isPlaced(passes)).isTrue();
        end(passes);
        world.at(began.plus(PATIENCE).plus(Duration.ofHours(1)));
        Job late = small("late");
        world.start(late);
        assertThat(world.code(late)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);
    }
}
