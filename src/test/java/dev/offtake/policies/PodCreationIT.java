package dev.offtake.policies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.LimitRangeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSchedulingGate;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClassBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a pod of a contracted namespace becomes, or is refused for, when it is created. */
@OnControlPlane(apiServerOnly = true)
class PodCreationIT {
    private static final String CREATED = "created.offtake.dev";

    private static Tenant tenant;

    @BeforeAll
    static void installPolicies(Sandbox sandbox) {
        InstalledPolicies.on(sandbox.controlPlane());
        tenant = Tenant.withAllRights(sandbox);
    }

    static Stream<Arguments> waysToAskForGpus() {
        String init = "initContainers: [{name: init, image: none, %s resources: {limits: {nvidia.com/gpu: 1}}}]";
        return Stream.of(
                Arguments.of("a container", Pods.gpu()),
                Arguments.of(
                        "a second container",
                        Pods.pod(
                                "",
                                "{cpu: 1}",
                                "- {name: two, image: none, resources: {limits: {nvidia.com/gpu: 1}}}")),
                Arguments.of("an init container", Pods.cpu(init.formatted(""))),
                Arguments.of("a sidecar", Pods.cpu(init.formatted("restartPolicy: Always,"))),
                Arguments.of("a MIG device", Pods.pod("", "{nvidia.com/mig-1g.10gb: 1}")),
                Arguments.of("a time slice", Pods.pod("", "{nvidia.com/gpu.shared: 1}")),
                Arguments.of("a device class", Pods.pod("", "{deviceclass.resource.kubernetes.io/gpu.nvidia.com: 1}")),
                Arguments.of("a resource claim", Pods.cpu("resourceClaims: [{name: gpu, resourceClaimName: gpu}]")),
                Arguments.of(
                        "a claim template", Pods.cpu("resourceClaims: [{name: gpu, resourceClaimTemplateName: gpu}]")),
                Arguments.of("an own list of gates", Pods.gpu("schedulingGates: [{name: example.com/data}]")),
                Arguments.of(
                        "the lines for clusters without mutation",
                        Pods.gpu(
                                "schedulingGates: [{name: offtake.dev/placement}]",
                                "priorityClassName: offtake-placed")),
                Arguments.of("a class of its choice", Pods.gpu("priorityClassName: system-cluster-critical")),
                Arguments.of("a class that preempts nobody", Pods.gpu("preemptionPolicy: PreemptLowerPriority")),
                Arguments.of("tolerations of everything", Pods.gpu("tolerations: [{operator: Exists}]")),
                Arguments.of("the longest notice", Pods.gpu("terminationGracePeriodSeconds: 3600")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waysToAskForGpus")
    void aPodThatAsksForGpusGetsTheGateAndThePriority(String way, Pod pod) {
        assertGated(create(pod));
    }

    @Test
    void otherGatesAreKept() {
        Pod pod = create(Pods.gpu("schedulingGates: [{name: example.com/data}, {name: example.com/network}]"));

        assertThat(pod.getSpec().getSchedulingGates())
                .extracting(PodSchedulingGate::getName)
                .containsExactlyInAnyOrder("example.com/data", "example.com/network", "offtake.dev/placement");
    }

    static Stream<Arguments> podsWithoutGpus() {
        return Stream.of(
                Arguments.of("CPU only", Pods.cpu()),
                Arguments.of("zero GPUs", Pods.pod("", "{nvidia.com/gpu: 0}")),
                Arguments.of("a resource of somebody else", Pods.pod("", "{example.com/fpga: 1}")),
                Arguments.of("a node of its choice", Pods.cpu("nodeName: somewhere")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("podsWithoutGpus")
    void aPodWithoutGpusIsUntouched(String what, Pod pod) {
        Pod created = create(pod);

        assertThat(created.getSpec().getSchedulingGates()).isEmpty();
        assertThat(created.getSpec().getPriorityClassName()).isNull();
        assertThat(created.getSpec().getPriority()).isZero();
        assertThat(created.getSpec().getPreemptionPolicy()).isEqualTo("PreemptLowerPriority");
    }

    @Test
    void gpusThatALimitRangePutsInAreGated(Sandbox sandbox) {
        Tenant other = Tenant.withAllRights(sandbox);
        sandbox.client()
                .resource(new LimitRangeBuilder()
                        .withNewMetadata()
                        .withName("gpus")
                        .withNamespace(other.namespace())
                        .endMetadata()
                        .withNewSpec()
                        .addNewLimit()
                        .withType("Container")
                        .addToDefault("nvidia.com/gpu", new Quantity("1"))
                        .endLimit()
                        .endSpec()
                        .build())
                .create();

        // The range is looked up anew for a namespace that it was not seen in.
        Awaitility.await().untilAsserted(() -> assertGated(create(other, Pods.cpu())));
    }

    @Test
    void gpusInTheOverheadOfARuntimeClassAreGated(Sandbox sandbox) {
        sandbox.create(new RuntimeClassBuilder()
                .withNewMetadata()
                .withName(sandbox.name("heavy"))
                .endMetadata()
                .withHandler("heavy")
                .withNewOverhead()
                .addToPodFixed("nvidia.com/gpu", new Quantity("1"))
                .endOverhead()
                .build());

        Awaitility.await()
                .ignoreException(KubernetesClientException.class)
                .untilAsserted(() -> assertGated(create(Pods.cpu("runtimeClassName: " + sandbox.name("heavy")))));
    }

    @Test
    void aPodMadeByServerSideApplyIsGated() {
        Pod pod = Pods.gpu();
        pod.getMetadata().setName("applied");

        assertGated(
                tenant.client().resource(pod).inNamespace(tenant.namespace()).serverSideApply());
    }

    @Test
    void theResourceNamesOfPoolsAreReadFromTheConfigMap(Sandbox sandbox) {
        var configMap = sandbox.client()
                .configMaps()
                .inNamespace(InstalledPolicies.SYSTEM_NAMESPACE)
                .withName("offtake-resources");
        Map<String, String> before = configMap.get().getData();
        Pod own = Pods.pod("", "{example.com/h100: 1}");
        Pod network = Pods.pod("", "{nvidia.com/hostdev: 1}");
        assertThat(create(own).getSpec().getSchedulingGates()).isEmpty();
        assertGated(create(network));
        try {
            configMap.edit(c -> with(
                    c,
                    Map.of(
                            "resources", "nvidia.com/gpu, example.com/h100",
                            "notGpus", "nvidia.com/hostdev")));

            Awaitility.await().untilAsserted(() -> assertGated(create(own)));
            assertThat(create(network).getSpec().getSchedulingGates()).isEmpty();
        } finally {
            configMap.edit(c -> with(c, before));
        }
    }

    private static ConfigMap with(ConfigMap configMap, Map<String, String> data) {
        return configMap.edit().addToData(data).build();
    }

    static Stream<Arguments> refused() {
        String gate = "schedulingGates: [{name: offtake.dev/placement}]";
        return Stream.of(
                Arguments.of("spec.nodeName n1 bypasses the contract", Pods.gpu("nodeName: n1")),
                Arguments.of(
                        "spec.nodeName n1 bypasses the contract",
                        Pods.pod(
                                "annotations: {kubernetes.io/config.mirror: abc}",
                                "{nvidia.com/gpu: 1}",
                                "nodeName: n1")),
                Arguments.of(
                        "spec.nodeName n1 bypasses the contract",
                        Pods.cpu(
                                "nodeName: n1",
                                "initContainers: [{name: i, image: none, resources: {limits: {nvidia.com/gpu: 1}}}]")),
                Arguments.of("spec.schedulerName mine does not honour the placement", Pods.gpu("schedulerName: mine")),
                Arguments.of(
                        "spec.terminationGracePeriodSeconds 3601 of a GPU pod is not from 1 to 3600",
                        Pods.gpu("terminationGracePeriodSeconds: 3601")),
                Arguments.of(
                        "spec.terminationGracePeriodSeconds 0 of a GPU pod is not from 1 to 3600",
                        Pods.gpu("terminationGracePeriodSeconds: 0")),
                Arguments.of("but the pod asks for no GPUs; leave the gate out", Pods.cpu(gate)),
                Arguments.of(
                        "but the pod asks for no GPUs; leave the gate out", Pods.pod("", "{nvidia.com/gpu: 0}", gate)),
                Arguments.of(
                        "spec.priorityClassName offtake-placed is for GPU pods",
                        Pods.cpu("priorityClassName: offtake-placed")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void aPodThatEvadesThePlacementIsRefusedWithTheFix(String words, Pod pod) {
        Refusal.by(CREATED, words, () -> create(pod));
    }

    static Stream<Arguments> invalid() {
        return Stream.of(
                Arguments.of(
                        "must set spec.nodeName if mirror pod annotation is set",
                        Pods.pod("annotations: {kubernetes.io/config.mirror: abc}", "{nvidia.com/gpu: 1}")),
                Arguments.of(
                        "spec.resources.limits[nvidia.com/gpu]", Pods.cpu("resources: {limits: {nvidia.com/gpu: 8}}")),
                Arguments.of("Limit must be set for non overcommitable resources", requestsWithoutLimits()),
                Arguments.of(
                        "spec.ephemeralContainers",
                        Pods.cpu(
                                "ephemeralContainers: [{name: e, image: none, resources: {limits: {nvidia.com/gpu: 1}}}]")),
                Arguments.of("NVIDIA.com/gpu", Pods.pod("", "{NVIDIA.com/gpu: 1}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("invalid")
    void theApiItselfRefusesTheRoutesThatNoPolicyLooksAt(String words, Pod pod) {
        Refusal.byApi(422, words, () -> create(pod));
    }

    private static Pod requestsWithoutLimits() {
        Pod pod = Pods.cpu();
        pod.getSpec().getContainers().get(0).getResources().setRequests(Map.of("nvidia.com/gpu", new Quantity("1")));
        return pod;
    }

    @Test
    void aPriorityInPlainNumbersIsRefused() {
        Refusal.byApi(403, "the integer value of priority", () -> create(Pods.cpu("priority: 2000000000")));
    }

    private static Pod create(Pod pod) {
        return create(tenant, pod);
    }

    private static Pod create(Tenant tenant, Pod pod) {
        return tenant.client().resource(pod).inNamespace(tenant.namespace()).create();
    }

    private static void assertGated(Pod pod) {
        assertThat(pod.getSpec().getSchedulingGates())
                .extracting(PodSchedulingGate::getName)
                .containsOnlyOnce("offtake.dev/placement");
        assertThat(List.of(
                        pod.getSpec().getPriorityClassName(),
                        pod.getSpec().getPriority(),
                        pod.getSpec().getPreemptionPolicy()))
                .containsExactly("offtake-placed", 1_000_000_000, "Never");
    }
}
