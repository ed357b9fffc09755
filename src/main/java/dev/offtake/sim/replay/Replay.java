package dev.offtake.sim.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.offtake.schedule.Decider;
import dev.offtake.schedule.Decision;
import dev.offtake.schedule.Journal;
import dev.offtake.sim.input.InputException;
import dev.offtake.translate.journal.JournalJson;
import dev.offtake.translate.journal.JournalLine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells a scheduler of this version what another one was told, and compares what they decide. */
public final class Replay {
    private final Path file;
    private Optional<Decider> decider = Optional.empty();
    /** Lines taken from the file: it is one ahead of the line that is carried out. */
    private long taken;

    private long number;
    private long events;
    private long cycles;
    private long decisions;

    private Replay(Path file) {
        this.file = file;
    }

    /**
     * What came out.
     *
     * @param cycles instants at which was decided
     * @param difference the first decisions that were others; empty if all were the same
     */
    public record Outcome(long events, long cycles, long decisions, Optional<Difference> difference) {}

    /**
     * Decisions that are not those of the journal.
     *
     * @param line of the journal, from 1
     */
    public record Difference(long line, List<Decision> recorded, List<Decision> now) {
        public Difference {
            recorded = List.copyOf(recorded);
            now = List.copyOf(now);
        }
    }

    /**
     * Replays a journal up to its end or the first difference.
     *
     * @throws InputException if the file is no journal
     */
    public static Outcome of(Path file) {
        // A line may be torn within a letter, which a reader of the usual kind refuses with all that comes after it.
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
            return new Replay(file).run(lines);
        } catch (NoSuchFileException e) {
            throw InputException.of(file, "is not there; name a file of operator --record");
        } catch (IOException e) {
            throw InputException.of(
                    file, "cannot be read: " + InputException.reason(e) + "; name a file of operator --record");
        }
    }

    private Outcome run(BufferedReader lines) throws IOException {
        Optional<Difference> difference = Optional.empty();
        @Nullable String text = next(lines);
        while (text != null && difference.isEmpty()) {
            number = taken;
            @Nullable String next = next(lines);
            JournalLine line = read(text, next);
            if (line instanceof JournalLine.Begun begun) {
                begin(begun);
            } else if (line instanceof JournalLine.Applied applied) {
                events++;
                current().apply(applied.event());
            } else if (line instanceof JournalLine.Decided decided) {
                difference = decide(decided);
            }
            text = next;
        }
        if (number == 0) {
            throw InputException.of(file, "is empty; name a file of operator --record");
        }
        return new Outcome(events, cycles, decisions, difference);
    }

    /** A blank line is none, such as what an editor leaves at the end. */
    private @Nullable String next(BufferedReader lines) throws IOException {
        @Nullable String text;
        do {
            text = lines.readLine();
            taken++;
        } while (text != null && text.isBlank());
        return text;
    }

    /** The last line of a process may be torn, if it was killed; it was then not carried out either. */
    private @Nullable JournalLine read(String text, @Nullable String next) {
        try {
            return JournalJson.read(text);
        } catch (JsonProcessingException e) {
            if (decider.isPresent() && (next == null || isBegin(next))) {
                return null;
            }
            throw InputException.of(
                    file,
                    number,
                    "is no line of a journal of this version: " + e.getOriginalMessage()
                            + "; name a file of operator --record, and replay it with the version that recorded it");
        }
    }

    private static boolean isBegin(String text) {
        try {
            return JournalJson.read(text) instanceof JournalLine.Begun;
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private void begin(JournalLine.Begun begun) {
        if (begun.format() != JournalJson.FORMAT) {
            throw InputException.of(
                    file,
                    number,
                    "format: \"" + begun.format() + "\" is not that of this version, " + JournalJson.FORMAT
                            + "; replay it with the version that recorded it");
        }
        decider = Optional.of(new Decider(Journal.NONE));
    }

    private Decider current() {
        return decider.orElseThrow(
                () -> InputException.of(file, number, "comes before the begin of a scheduler; keep the whole file"));
    }

    private Optional<Difference> decide(JournalLine.Decided recorded) {
        List<Decision> now = current().decide(recorded.at());
        cycles++;
        decisions += now.size();
        return now.equals(recorded.decisions())
                ? Optional.empty()
                : Optional.of(new Difference(number, recorded.decisions(), now));
    }
}
