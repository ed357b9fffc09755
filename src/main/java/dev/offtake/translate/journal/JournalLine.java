package dev.offtake.translate.journal;

import dev.offtake.schedule.Decision;
import dev.offtake.schedule.Event;
import java.time.Instant;
import java.util.List;

/** A line of a journal. */
public sealed interface JournalLine {
    /** When it was written; that of a {@link Decided} is the instant that the scheduler was given. */
    Instant at();

    /**
     * A new scheduler, that knows nothing.
     *
     * @param format {@link JournalJson#FORMAT} of who wrote it
     */
    record Begun(Instant at, int format) implements JournalLine {}

    /** It was told this. */
    record Applied(Instant at, Event event) implements JournalLine {}

    /** It was asked, and decided this. */
    record Decided(Instant at, List<Decision> decisions) implements JournalLine {
        public Decided {
            decisions = List.copyOf(decisions);
        }
    }
}
