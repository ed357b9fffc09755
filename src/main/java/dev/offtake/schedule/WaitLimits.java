package dev.offtake.schedule;

import java.time.Duration;
import java.util.List;

/**
 * For how long gangs wait for the sake of something better, or let others pass.
 *
 * @param reserveAfter how long others of its account pass a gang of which nobody can tell when it starts (Rule 5); zero
 *     for not at all
 * @param spotPatience for how long a gang that prefers a level rather waits than be lent a place in many cells; zero for
 *     not at all
 */
public record WaitLimits(Duration reserveAfter, Duration spotPatience) {
    /** As measured with the gang benchmark, see docs/placement.md. */
    public static final WaitLimits DEFAULT = new WaitLimits(Duration.ofDays(7), Duration.ofHours(4));

    /** @throws IllegalArgumentException if one is negative */
    public WaitLimits {
        if (reserveAfter.isNegative() || spotPatience.isNegative()) {
            throw new IllegalArgumentException("negative: " + reserveAfter + ", " + spotPatience);
        }
    }

    /** What tells a scheduler, which begins with {@link #DEFAULT}. */
    public List<Event> events() {
        return List.of(new Event.ReserveAfter(reserveAfter), new Event.BePatient(spotPatience));
    }
}
