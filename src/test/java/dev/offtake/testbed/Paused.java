package dev.offtake.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A process that stands still until this is closed, for what may happen while it would be at work. */
public final class Paused implements AutoCloseable {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final long pid;

    private Paused(long pid) {
        this.pid = pid;
    }

    /** Returns when no thread of the process runs any more. */
    static Paused of(long pid) {
        Paused paused = new Paused(pid);
        paused.signal("STOP");
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (!paused.stands()) {
            if (System.nanoTime() > deadline) {
                paused.close();
                throw new IllegalStateException("process " + pid + " does not stop");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return paused;
    }

    /** The state follows the name, which is in brackets and may have any characters. */
    private boolean stands() {
        try {
            String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
        } catch (IOException e) {
            throw new UncheckedIOException("process " + pid + " is gone", e);
        }
    }

    /** Goes on. */
    @Override
    public void close() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(pid))
                    .inheritIO()
                    .start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("kill -" + name + " " + pid + ": exit code " + kill.exitValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
