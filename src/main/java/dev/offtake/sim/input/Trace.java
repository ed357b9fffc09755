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
 * @param notes what is worth knowing and no error
 */
public record Trace(
        Path file, Optional<Instant> origin, List<Submission> submissions, int skipped, List<String> notes) {
    public Trace {
        submissions = List.copyOf(submissions);
        notes = List.copyOf(notes);
    }

    /** When the last gang comes. */
    long last() {
        return submissions.get(submissions.size() - 1).submit();
    }
}
