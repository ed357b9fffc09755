package dev.offtake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandardErrorTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "/dev/pts/3, true",
        "/dev/tty1, true",
        "/dev/console, true",
        "/dev/null, false",
        "/tmp/err.log, false",
        "pipe:[4711], false",
        "/dev/pts/3 (deleted), false"
    })
    void aTerminalIsKnownByItsDevice(String target, boolean terminal) throws IOException {
        Path descriptor = Files.createSymbolicLink(directory.resolve("2"), Path.of(target));

        boolean is = StandardError.isTerminal(descriptor);

        // Before JUnit wonders where the link leads.
        Files.delete(descriptor);
        assertThat(is).isEqualTo(terminal);
    }

    @Test
    void aClosedStreamIsNone() {
        assertThat(StandardError.isTerminal(directory.resolve("2"))).isFalse();
    }
}
