package dev.offtake.contract;

import java.time.Duration;

/**
 * Whether and how others may use what a commitment leaves idle.
 *
 * @param allowed whether they may at all
 * @param notice how long ahead they are told before it is taken back, at least 0
 * @param minRuntime how long they may run before it is taken back, at least 0
 */
public record Lending(boolean allowed, Duration notice, Duration minRuntime) {
    /** What holds where a contract says nothing. */
    public static final Lending DEFAULT = new Lending(true, Duration.ofMinutes(2), Duration.ZERO);

    /** Idle rather than lent. */
    public static final Lending NEVER = new Lending(false, Duration.ZERO, Duration.ZERO);

    public Lending {
        if (notice.isNegative() || minRuntime.isNegative()) {
            throw new IllegalArgumentException("negative duration");
        }
    }
}
