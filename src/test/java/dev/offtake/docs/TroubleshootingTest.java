package dev.offtake.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.schedule.Reason;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TroubleshootingTest {
    private static final Pattern HEADING = Pattern.compile("(?m)^### `(\\w+)`$");

    @Test
    void everyReasonHasASectionAndNoSectionIsWithoutAReason() {
        Document reasons = Document.of("docs/troubleshooting.md").section("## Why a gang waits");
        List<String> headings = HEADING.matcher(reasons.text())
                .results()
                .map(MatchResult::group)
                .map(heading -> heading.replaceAll("[# `]", ""))
                .toList();

        assertThat(headings)
                .containsExactlyInAnyOrderElementsOf(Stream.of(Reason.Code.values())
                        .map(Reason.Code::spelled)
                        .toList());
    }
}
