package dev.offtake.operator.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.operator.act.StubApi;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the condition of a pod says of its wait is true, and said once, whoever leads. One node. */
class ToldToPodsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final DeskFixture first = new DeskFixture(1, 1);
    private final DeskFixture next = new DeskFixture(1, 1);

    @AfterEach
    void close() {
        first.close();
        next.close();
    }

    /** The pod as it is once its condition says that it waits. */
    private static Pod told(Pod pod, String code) {
        return new PodBuilder(pod)
                .editStatus()
                .addNewCondition()
                .withType("offtake.dev/Placed")
                .withStatus("False")
                .withReason(code)
                .endCondition()
                .endStatus()
                .build();
    }

    private static List<String> conditions(DeskFixture world, String pod) {
        return world.api.writes("PATCH", "/pods/" + pod + "/status").stream()
                .map(StubApi.Write::body)
                .toList();
    }

    private static Pod lonePod(DeskFixture world) {
        return new PodBuilder(world.pod("none", "lone"))
                .editMetadata()
                .withOwnerReferences()
                .addToAnnotations("offtake.dev/gpu-class", "no-such")
                .endMetadata()
                .build();
    }

    @Test
    void aFollowerThatSawWhatALonePodWasToldTellsNothingAgain() {
        first.desk.lead();
        Pod pod = lonePod(first);
        first.show(pod);
        first.settle();
        first.later(PATIENCE);
        assertThat(conditions(first, "lone")).singleElement().asString().contains("NoActiveContract");
        assertThat(first.api.writes("POST", "/events")).hasSize(1);

        next.now = first.now;
        next.show(pod);
        next.show(told(pod, "NoActiveContract"));
        next.desk.lead();
        next.settle();
        next.later(PATIENCE);

        assertThat(next.api.writes()).isEmpty();
    }

    /** The leader died when it had released the pod, and not said so yet. */
    @Test
    void aPodThatRunsIsNotLeftWithTheWordThatItWaits() {
        next.job("own", 1, Map.of());
        Pod running = DeskFixture.running(
                told(next.pod("own", "own-0"), "InsufficientGpus"),
                next.nodeNames().iterator().next());
        next.show(running);
        next.desk.lead();
        next.settle();
        next.show(running);
        next.settle();

        assertThat(conditions(next, "own-0"))
                .singleElement()
                .asString()
                .contains("\"True\"", next.nodeNames().iterator().next());
    }

    @Test
    void nobodyHasToAnswerThatAPodWasReleased() {
        first.desk.lead();
        first.contract(0);
        Pod pod = first.jobOfOne("own", Map.of());
        first.later(PATIENCE);
        assertThat(conditions(first, "own-0")).hasSize(1);
        first.api.answers(write -> write.path().endsWith("/pods/own-0") ? 422 : 200);
        first.contract(1);
        first.settle();

        first.showRunning(told(pod, "QuotaReached"));
        first.settle();

        assertThat(conditions(first, "own-0")).hasSize(2).last().asString().contains("\"True\"");
    }
}
