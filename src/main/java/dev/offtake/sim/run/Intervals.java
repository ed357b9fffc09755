package dev.offtake.sim.run;

import java.time.Duration;
import java.util.List;

/** Times between two samples that read well. */
final class Intervals {
    private static final int SAMPLES = 500;
    private static final Duration LONGEST = Duration.ofDays(1);
    /** Each is a multiple of those before it. */
    private static final List<Duration> ROUND = List.of(
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(10),
            Duration.ofMinutes(30),
            Duration.ofHours(1),
            Duration.ofHours(3),
            Duration.ofHours(6),
            Duration.ofHours(12));

    private Intervals() {}

    /** At most about 500 samples of a span; the longest is a day, however long that is. */
    static Duration ofAbout(Duration span) {
        return ROUND.stream()
                .filter(interval -> interval.multipliedBy(SAMPLES).compareTo(span) >= 0)
                .findFirst()
                .orElse(LONGEST);
    }

    /** The next longer one, a multiple of it: a round one up to a day, then twice as long. */
    static Duration after(Duration interval) {
        return ROUND.stream()
                .filter(longer -> longer.compareTo(interval) > 0)
                .findFirst()
                .orElse(interval.compareTo(LONGEST) < 0 ? LONGEST : interval.multipliedBy(2));
    }
}
