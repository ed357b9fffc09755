package dev.offtake.operator.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.Enforcement;
import dev.offtake.api.GPUWorkloadStatus.Phase;
import dev.offtake.operator.act.StubApi;
import dev.offtake.translate.Tenancy;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is written when a leader finds what was left in a namespace when its enforcement was another. */
class TransitionsTest {
    private static final String RECORD = "job-train";
    private static final Duration A_WHILE = Duration.ofSeconds(2);

    private final DeskFixture before = new DeskFixture(1, 1);
    private final DeskFixture next = new DeskFixture(1, 1);

    @AfterEach
    void close() {
        before.close();
        next.close();
    }

    private static void enforce(DeskFixture world, Enforcement enforcement) {
        world.desk.putNamespace(
                DeskFixture.NS, Optional.of(new Tenancy("acme", Optional.empty(), Optional.empty(), enforcement)));
    }

    private static Pod ungated(Pod pod) {
        return new PodBuilder(pod).editSpec().withSchedulingGates().endSpec().build();
    }

    private static Pod bound(Pod pod, String node) {
        return new PodBuilder(ungated(pod))
                .editSpec()
                .withNodeName(node)
                .endSpec()
                .editStatus()
                .withPhase("Running")
                .endStatus()
                .build();
    }

    private static List<StubApi.Write> writes(DeskFixture world, String path) {
        return world.api.writes("PATCH", path);
    }

    /** A Job in a namespace that is not enforced, of which it is said where it would be placed. */
    private Pod pending() {
        enforce(before, Enforcement.REPORT);
        before.desk.lead();
        before.job("train", 1, Map.of());
        Pod pod = ungated(before.pod("train", "train-0"));
        before.show(pod);
        before.settle();
        before.later(A_WHILE);
        assertThat(before.status(RECORD).phase()).isEqualTo(Phase.PLACED);
        return pod;
    }

    /** The same, where the cluster's scheduler has put it. */
    private Pod running() {
        Pod pod = pending();
        Pod running =
                bound(pod, before.status(RECORD).placement().get(0).nodes().get(0));
        before.show(running);
        before.later(A_WHILE);
        assertThat(before.status(RECORD).phase()).isEqualTo(Phase.RUNNING);
        assertThat(writes(before, "/pods/train-0")).isEmpty();
        return running;
    }

    @Test
    void whatRanGetsItsClaimAndThenARecordThatIsKept() {
        Pod running = running();
        next.job("train", 1, Map.of());
        next.show(running);
        next.showRecord(before, RECORD);

        next.desk.lead();
        next.settle();

        assertThat(writes(next, "/pods/train-0"))
                .singleElement()
                .satisfies(write -> assertThat(write.body())
                        .contains("offtake.dev/claim", "acme", "Reserved")
                        .doesNotContain("schedulingGates"));
        assertThat(writes(next, "/gpuworkloads/" + RECORD))
                .as("the claim is not durable yet")
                .isEmpty();

        next.show(DeskFixture.running(running, running.getSpec().getNodeName()));
        next.settle();

        assertThat(next.status(RECORD).isForecast()).isFalse();
        assertThat(next.status(RECORD).phase()).isEqualTo(Phase.RUNNING);
        assertThat(writes(next, "/gpuworkloads/" + RECORD))
                .anyMatch(write -> write.body().contains("offtake.dev/placed"));
    }

    @Test
    void aLeaderThatDiedBetweenClaimAndRecordIsFollowedByOneThatWritesTheRecord() {
        Pod running = running();
        next.job("train", 1, Map.of());
        next.show(DeskFixture.running(running, running.getSpec().getNodeName()));
        next.showRecord(before, RECORD);

        next.desk.lead();
        next.settle();

        assertThat(writes(next, "/pods/train-0")).isEmpty();
        assertThat(next.status(RECORD).isForecast()).isFalse();
    }

    @Test
    void whatOnlyWouldHaveBeenPlacedHasNoPlace() {
        pending();
        next.job("train", 1, Map.of());
        next.showRecord(before, RECORD);

        next.desk.lead();
        next.settle();
        assertThat(next.status(RECORD).placement()).isEmpty();
        assertThat(next.status(RECORD).isForecast()).isFalse();

        next.job("other", 1, Map.of());
        Pod other = next.pod("other", "other-0");
        next.show(other);
        next.settle();
        assertThat(next.releasedTo(other)).isPresent();
    }

    @Test
    void whatWaitsIsUngatedWithoutAPin() {
        enforce(next, Enforcement.REPORT);
        next.job("train", 1, Map.of());
        next.show(next.pod("train", "train-0"));

        next.desk.lead();
        next.settle();

        assertThat(writes(next, "/pods/train-0"))
                .singleElement()
                .satisfies(write -> assertThat(write.body())
                        .contains("\"remove\"", "/spec/schedulingGates/0")
                        .doesNotContain("affinity"));
    }

    @Test
    void aJobThatWasSuspendedToEvictItGoesOn() {
        before.desk.lead();
        before.job("spare", 1, Map.of("offtake.dev/tier", "Spot"));
        Pod spare = before.pod("spare", "spare-0");
        before.show(spare);
        before.settle();
        Pod running = before.showRunning(spare);
        before.job("own", 1, Map.of());
        before.show(before.pod("own", "own-0"));
        before.settle();
        assertThat(writes(before, "/jobs/spare")).hasSize(1);

        enforce(next, Enforcement.REPORT);
        next.job("spare", 1, Map.of("offtake.dev/tier", "Spot"));
        next.suspended("spare", true);
        next.show(running);
        next.showRecord(before, "job-spare");
        next.desk.lead();
        next.settle();
        next.later(A_WHILE);

        assertThat(writes(next, "/jobs/spare"))
                .singleElement()
                .satisfies(write -> assertThat(write.body()).contains("/spec/suspend", "false"));
        assertThat(next.status("job-spare").rollback()).isNull();
        assertThat(next.api.writes("DELETE", "/pods/")).isEmpty();
    }
}
