package dev.offtake.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RunbooksTest {
    private static final Pattern ALERT = Pattern.compile("(?m)^  - alert: (\\w+)$");
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:|#)([^)#]+)");
    private static final Pattern SEVERITY = Pattern.compile("(?ms)^  - alert: (\\w+)$.*?^      severity: (\\w+)$");
    private static final List<String> SECTIONS =
            List.of("## What it means", "## How to see it", "## What to do", "## When it goes away");

    private static List<String> pages() throws IOException {
        try (Stream<Path> files = Files.list(Document.ROOT.resolve("docs/runbooks"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void everyAlertHasAPageAndNoPageIsWithoutAnAlert() throws IOException {
        List<String> alerts = ALERT.matcher(
                        Document.of("deploy/prometheus/rules.yaml").text())
                .results()
                .map(match -> match.group(1) + ".md")
                .toList();

        assertThat(alerts).isNotEmpty();
        assertThat(pages()).containsExactlyInAnyOrderElementsOf(alerts);
    }

    @Test
    void everyPageSaysWhatTheAlertMeansHowToSeeItWhatToDoAndWhenItGoesAway() throws IOException {
        assertThat(pages()).allSatisfy(page -> {
            Document document = Document.of("docs/runbooks/" + page);
            assertThat(document.text().lines().filter(line -> line.startsWith("## ")))
                    .containsExactlyElementsOf(SECTIONS);
            assertThat(document.text()).startsWith("# " + page.replace(".md", "") + "\n");
            SECTIONS.forEach(section -> assertThat(document.section(section).text())
                    .as("%s %s", page, section)
                    .isNotBlank());
        });
    }

    @Test
    void linksLeadSomewhere() throws IOException {
        assertThat(pages()).allSatisfy(page -> {
            Path folder = Document.ROOT.resolve("docs/runbooks");
            assertThat(LINK.matcher(Document.of("docs/runbooks/" + page).text()).results())
                    .allSatisfy(link -> assertThat(folder.resolve(link.group(1)).normalize())
                            .as("%s links to %s", page, link.group(1))
                            .exists());
        });
    }

    @Test
    void theSeverityOnThePageIsThatOfTheAlert() {
        String rules = Document.of("deploy/prometheus/rules.yaml").text();

        assertThat(SEVERITY.matcher(rules).results().toList())
                .hasSize(12)
                .allSatisfy(match -> assertThat(Document.of("docs/runbooks/" + match.group(1) + ".md")
                                .text())
                        .contains("\nSeverity: " + match.group(2) + ".\n"));
    }
}
