package dev.offtake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.OptionSpec;

class OperationsDocTest {
    private static final Path DOC = Path.of(System.getProperty("basedir", ""), "docs", "operations.md");

    @Test
    void theTableHasEveryOptionWithItsVariableAndDefault() throws IOException {
        List<String> rows;
        try (Stream<String> lines = Files.lines(DOC)) {
            rows = lines.filter(line -> line.startsWith("| `--")).toList();
        }

        List<String> expected = Main.commandLine(context -> null, Map.of(), DOC)
                .getSubcommands()
                .get("operator")
                .getCommandSpec()
                .options()
                .stream()
                .filter(option -> !option.usageHelp() && !option.versionHelp())
                .map(OperationsDocTest::beginOfRow)
                .toList();

        assertThat(rows).hasSameSizeAs(expected);
        assertThat(expected)
                .allSatisfy(begin ->
                        assertThat(rows).anySatisfy(row -> assertThat(row).startsWith(begin)));
    }

    private static String beginOfRow(OptionSpec option) {
        String begin = "| `" + option.longestName() + "` | `" + EnvironmentDefaults.variable(option) + "` | ";
        return option.defaultValue() == null ? begin : begin + "`" + option.defaultValue() + "` |";
    }
}
