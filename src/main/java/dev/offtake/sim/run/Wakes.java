package dev.offtake.sim.run;

import dev.offtake.schedule.Decider;
import dev.offtake.schedule.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When the scheduler has something to do though nothing happens. It may look again at the same for ever, as nobody tells
 * it that nothing is to come; here that is known. Times are in milliseconds.
 */
final class Wakes {
    /** So long after the last thing that happened it may look again: nothing that a look depends on lasts as long. */
    private static final long LOOKS = Duration.ofDays(1).toMillis();

    private final Decider decider;
    private final Instant start;
    private long last;

    Wakes(Decider decider, Instant start) {
        this.decider = decider;
        this.start = start;
    }

    /** Something happens. */
    void happens(long now) {
        last = now;
    }

    /** Only time has passed; promises may be others by that. */
    void passes(long now) {
        if (millis(decider.scheduler().nextKnownWake()) <= now) {
            last = now;
        }
    }

    /**
     * The next instant.
     *
     * @param isAnyPlanned whether anything is known to happen later
     * @return {@link Long#MAX_VALUE} for never
     */
    long next(long now, boolean isAnyPlanned) {
        Scheduler scheduler = decider.scheduler();
        boolean looks = isAnyPlanned || now - last < LOOKS;
        long at = millis(looks ? scheduler.nextWake() : scheduler.nextKnownWake());
        return Math.max(now + 1, at);
    }

    private long millis(Optional<Instant> wake) {
        return wake.map(at -> Duration.between(start, at).plusNanos(999_999).toMillis())
                .orElse(Long.MAX_VALUE);
    }
}
