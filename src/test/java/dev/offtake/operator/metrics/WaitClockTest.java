package dev.offtake.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.schedule.GangId;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WaitClockTest {
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
    private static final GangId GANG = new GangId("train", "job-a");

    private final Map<GangId, Pods.Waiters> pods = new HashMap<>();
    private final WaitClock clock = new WaitClock();

    private void created(Instant instant, String told) {
        pods.put(GANG, new Pods.Waiters(instant, Optional.of(told).filter(code -> !code.isEmpty())));
    }

    private Instant look(Instant now) {
        return look(now, List.of(GANG)).get(GANG);
    }

    private Map<GangId, Instant> look(Instant now, List<GangId> unserved) {
        Pods seen = new Pods() {
            @Override
            public Optional<Waiters> waiters(GangId gang) {
                return Optional.ofNullable(pods.get(gang));
            }

            @Override
            public Set<String> leaving(GangId gang) {
                return Set.of();
            }

            @Override
            public Map<String, Bypass> bypasses() {
                return Map.of();
            }
        };
        return clock.look(unserved, seen, now);
    }

    @Test
    void workThatComesWaitsFromTheCreationOfItsPods() {
        look(NOON, List.of());
        created(NOON.plusSeconds(3), "");
        assertThat(look(NOON.plusSeconds(5))).isEqualTo(NOON.plusSeconds(3));
        assertThat(look(NOON.plusSeconds(500))).isEqualTo(NOON.plusSeconds(3));
    }

    @Test
    void workThatWasBeyondItsCommitmentWaitsFromWhenThereIsRoomInIt() {
        created(NOON.minusSeconds(3600), "QuotaReached");
        look(NOON, List.of());
        assertThat(look(NOON.plusSeconds(60))).isEqualTo(NOON.plusSeconds(60));
    }

    @Test
    void aRestartedProcessCountsOnFromTheCreationOfThePods() {
        created(NOON.minusSeconds(400), "InsufficientGpus");
        assertThat(look(NOON)).isEqualTo(NOON.minusSeconds(400));
        clock.stop();
        assertThat(look(NOON.plusSeconds(60))).isEqualTo(NOON.minusSeconds(400));
    }

    @Test
    void aRestartedProcessBlamesNobodyForTheTimeInWhichTheQuotaWasFull() {
        created(NOON.minusSeconds(3600), "QuotaReached");
        assertThat(look(NOON)).isEqualTo(NOON);
    }

    @Test
    void whatWaitsAgainBeginsAnew() {
        created(NOON, "");
        look(NOON.minusSeconds(1), List.of());
        assertThat(look(NOON.plusSeconds(1))).isEqualTo(NOON);
        assertThat(look(NOON.plusSeconds(10), List.of())).isEmpty();
        created(NOON.plusSeconds(20), "");
        assertThat(look(NOON.plusSeconds(21))).isEqualTo(NOON.plusSeconds(20));
    }

    @Test
    void aMomentInWhichAnotherReasonStandsInTheWayIsNoEndOfTheWait() {
        created(NOON.minusSeconds(400), "InsufficientGpus");
        look(NOON);
        look(NOON.plusSeconds(5), List.of());
        assertThat(look(NOON.plusSeconds(20))).isEqualTo(NOON.minusSeconds(400));
        look(NOON.plusSeconds(30), List.of());
        assertThat(look(NOON.plusSeconds(120))).isEqualTo(NOON.plusSeconds(120));
    }

    @Test
    void aClockThatIsBehindMakesNoWaitOfTheFuture() {
        created(NOON.plusSeconds(9), "");
        assertThat(look(NOON)).isEqualTo(NOON);
    }
}
