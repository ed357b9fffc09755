package dev.offtake.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.operator.metrics.Catalog;
import dev.offtake.operator.metrics.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MetricsDocTest {
    private static final String COMMAND = "mvn test -Dtest=MetricsDocTest -Dupdate";

    /** With {@code -Dupdate} writes the rows instead of comparing them. */
    @Test
    void theTableHasEveryMetricAsItIsRegistered() throws IOException {
        Document document = Document.of("docs/metrics.md");
        List<String> expected = Catalog.all().stream().map(MetricsDocTest::row).toList();
        if (System.getProperty("update") != null) {
            String others = document.text()
                    .lines()
                    .filter(line -> !line.startsWith("| `offtake_"))
                    .collect(Collectors.joining("\n"));
            Files.writeString(document.path(), others + "\n" + String.join("\n", expected) + "\n");
        }

        assertThat(Document.of("docs/metrics.md").text().lines().filter(line -> line.startsWith("| `offtake_")))
                .as("docs/metrics.md is not what is registered; make its rows anew with: %s", COMMAND)
                .containsExactlyElementsOf(expected);
    }

    private static String row(Metric metric) {
        String labels = metric.labels().stream().map(label -> "`" + label + "`").collect(Collectors.joining(", "));
        return "| `" + metric.name() + "` | " + metric.type().name().toLowerCase(Locale.ROOT) + " | " + metric.unit()
                + " | " + labels + " | " + metric.help() + " |";
    }
}
