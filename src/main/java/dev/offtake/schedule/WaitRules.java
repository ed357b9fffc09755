package dev.offtake.schedule;

import java.time.Duration;
import java.util.List;

/**
 * For how long gangs wait for the sake of something better or let others pass, who borrows first, and when one that has
 * lost nodes starts over.
 *
 * @param reserveAfter how long others of its account pass a gang of which nobody can tell when it starts, and other
 *     borrowers one that waits for what is lent (Rule 5); zero for not at all
 * @param spotPatience for how long a gang that prefers a level rather waits than be lent a place in many cells; zero for
 *     not at all
 * @param spotOrder who is first of those that wait for what is lent
 * @param startOverAfter how long a gang that runs waits for nodes that it has lost before it starts over elsewhere; zero
 *     for ever
 */
public record WaitRules(Duration reserveAfter, Duration spotPatience, SpotOrder spotOrder, Duration startOverAfter) {
    /** As measured with the gang benchmark, see docs/placement.md; five minutes are longer than most nodes take to boot. */
    public static final WaitRules DEFAULT =
            new WaitRules(Duration.ofDays(7), Duration.ofHours(4), SpotOrder.FAIR_SHARE, Duration.ofMinutes(5));

    /** @throws IllegalArgumentException if a duration is negative */
    public WaitRules {
        if (reserveAfter.isNegative() || spotPatience.isNegative() || startOverAfter.isNegative()) {
            throw new IllegalArgumentException(
                    "negative: " + reserveAfter + ", " + spotPatience + ", " + startOverAfter);
        }
    }

    /** What tells a scheduler, which begins with {@link #DEFAULT}. */
    public List<Event> events() {
        return List.of(
                new Event.ReserveAfter(reserveAfter),
                new Event.BePatient(spotPatience),
                new Event.LendInOrder(spotOrder),
                new Event.StartOverAfter(startOverAfter));
    }
}
