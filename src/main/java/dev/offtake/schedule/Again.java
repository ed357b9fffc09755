package dev.offtake.schedule;

import java.time.Duration;
import java.time.Instant;

/**
 * When it is looked again whether things are better by now for a gang that waits. The longer it has waited the less often,
 * as each look takes long among many: a chance that is seen late makes its wait longer by a sixteenth at most, and by
 * twenty minutes.
 */
final class Again {
    static final Duration FIRST = Duration.ofMinutes(5);

    static final Duration LAST = Duration.ofMinutes(20);
    private static final int SHARE = 16;

    private Again() {}

    /** @param since when it came into the queue */
    static Instant after(Instant since, Instant now) {
        Duration share = Duration.between(since, now).dividedBy(SHARE);
        Duration pause = share.compareTo(FIRST) < 0 ? FIRST : share.compareTo(LAST) > 0 ? LAST : share;
        return now.plus(pause);
    }
}
