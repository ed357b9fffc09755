package dev.offtake.sim.input;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Gangs with their times.
 *
 * @param origin the instant to which times refer, where the trace says it: that of the first submission
 * @param submissions in the order of their times, equal ones as in the file
 * @param skipped rows that hold no GPU work
 */
public record Trace(Path file, Optional<Instant> origin, List<Submission> submissions, int skipped) {
    public Trace {
        submissions = List.copyOf(submissions);
    }
}
