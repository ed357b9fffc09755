package dev.offtake.translate.journal;

import dev.offtake.schedule.Decision;
import dev.offtake.schedule.Event;
import dev.offtake.schedule.Journal;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes a journal at the end of a file. Each decision is on disk, as far as the operating system is concerned, before
 * it is carried out. When the file cannot be written any more, the journal ends and the work goes on.
 */
public final class JournalWriter implements Journal, AutoCloseable {
    private final BufferedWriter out;
    private final InstantSource clock;
    private final Consumer<IOException> onFailure;
    private boolean ended;

    /**
     * Opens the file, which is made if it is not there.
     *
     * @param clock for when events were told
     * @param onFailure told once, when the journal ends before its time
     * @throws IOException if the file cannot be opened
     */
    public JournalWriter(Path file, InstantSource clock, Consumer<IOException> onFailure) throws IOException {
        this.clock = clock;
        this.onFailure = onFailure;
        boolean torn = endsInsideALine(file);
        out = Files.newBufferedWriter(
                file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        if (torn) {
            out.newLine();
        }
    }

    /** So does a file whose writer was killed. */
    private static boolean endsInsideALine(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) == 0) {
            return false;
        }
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
            bytes.seek(bytes.length() - 1);
            return bytes.read() != '\n';
        }
    }

    @Override
    public void begun() {
        write(new JournalLine.Begun(clock.instant(), JournalJson.FORMAT));
    }

    @Override
    public void applied(Event event) {
        write(new JournalLine.Applied(clock.instant(), event));
    }

    @Override
    public void decided(Instant now, List<Decision> decisions) {
        write(new JournalLine.Decided(now, decisions));
        attempt(out::flush);
    }

    private void write(JournalLine line) {
        if (!ended) {
            String json = JournalJson.write(line);
            attempt(() -> {
                out.write(json);
                out.write('\n');
            });
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private void attempt(Step step) {
        if (ended) {
            return;
        }
        try {
            step.run();
        } catch (IOException failure) {
            ended = true;
            onFailure.accept(failure);
        }
    }

    @Override
    public void close() {
        attempt(out::close);
        ended = true;
    }
}
