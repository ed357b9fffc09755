package dev.offtake.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadmeTest {
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:|#)([^)#]+)");

    @Test
    void theManifestsInTheReadmeAreTheFilesThatItNames() {
        List<Document.Block> manifests = Document.of("README.md").blocks().stream()
                .filter(block -> block.language().equals("yaml"))
                .toList();

        assertThat(manifests).hasSizeGreaterThanOrEqualTo(4).allSatisfy(block -> {
            String[] parts = block.text().split("\n", 2);
            assertThat(parts[0]).startsWith("# examples/");
            assertThat(parts[1]).isEqualTo(Document.read(Document.ROOT.resolve(parts[0].substring(2))));
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "CONTRIBUTING.md",
                "docs/concepts.md",
                "docs/troubleshooting.md",
                "docs/operations.md",
                "docs/simulate.md",
                "docs/metrics.md",
                "docs/security.md"
            })
    void relativeLinksLeadSomewhere(String name) {
        Document document = Document.of(name);
        Stream<String> targets = LINK.matcher(document.text()).results().map(match -> match.group(1));

        assertThat(targets).allSatisfy(target -> {
            Path file = document.path().resolveSibling(target);
            assertThat(Files.exists(file)).as("%s links to %s", name, target).isTrue();
        });
    }
}
