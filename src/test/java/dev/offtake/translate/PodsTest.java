package dev.offtake.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Shape;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.PodFacts;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PodsTest {
    private static final Shape SHAPE = new Shape(1, java.util.Map.of());
    private static final Set<String> NVIDIA = Set.of("nvidia.com/gpu");
    private static final Set<String> TWO = Set.of("nvidia.com/gpu", "amd.com/gpu");
    private static final GangId GANG = new GangId("ns", "g");

    @Test
    void gpusAreCountedApartFromTheRestAndEachPodIsOnePod() {
        PodAsk ask =
                PodNeeds.of(asking("nvidia.com/gpu: 8, cpu: 64, rdma/ib: 2")).ask(NVIDIA);

        assertThat(ask)
                .isEqualTo(new PodAsk(
                        new Shape(8, Map.of("cpu", 64_000L, "rdma/ib", 2L, "pods", 1L)),
                        Optional.of("nvidia.com/gpu"),
                        NodeFilter.ANY,
                        Optional.empty()));
        assertThat(ask.wantsGpus()).isTrue();
    }

    @Test
    void aPodWithoutGpusWantsNone() {
        PodAsk ask = PodNeeds.of(asking("cpu: 1")).ask(NVIDIA);

        assertThat(ask.wantsGpus()).isFalse();
        assertThat(ask.shape().gpus()).isZero();
    }

    @Test
    void aDeviceOfTheNetworkBesideGpusIsNoProblem() {
        PodAsk ask =
                PodNeeds.of(asking("nvidia.com/gpu: 8, nvidia.com/hostdev: 8")).ask(NVIDIA);

        assertThat(ask.resource()).contains("nvidia.com/gpu");
        assertThat(ask.shape().requests()).containsEntry("nvidia.com/hostdev", 8L);
    }

    @Test
    void claimsBesideGpusAreTheSchedulersBusiness() {
        Pod pod = Yaml.pod("spec: {resourceClaims: [{name: imex}], containers: [{name: a, resources: {limits:"
                + " {nvidia.com/gpu: 4}}}]}");

        assertThat(PodNeeds.of(pod).ask(NVIDIA).problem()).isEmpty();
    }

    @Test
    void withoutPoolsTheResourceIsThatOfNvidia() {
        assertThat(PodNeeds.of(asking("nvidia.com/gpu: 1")).ask(Set.of()).resource())
                .contains("nvidia.com/gpu");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            nvidia.com/gpu: 1, amd.com/gpu: 1 | "amd.com/gpu, nvidia.com/gpu" asks for two GPU resources; split the work, or ask for one of them
            nvidia.com/mig-1g.10gb: 1 | "nvidia.com/mig-1g.10gb" is offered by no pool; the pools offer amd.com/gpu, nvidia.com/gpu
            nvidia.com/gpu.shared: 1 | "nvidia.com/gpu.shared" is offered by no pool; the pools offer amd.com/gpu, nvidia.com/gpu
            nvidia.com/gpu: 1, nvidia.com/mig-1g.10gb: 1 | "nvidia.com/mig-1g.10gb" is offered by no pool; the pools offer amd.com/gpu, nvidia.com/gpu
            nvidia.com/other: 1 | "nvidia.com/other" is offered by no pool; the pools offer amd.com/gpu, nvidia.com/gpu
            deviceclass.resource.kubernetes.io/gpu: 1 | "deviceclass.resource.kubernetes.io/gpu" asks for GPUs by device class, which is not offered yet; the pools offer amd.com/gpu, nvidia.com/gpu
            """)
    void aNameThatNoPoolOffersIsToldWithThoseThatAreOffered(String limits, String message) {
        PodAsk ask = PodNeeds.of(asking(limits)).ask(TWO);

        assertThat(ask.problem().map(Problem::message)).contains("resources.requests: " + message);
        assertThat(ask.resource()).isEmpty();
        assertThat(ask.wantsGpus()).isTrue();
    }

    @Test
    void claimsInsteadOfGpusAreNotOfferedYet() {
        Pod pod = Yaml.pod("spec: {resourceClaims: [{name: gpus}], containers: [{name: a}]}");

        assertThat(PodNeeds.of(pod).ask(NVIDIA).problem().map(Problem::message))
                .contains(
                        "spec.resourceClaims: \"gpus\" asks for devices by ResourceClaim, which is not offered yet: ask"
                                + " for nvidia.com/gpu instead");
    }

    @Test
    void whatAForeignPodTakesCountsAllItsGpus() {
        assertThat(PodNeeds.of(asking("nvidia.com/gpu: 1, amd.com/gpu: 2")).shape(TWO))
                .isEqualTo(new Shape(3, Map.of("pods", 1L)));
    }

    static Stream<Arguments> states() {
        String ours = "schedulingGates: [{name: offtake.dev/placement}]";
        String both = "schedulingGates: [{name: a/x}, {name: offtake.dev/placement}, {name: b/y}]";
        String pin = "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms:"
                + " [{matchFields: [{key: metadata.name, operator: In, values: [n1]}]}]}}}";
        String refused =
                "{conditions: [{type: PodScheduled, status: \"False\", reason: Unschedulable, message: no volume}]}";
        String failed =
                "{conditions: [{type: PodScheduled, status: \"False\", reason: SchedulerError, message: no bind}]}";
        String gatedStatus = "{conditions: [{type: PodScheduled, status: \"False\", reason: SchedulingGated}]}";
        String gone = "deletionTimestamp: \"2026-01-01T00:00:00Z\"";
        return Stream.of(
                Arguments.of("", ours, gatedStatus, PodFacts.State.GATED, null, ""),
                Arguments.of("", ours + ", " + pin, "{}", PodFacts.State.GATED, null, ""),
                Arguments.of("", both, "{}", PodFacts.State.HELD, null, "a/x,b/y"),
                Arguments.of("", pin, gatedStatus, PodFacts.State.RELEASED, "n1", ""),
                Arguments.of("", pin, refused, PodFacts.State.REFUSED, "n1", "no volume"),
                Arguments.of("", pin, failed, PodFacts.State.REFUSED, "n1", "no bind"),
                Arguments.of("", "nodeName: n2", "{phase: Running}", PodFacts.State.BOUND, "n2", ""),
                Arguments.of(gone, pin, refused, PodFacts.State.TERMINATING, "n1", ""),
                Arguments.of(gone, ours, "{}", PodFacts.State.TERMINATING, null, ""),
                Arguments.of("", "nodeName: n2", "{phase: Succeeded}", PodFacts.State.FINISHED, "n2", ""),
                Arguments.of(gone, "nodeName: n2", "{phase: Failed}", PodFacts.State.FINISHED, "n2", ""));
    }

    @ParameterizedTest
    @MethodSource("states")
    void aPodSaysHowFarItIs(String meta, String spec, String status, PodFacts.State state, String node, String words) {
        Pod pod = Yaml.pod("{metadata: {name: p, uid: u, " + meta + "}, spec: {" + spec + "}, status: " + status + "}");

        assertThat(Pods.facts(pod, GANG, "workers", SHAPE))
                .isEqualTo(new PodFacts("u", "p", GANG, "workers", -1, state, Optional.ofNullable(node), words, SHAPE));
    }

    @ParameterizedTest
    @CsvSource({"'3', 3", "'x', -1", "'-7', -1", "'99999999999', -1"})
    void theCompletionIndexIsThatOfTheJobController(String value, int index) {
        Pod pod = Yaml.pod("{metadata: {name: p, uid: u, annotations: {batch.kubernetes.io/job-completion-index: '"
                + value + "'}}, spec: {}}");

        assertThat(Pods.facts(pod, GANG, "workers", SHAPE).index()).isEqualTo(index);
    }

    private static Pod asking(String limits) {
        return Yaml.pod("spec: {containers: [{name: a, resources: {limits: {" + limits + "}}}]}");
    }
}
