package dev.offtake.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReclaimTimeTest {
    private static final Instant JAN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant FEB = Instant.parse("2026-02-01T00:00:00Z");
    private static final Instant JUN = Instant.parse("2026-06-01T00:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Interval TERM = new Interval(JAN, JUN);

    private static Commitment lends(String gpuClass, Lending lending) {
        return new Commitment("base", gpuClass, "node", List.of(new Tranche("all", 1, TERM)), 0, lending);
    }

    private static Commitment lends(String gpuClass, int noticeMinutes, int minRuntimeMinutes) {
        return lends(
                gpuClass,
                new Lending(true, MINUTE.multipliedBy(noticeMinutes), MINUTE.multipliedBy(minRuntimeMinutes)));
    }

    private static Contract contract(String name, Interval term, int timeToPlaceMinutes, Commitment commitment) {
        return new Contract(
                name,
                name,
                term,
                JAN,
                List.of(commitment),
                timeToPlaceMinutes == 0 ? Optional.empty() : Optional.of(MINUTE.multipliedBy(timeToPlaceMinutes)));
    }

    private static Map<String, Duration> smallest(Instant now, Contract... contracts) {
        return ReclaimTime.smallestByClass(List.of(contracts), now);
    }

    @Test
    void leastRuntimeAndNoticeCountTogetherAndMayTakeJustAsLong() {
        Contract exact = contract("a", TERM, 5, lends("h100-sxm", 2, 3));
        Contract late = contract("b", TERM, 5, lends("h100-sxm", 3, 3));
        assertThat(ReclaimTime.of(exact, smallest(FEB, exact)))
                .singleElement()
                .satisfies(time -> assertThat(time.isInTime()).isTrue());
        assertThat(ReclaimTime.of(late, smallest(FEB, late))).singleElement().satisfies(time -> {
            assertThat(time.isInTime()).isFalse();
            assertThat(time.longest()).isEqualTo(MINUTE.multipliedBy(6));
            assertThat(time.agreedByLender()).isTrue();
        });
    }

    @Test
    void theSmallestOfTheClassCountsWhoeverAgreedOnIt() {
        Contract lender = contract("a", TERM, 60, lends("h100-sxm", 5, 0));
        Contract prompt = contract("b", TERM, 1, lends("h100-sxm", 0, 0));
        Contract elsewhere = contract("c", TERM, 1, lends("gb300-nvl72", 0, 0));
        assertThat(ReclaimTime.of(lender, smallest(FEB, lender, elsewhere)))
                .singleElement()
                .satisfies(time -> assertThat(time.isInTime()).isTrue());
        assertThat(ReclaimTime.of(lender, smallest(FEB, lender, prompt)))
                .singleElement()
                .satisfies(time -> {
                    assertThat(time.timeToPlace()).isEqualTo(MINUTE);
                    assertThat(time.isInTime()).isFalse();
                    assertThat(time.agreedByLender()).isFalse();
                });
    }

    @Test
    void onlyContractsInTheirTermCountAndTheLendersOwnAtAnyTime() {
        Contract later = contract("a", new Interval(FEB, JUN), 1, lends("h100-sxm", 2, 0));
        assertThat(smallest(JAN, later)).isEmpty();
        assertThat(smallest(JUN, later)).isEmpty();
        assertThat(smallest(FEB, later)).containsExactly(Map.entry("h100-sxm", MINUTE));
        assertThat(ReclaimTime.of(later, Map.of()))
                .singleElement()
                .satisfies(time -> assertThat(time.isInTime()).isFalse());
    }

    @Test
    void whatIsNotLentAndWhatNothingWasAgreedForIsNoMatter() {
        Contract idle = contract("a", TERM, 1, lends("h100-sxm", Lending.NEVER));
        Contract onDemand = contract("b", TERM, 1, new Commitment("burst", "h100-sxm", "gpu", List.of(), 8));
        Contract silent = contract("c", TERM, 0, lends("h100-sxm", 60, 0));
        assertThat(ReclaimTime.of(idle, smallest(FEB, idle))).isEmpty();
        assertThat(ReclaimTime.of(onDemand, smallest(FEB, onDemand))).isEmpty();
        assertThat(ReclaimTime.of(silent, smallest(FEB, silent))).isEmpty();
    }
}
