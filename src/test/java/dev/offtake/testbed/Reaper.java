package dev.offtake.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Kills what the test JVM started and removes its scratch directory, also when the JVM itself is killed: a shell waits
 * for the end of its input, which the system closes with the JVM.
 */
final class Reaper implements AutoCloseable {
    /** Signals of a terminal reach the whole process group; the shell must outlive them. */
    private static final String SCRIPT = """
            trap '' INT TERM HUP
            pids=
            while read -r pid; do pids="$pids $pid"; done
            [ -z "$pids" ] || kill -9 $pids 2>/dev/null
            for try in 1 2 3 4 5; do rm -rf "$1" && break; sleep 1; done
            """;

    private final Process shell;
    private final Writer pids;

    private Reaper(Process shell) {
        this.shell = shell;
        this.pids = shell.outputWriter(StandardCharsets.US_ASCII);
    }

    static Reaper start(Path scratch) throws IOException {
        return new Reaper(new ProcessBuilder("sh", "-c", SCRIPT, "testbed-reaper", scratch.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    synchronized void watch(Process process) {
        try {
            pids.write(process.pid() + "\n");
            pids.flush();
        } catch (IOException e) {
            process.destroyForcibly();
            throw new UncheckedIOException("the reaper of the test bed is gone", e);
        }
    }

    @Override
    public void close() throws IOException {
        pids.close();
        try {
            if (!shell.waitFor(5, TimeUnit.SECONDS)) {
                throw new IOException("the reaper of the test bed, pid " + shell.pid() + ", does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
