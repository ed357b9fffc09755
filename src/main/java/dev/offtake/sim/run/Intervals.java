package dev.offtake.sim.run;

import java.time.Duration;
import java.util.List;

/** Times between two samples that read well. */
final class Intervals {
    private static final int SAMPLES = 500;
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
                .orElse(Duration.ofDays(1));
    }
}
