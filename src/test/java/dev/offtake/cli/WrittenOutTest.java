package dev.offtake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class WrittenOutTest {
    private static final Path EXAMPLE =
            Path.of(System.getProperty("basedir", "")).resolve("examples/simulate");

    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    /** As {@code /dev/full} does. */
    private static final class FullDisk extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            throw new IOException("No space left on device");
        }
    }

    private int execute(String... arguments) {
        return Main.commandLine(context -> null, Map.of(), Path.of("not-in-a-pod"))
                .setOut(new PrintWriter(new FullDisk(), false, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @Test
    void aSummaryThatCannotBePrintedIsAFailureAndTheReportIsThereAllTheSame() {
        int code = execute(
                "simulate",
                "--manifests=" + EXAMPLE,
                "--trace=" + EXAMPLE.resolve("trace.csv"),
                "--until=1h",
                "--out=" + directory);

        assertThat(code).isEqualTo(1);
        assertThat(err.toString()).containsOnlyOnce("offtake: cannot write to standard output: it is on a full disk");
        assertThat(Files.exists(directory.resolve("summary.txt"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "explain", "defrag"})
    void ofACommandThatLooksAtAClusterItIsNoAnswer(String command) {
        assertThat(execute(command, "--help")).isEqualTo(2);
        assertThat(err.toString()).contains("offtake: cannot write to standard output");
    }

    /** As what is set up for a process: the writer hides what becomes of the stream behind it. */
    @ParameterizedTest
    @CsvSource({"0,1", "3,3"})
    void aStreamBehindAWriterIsAskedToo(int answer, int expected) {
        PrintStream standard = new PrintStream(new FullDisk(), false, StandardCharsets.UTF_8);
        PrintWriter out = new PrintWriter(new OutputStreamWriter(standard, StandardCharsets.UTF_8));
        Callable<Integer> prints = () -> {
            out.println("much");
            return answer;
        };

        int code = new CommandLine(CommandSpec.wrapWithoutInspection(prints))
                .setExecutionStrategy(new WrittenOut(standard))
                .setOut(out)
                .setErr(new PrintWriter(err, true))
                .execute();

        assertThat(code).isEqualTo(expected);
        assertThat(err.toString()).contains("offtake: cannot write to standard output");
    }
}
