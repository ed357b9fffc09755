package dev.offtake.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A program to run to its end: kubectl, helm, promtool, java. Immutable; each {@code with} gives a changed copy.
 *
 * @param environment added to that of the test JVM
 * @param stdin what the program reads
 */
public record Command(Path program, Map<String, String> environment, String stdin, Duration limit) {
    private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(60);

    public Command {
        environment = Map.copyOf(environment);
    }

    public static Command of(Path program) {
        return new Command(program, Map.of(), "", DEFAULT_LIMIT);
    }

    public Command withEnvironment(String name, String value) {
        Map<String, String> changed = new TreeMap<>(environment);
        changed.put(name, value);
        return new Command(program, changed, stdin, limit);
    }

    public Command withStdin(String text) {
        return new Command(program, environment, text, limit);
    }

    public Command withLimit(Duration changed) {
        return new Command(program, environment, stdin, changed);
    }

    /**
     * Runs it and waits for its end; a failure of the program is a result, not an exception.
     *
     * @throws AssertionError if it does not end within the limit
     */
    public CommandResult run(String... arguments) {
        List<String> line = new ArrayList<>();
        line.add(program.toString());
        line.addAll(List.of(arguments));
        String shown = program.getFileName() + " " + String.join(" ", arguments);
        try {
            Path directory = Files.createTempDirectory("command-");
            try {
                return run(line, shown, directory);
            } finally {
                Scratch.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(shown, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + shown, e);
        }
    }

    private CommandResult run(List<String> line, String shown, Path directory)
            throws IOException, InterruptedException {
        // Files, not pipes: nobody has to read while the program writes.
        Path in = Files.writeString(directory.resolve("stdin"), stdin);
        Path out = directory.resolve("stdout");
        Path err = directory.resolve("stderr");
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError(
                    shown + "\ndid not end within " + limit.toSeconds() + " s\n" + text(out) + text(err));
        }
        return new CommandResult(shown, process.exitValue(), text(out), text(err));
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
