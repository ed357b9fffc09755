package dev.offtake.operator.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.Condition;
import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.contract.CommitmentId;
import dev.offtake.placement.Tier;
import dev.offtake.schedule.Decision;
import dev.offtake.schedule.Reason;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A gang is placed, evicted, placed again and over: what its conditions say, and since when. */
class WorkloadConditionsTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final Reason WAITS = Reason.of(Reason.Code.RECLAIMED, "gpus", "4", "tier", "Reserved");

    private Optional<GPUWorkloadStatus> status = Optional.empty();

    private static Instant at(int hour) {
        return START.plusSeconds(3600L * hour);
    }

    private void place(int hour) {
        Decision.Grant grant =
                new Decision.Grant(new CommitmentId("acme", "base"), Tier.SPOT, at(hour), Optional.empty());
        status = Optional.of(StatusText.placed(status, 4, grant, List.of(), false, Optional.empty(), at(hour)));
    }

    private void evict(int hour, String words) {
        Intent intent = new Intent(WAITS, words, List.of(), Optional.of(at(hour + 1)));
        status = Optional.of(StatusText.evicting(status.orElseThrow(), intent, Optional.of("uid"), at(hour)));
    }

    private void wait(int hour) {
        status = Optional.of(StatusText.waiting(status, 4, WAITS, at(hour)));
    }

    private void finish(int hour) {
        status = Optional.of(StatusText.finished(status.orElseThrow(), at(hour)));
    }

    private Optional<Condition> condition(String type) {
        return status.orElseThrow().conditions().stream()
                .filter(c -> c.type().equals(type))
                .findFirst();
    }

    private void assertCondition(String type, Condition.Status is, int sinceHour) {
        assertThat(condition(type)).hasValueSatisfying(c -> {
            assertThat(c.status()).isEqualTo(is);
            assertThat(c.lastTransitionTime()).isEqualTo(at(sinceHour));
        });
    }

    @Test
    void whoWaitsForOthersToLeaveItsPlaceHasItWhenTheyHave() {
        Decision.Grant grant =
                new Decision.Grant(new CommitmentId("acme", "base"), Tier.RESERVED, at(0), Optional.empty());
        GPUWorkloadStatus.Plan plan = new GPUWorkloadStatus.Plan(at(1), List.of(), List.of(), List.of());
        Reason reason = Reason.of(Reason.Code.RECLAIMING, Reason.DEADLINE, at(1).toString());
        status = Optional.of(StatusText.reclaiming(status, 4, grant, List.of(), plan, reason, Optional.empty()));
        assertCondition("Placed", Condition.Status.FALSE, 0);

        status = Optional.of(StatusText.placed(status, 4, grant, List.of(), false, Optional.empty(), at(1)));

        assertCondition("Placed", Condition.Status.TRUE, 1);
    }

    @Test
    void whatIsEvictedStaysSoUntilItHasAPlaceAgain() {
        place(0);
        evict(1, "first");
        wait(2);
        assertCondition("Evicted", Condition.Status.TRUE, 1);

        place(3);

        assertCondition("Evicted", Condition.Status.FALSE, 3);
        assertThat(condition("Evicted").orElseThrow().reason()).isEqualTo("Reclaimed");
        assertThat(condition("Evicted").orElseThrow().message()).isEqualTo("has a place again; before that: first");
        place(3);
        assertThat(condition("Evicted").orElseThrow().message()).isEqualTo("has a place again; before that: first");
    }

    @Test
    void theSecondEvictionHasItsOwnTimeAndOneThatIsTriedAgainHasNot() {
        place(0);
        evict(1, "first");
        wait(2);
        place(3);
        evict(4, "second");

        assertCondition("Evicted", Condition.Status.TRUE, 4);
        assertThat(condition("Evicted").orElseThrow().message()).isEqualTo("second");
        evict(5, "second");
        assertCondition("Evicted", Condition.Status.TRUE, 4);
    }

    @Test
    void whatWasFinishedAndBeginsAgainIsNotFinished() {
        place(0);
        finish(1);
        assertCondition("Finished", Condition.Status.TRUE, 1);

        wait(2);
        assertThat(condition("Finished")).isEmpty();

        place(3);
        finish(4);
        assertCondition("Finished", Condition.Status.TRUE, 4);
        place(5);
        assertThat(condition("Finished")).isEmpty();
    }
}
