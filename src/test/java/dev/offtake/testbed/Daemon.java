package dev.offtake.testbed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** One child process of the control plane, with its log file. */
final class Daemon {
    private static final int LINES_IN_MESSAGES = 15;
    private static final long POLL_NANOS = Duration.ofMillis(25).toNanos();

    private final String name;
    private final Path log;
    private final Process process;

    private Daemon(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    static Daemon start(Path binary, List<String> arguments, Path logs, Reaper reaper) throws IOException {
        String name = binary.getFileName().toString();
        Path log = Files.createDirectories(logs).resolve(name + ".log");
        List<String> command = new ArrayList<>();
        command.add(binary.toString());
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        process.getOutputStream().close();
        reaper.watch(process);
        return new Daemon(name, log, process);
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Waits until the process answers.
     *
     * @throws IOException if it ends or does not answer in time; the message carries the end of its log
     */
    void awaitReady(BooleanSupplier ready, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!ready.getAsBoolean()) {
            if (!process.isAlive()) {
                throw new IOException(name + " ended with exit code " + process.exitValue() + " at its start; end of "
                        + log + ":\n" + lastLines());
            }
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        name + " is not ready after " + limit.toSeconds() + " s; end of " + log + ":\n" + lastLines());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        if (!process.isAlive()) {
            throw new IOException(name + " ended at its start, another process answers on its port; end of " + log
                    + ":\n" + lastLines());
        }
    }

    /** Kills it: what it keeps is thrown away anyway. */
    void stop() {
        process.destroyForcibly();
        try {
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String lastLines() throws IOException {
        // A log may end in the middle of a character, so no strict decoding.
        List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                .lines()
                .toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_IN_MESSAGES), lines.size()));
    }
}
