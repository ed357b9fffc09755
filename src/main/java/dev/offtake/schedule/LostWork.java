package dev.offtake.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What evicting work would destroy: Rule 4. */
final class LostWork {
    /** What each eviction costs beside lost work, per GPU: another place, images, warming up. */
    static final Duration OVERHEAD = Duration.ofMinutes(10);

    /** More than that no restart counts: who borrows says himself what it costs, and would be spared for a large number. */
    static final Duration LONGEST_RESTART = Duration.ofHours(1);

    private LostWork() {}

    /** GPU seconds of all seats of a gang. */
    static double of(Gang gang, Instant now) {
        double sum = 0;
        for (Seat seat : gang.seats()) {
            sum += of(gang, seat, now);
        }
        return sum;
    }

    /** GPU seconds of one seat; it loses no more than it did since it came to the gang. */
    static double of(Gang gang, Seat seat, Instant now) {
        Instant since = gang.grant().map(Decision.Grant::since).orElse(now);
        double run = seconds(since, now);
        double held = seconds(seat.since(), now);
        Optional<Checkpoint> checkpoint = gang.spec().checkpoint();
        double lost = checkpoint
                .map(c -> Math.min(held, sinceCheckpoint(gang, c, run))
                        + Math.min(c.restartCost().toMillis(), LONGEST_RESTART.toMillis()) / 1e3)
                .orElse(held);
        return seat.shape().gpus() * (lost + OVERHEAD.toSeconds());
    }

    /** A gang that was evicted before made no progress at first, and has all its checkpoints later by that. */
    private static double sinceCheckpoint(Gang gang, Checkpoint checkpoint, double run) {
        double restart = gang.ran().isZero() ? 0 : checkpoint.restartCost().toMillis() / 1e3;
        return Math.max(0, run - restart) % (checkpoint.interval().toMillis() / 1e3);
    }

    private static double seconds(Instant from, Instant now) {
        return Math.max(0, Duration.between(from, now).toMillis() / 1e3);
    }
}
