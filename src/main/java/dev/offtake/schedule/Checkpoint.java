package dev.offtake.schedule;

import java.time.Duration;

/**
 * How much of its work a gang can do again if it is evicted.
 *
 * @param interval between two checkpoints, above 0
 * @param restartCost what every restart takes until there is progress again, at least 0
 */
public record Checkpoint(Duration interval, Duration restartCost) {
    public Checkpoint {
        if (interval.isZero() || interval.isNegative() || restartCost.isNegative()) {
            throw new IllegalArgumentException("interval " + interval + ", restart cost " + restartCost);
        }
    }
}
