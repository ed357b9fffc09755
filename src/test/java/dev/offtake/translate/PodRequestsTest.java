package dev.offtake.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each case is counted as the kube-scheduler's {@code PodRequests} counts it. */
class PodRequestsTest {
    @Test
    void containersAddUp() {
        assertThat(requests("containers: [" + cpu("a", 1) + ", " + cpu("b", 2) + "]"))
                .containsEntry("cpu", 3000L);
    }

    @Test
    void anInitContainerCountsWhereItIsLargerThanTheRest() {
        assertThat(requests(
                        "containers: [" + cpu("a", 1) + "]",
                        "initContainers: [" + cpu("i", 5) + ", " + cpu("j", 3) + "]"))
                .containsEntry("cpu", 5000L);
        assertThat(requests("containers: [" + cpu("a", 8) + "]", "initContainers: [" + cpu("i", 5) + "]"))
                .containsEntry("cpu", 8000L);
    }

    @Test
    void aSidecarCountsBesideTheContainers() {
        assertThat(requests("containers: [" + cpu("a", 4) + "]", "initContainers: [" + sidecar("s", 1) + "]"))
                .containsEntry("cpu", 5000L);
    }

    @Test
    void anInitContainerCountsWithTheSidecarsStartedBeforeIt() {
        assertThat(requests(
                        "containers: [" + cpu("a", 1) + "]",
                        "initContainers: [" + sidecar("s", 2) + ", " + cpu("i", 5) + ", " + sidecar("t", 1) + "]"))
                .containsEntry("cpu", 7000L);
    }

    @Test
    void gpusOfInitContainersAreGivenOnToTheContainers() {
        assertThat(requests(
                        "containers: [{name: a, resources: {limits: {nvidia.com/gpu: 4}}}]",
                        "initContainers: [{name: i, resources: {limits: {nvidia.com/gpu: 8}}}]"))
                .containsEntry("nvidia.com/gpu", 8L);
    }

    @Test
    void limitsStandInForAbsentRequests() {
        assertThat(requests("containers: [{name: a, resources: {limits: {nvidia.com/gpu: 8, cpu: 4, memory: 1Gi},"
                        + " requests: {cpu: 2}}}]"))
                .isEqualTo(Map.of("nvidia.com/gpu", 8L, "cpu", 2000L, "memory", 1L << 30));
    }

    @Test
    void podLevelRequestsReplaceTheSum() {
        assertThat(requests(
                        "resources: {requests: {cpu: 10}, limits: {cpu: 20, memory: 2Gi}}",
                        "containers: [" + cpu("a", 1) + ", {name: b, resources: {limits: {nvidia.com/gpu: 1}}}]"))
                .isEqualTo(Map.of("cpu", 10_000L, "memory", 2L << 30, "nvidia.com/gpu", 1L));
    }

    @Test
    void podLevelLimitsStandInOnlyWhereNoContainerRequests() {
        assertThat(requests("resources: {limits: {cpu: 20}}", "containers: [" + cpu("a", 1) + "]"))
                .containsEntry("cpu", 1000L);
    }

    @Test
    void theOverheadOfTheRuntimeComesOnTop() {
        assertThat(requests("containers: [" + cpu("a", 1) + "]", "overhead: {cpu: 250m, memory: 1Mi}"))
                .isEqualTo(Map.of("cpu", 1250L, "memory", 1L << 20));
    }

    @Test
    void aContainerThatIsBeingMadeSmallerKeepsWhatItHas() {
        Pod pod = Yaml.pod("""
                spec: {containers: [{name: a, resources: {requests: {cpu: 1}}}]}
                status: {containerStatuses: [{name: a, allocatedResources: {cpu: 3}, resources: {requests: {cpu: 4}}}]}
                """);

        assertThat(PodRequests.of(pod.getSpec(), pod.getStatus())).containsEntry("cpu", 4000L);
    }

    @Test
    void zerosAreLeftOut() {
        assertThat(requests("containers: [{name: a, resources: {limits: {nvidia.com/gpu: 0}}}]"))
                .isEmpty();
    }

    private static String cpu(String name, int cpu) {
        return "{name: " + name + ", resources: {requests: {cpu: " + cpu + "}}}";
    }

    private static String sidecar(String name, int cpu) {
        return "{name: " + name + ", restartPolicy: Always, resources: {requests: {cpu: " + cpu + "}}}";
    }

    private static Map<String, Long> requests(String... spec) {
        Pod pod = Yaml.pod("spec:\n  " + String.join("\n  ", spec));
        return PodRequests.of(pod.getSpec(), pod.getStatus());
    }
}
