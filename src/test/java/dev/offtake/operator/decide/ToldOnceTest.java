package dev.offtake.operator.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.operator.act.StubApi;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A claimant waits for a Job to leave the only node, and leaders change meanwhile: its user has one Event for that. */
class ToldOnceTest {
    private static final Pattern NAME = Pattern.compile("\"name\":\"(own\\.[0-9a-f]+)\"");

    private final DeskFixture first = new DeskFixture(1, 1);
    private final DeskFixture next = new DeskFixture(1, 1);

    @AfterEach
    void close() {
        first.close();
        next.close();
    }

    /** Of two with one name the API server takes the first. */
    private static List<String> namesOfEvents(DeskFixture world) {
        return world.api.writes("POST", "/events").stream()
                .map(StubApi.Write::body)
                .filter(body -> body.contains("\"Reclaiming\""))
                .map(NAME::matcher)
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .toList();
    }

    @Test
    void whoeverLeadsNextTellsOfThePlanUnderTheSameName() {
        first.desk.lead();
        Map<String, String> spot = Map.of("offtake.dev/tier", "Spot");
        Pod spare = first.showRunning(first.jobOfOne("spare", spot));
        Pod own = first.jobOfOne("own", Map.of());
        first.suspended("spare", true);
        first.later(Duration.ofSeconds(5));

        next.now = first.now;
        next.job("spare", 1, spot);
        next.suspended("spare", true);
        next.job("own", 1, Map.of());
        next.showRecord(first, "job-spare");
        next.showRecord(first, "job-own");
        next.show(spare);
        next.show(own);
        next.desk.lead();
        next.settle();
        next.later(Duration.ofSeconds(5));

        assertThat(namesOfEvents(first)).hasSize(1);
        assertThat(namesOfEvents(next)).isEqualTo(namesOfEvents(first));
    }

    @Test
    void whosePlanEndsIsToldWhyItWaitsAgain() {
        first.desk.lead();
        first.showRunning(first.jobOfOne("spare", Map.of("offtake.dev/tier", "Spot")));
        first.jobOfOne("own", Map.of());
        first.suspended("spare", true);
        first.later(Duration.ofSeconds(5));
        assertThat(eventsOf("own")).singleElement().asString().contains("\"Reclaiming\"");

        first.desk.removeContract("acme");
        first.later(Duration.ofSeconds(5));
        first.later(Duration.ofSeconds(5));

        assertThat(eventsOf("own")).hasSize(2).last().asString().contains("\"NoActiveContract\"");
        assertThat(first.status("job-own").waiting().code()).isEqualTo("NoActiveContract");
    }

    private List<String> eventsOf(String job) {
        return first.api.writes("POST", "/events").stream()
                .map(StubApi.Write::body)
                .filter(body -> body.contains("\"name\":\"" + job + "."))
                .toList();
    }
}
