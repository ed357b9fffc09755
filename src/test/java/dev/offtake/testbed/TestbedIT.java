package dev.offtake.testbed;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodSchedulingGate;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

@OnControlPlane
class TestbedIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final ControlPlane controlPlane;
    private final KubernetesClient client;

    TestbedIT(ControlPlane controlPlane, KubernetesClient client) {
        this.controlPlane = controlPlane;
        this.client = client;
    }

    @Test
    void theServerHasTheVersionOfTheBuild() {
        assertThat(controlPlane.kubectl("version").orFail()).contains("Server Version: v" + controlPlane.version());
    }

    @Test
    void allProcessesRun() {
        assertThat(controlPlane.pids())
                .containsOnlyKeys("etcd", "kube-apiserver", "kube-scheduler", "kube-controller-manager");
    }

    @Test
    void theStockSchedulerBindsAPodAndTheKubeletRunsIt(Sandbox sandbox) {
        LiveFleet fleet = fleet().traysPerRack(1).create(sandbox);
        Pod pod =
                sandbox.client().resource(gpuPod(sandbox, "worker", 4).build()).create();

        Pod running = awaitPhase(pod, "Running");

        assertThat(running.getSpec().getNodeName()).isEqualTo(fleet.node(0, 0));
        assertThat(running.getStatus().getStartTime()).isNotNull();
        assertThat(condition(running, "Ready")).contains("True");
        assertThat(condition(running, "PodScheduled")).contains("True");
    }

    @Test
    void aPodWithoutRoomStaysPending(Sandbox sandbox) {
        fleet().traysPerRack(1).create(sandbox);
        Pod pod = client.resource(gpuPod(sandbox, "too-large", 5).build()).create();

        soon().until(() -> condition(get(pod), "PodScheduled").equals(Optional.of("False")));
    }

    @Test
    void aGatedPodIsNotScheduled(Sandbox sandbox) {
        fleet().traysPerRack(1).create(sandbox);
        Pod gated = client.resource(gpuPod(sandbox, "gated", 1)
                        .editSpec()
                        .withSchedulingGates(new PodSchedulingGate("example.com/wait"))
                        .endSpec()
                        .build())
                .create();
        Pod free = client.resource(gpuPod(sandbox, "free", 1).build()).create();

        awaitPhase(free, "Running");

        assertThat(get(gated).getSpec().getNodeName()).isNull();
        assertThat(get(gated).getStatus().getConditions())
                .extracting(PodCondition::getType, PodCondition::getReason)
                .contains(Assertions.tuple("PodScheduled", "SchedulingGated"));
    }

    @Test
    void aJobCompletesWhenItsPodsHaveRunForTheirTime(Sandbox sandbox) {
        fleet().traysPerRack(2).create(sandbox);
        Job job = client.resource(job(sandbox, Map.of(TestKubelet.RUN_FOR, "500ms")))
                .create();

        soon().untilAsserted(() -> {
            assertThat(client.resource(job).get().getStatus().getSucceeded()).isEqualTo(2);
            assertThat(client.resource(job).get().getStatus().getCompletionTime())
                    .isNotNull();
        });
    }

    @Test
    void aJobFailsWhenItsPodsAreToldToFail(Sandbox sandbox) {
        fleet().traysPerRack(2).create(sandbox);
        Job job = client.resource(job(sandbox, Map.of(TestKubelet.RUN_FOR, "0s", TestKubelet.FAIL, "true")))
                .create();

        soon().untilAsserted(() -> assertThat(
                        client.resource(job).get().getStatus().getConditions())
                .anyMatch(c -> c.getType().equals("Failed") && c.getStatus().equals("True")));
    }

    @Test
    void aRunningPodEndsWhenItsTimeIsSetLater(Sandbox sandbox) {
        fleet().traysPerRack(1).create(sandbox);
        Pod pod = client.resource(gpuPod(sandbox, "worker", 1).build()).create();
        awaitPhase(pod, "Running");

        controlPlane
                .kubectl(
                        "annotate",
                        "pod/worker",
                        "--namespace=" + pod.getMetadata().getNamespace(),
                        TestKubelet.RUN_FOR + "=0s")
                .orFail();

        awaitPhase(pod, "Succeeded");
    }

    @Test
    void aDeletedPodGoesAtTheEndOfItsGraceAtTheLatest(Sandbox sandbox) {
        fleet().traysPerRack(1).create(sandbox);
        Pod quick = client.resource(gpuPod(sandbox, "quick", 1).build()).create();
        Pod slow = client.resource(gpuPod(sandbox, "slow", 1)
                        .editMetadata()
                        .addToAnnotations(TestKubelet.TERMINATE_AFTER, "1h")
                        .endMetadata()
                        .build())
                .create();
        awaitPhase(quick, "Running");
        awaitPhase(slow, "Running");

        client.resource(slow).withGracePeriod(600).delete();
        client.resource(quick).withGracePeriod(600).delete();

        soon().until(() -> client.resource(quick).get() == null);
        assertThat(get(slow).getMetadata().getDeletionTimestamp()).isNotNull();
        client.resource(slow).withGracePeriod(1).delete();
        soon().until(() -> client.resource(slow).get() == null);
    }

    @Test
    void aNodeWithoutKubeletRunsNothing(Sandbox sandbox) {
        LiveFleet dead = fleet().prefix("dead")
                .traysPerRack(1)
                .label(TestKubelet.NO_KUBELET, "true")
                .create(sandbox);
        LiveFleet alive = fleet().prefix("alive").traysPerRack(1).create(sandbox);
        Pod silent = client.resource(onNode(gpuPod(sandbox, "silent", 1), dead.node(0, 0)))
                .create();
        Pod running = client.resource(onNode(gpuPod(sandbox, "running", 1), alive.node(0, 0)))
                .create();

        awaitPhase(running, "Running");
        assertThat(get(silent).getStatus().getPhase()).isEqualTo("Pending");

        alive.stopKubelet(alive.node(0, 0));
        dead.startKubelet(dead.node(0, 0));
        awaitPhase(silent, "Running");
    }

    @Test
    void whatBefallsANodeIsSeenInTheApi(Sandbox sandbox) {
        LiveFleet fleet = fleet().racks(2).traysPerRack(2).create(sandbox);

        fleet.cordon(fleet.node(0, 0));
        fleet.notReady(fleet.node(0, 1));
        fleet.condition(fleet.node(0, 1), "GpuNvlinkWatch", "True");
        fleet.loseGpus(fleet.node(1, 0), 1);
        fleet.relabel(fleet.node(1, 0), "nvidia.com/gpu.clique", "other.1");
        fleet.delete(fleet.node(1, 1));

        assertThat(node(fleet.node(0, 0)).getSpec().getUnschedulable()).isTrue();
        assertThat(node(fleet.node(0, 1)).getStatus().getConditions())
                .extracting(c -> c.getType() + "=" + c.getStatus())
                .containsExactlyInAnyOrder("Ready=False", "GpuNvlinkWatch=True");
        assertThat(node(fleet.node(1, 0)).getStatus().getAllocatable().get("nvidia.com/gpu"))
                .hasToString("3");
        assertThat(node(fleet.node(1, 0)).getMetadata().getLabels()).containsEntry("nvidia.com/gpu.clique", "other.1");
        assertThat(client.nodes().withLabels(sandbox.nodeLabel()).list().getItems())
                .hasSize(3);
    }

    @Test
    void usersHaveTheRightsOfTheirRoles(Sandbox sandbox) {
        String namespace = sandbox.namespace("team", Map.of("offtake.dev/tenant", "acme"));
        client.resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withName("edit")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "edit")
                        .addNewSubject("rbac.authorization.k8s.io", "User", "tenant-a", null)
                        .build())
                .create();
        KubernetesClient tenant = controlPlane.clientAs("tenant-a");

        soon().ignoreExceptionsInstanceOf(KubernetesClientException.class)
                .until(() ->
                        tenant.pods().inNamespace(namespace).list().getItems().isEmpty());
        assertThatThrownBy(() -> tenant.nodes().list())
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("User \"tenant-a\" cannot list resource \"nodes\"");
        assertThat(controlPlane
                        .kubectlCommand(controlPlane.kubeconfig("tenant-a"))
                        .run("get", "nodes")
                        .stderr())
                .contains("Forbidden");
    }

    @Test
    void aServiceAccountActsUnderItsOwnName(Sandbox sandbox) {
        String namespace = sandbox.namespace("operator");
        soon().until(() -> client.serviceAccounts()
                        .inNamespace(namespace)
                        .withName("default")
                        .get()
                != null);

        CommandResult who = controlPlane
                .kubectlCommand(controlPlane.serviceAccountKubeconfig(namespace, "default"))
                .run("auth", "whoami");

        assertThat(who.orFail()).contains("system:serviceaccount:" + namespace + ":default");
    }

    @Test
    void writesAreCountedByResource(Sandbox sandbox) {
        String namespace = sandbox.namespace("count");
        RequestCounts before = controlPlane.requestCounts();

        IntStream.range(0, 3)
                .forEach(i -> client.configMaps()
                        .inNamespace(namespace)
                        .resource(new ConfigMapBuilder()
                                .withNewMetadata()
                                .withName("c" + i)
                                .endMetadata()
                                .build())
                        .create());

        assertThat(controlPlane.requestCounts().since(before).writes("configmaps", ""))
                .isEqualTo(3);
    }

    @Test
    void theAuditLogTellsWhoWroteWhat(Sandbox sandbox) {
        fleet().traysPerRack(1).create(sandbox);
        AuditLog.Mark start = controlPlane.audit().mark();
        Pod pod = client.resource(gpuPod(sandbox, "worker", 1).build()).create();
        awaitPhase(pod, "Running");

        soon().untilAsserted(() -> assertThat(controlPlane.audit().since(start, "system:kube-scheduler"))
                .filteredOn(request -> request.name().equals("worker"))
                .extracting(request -> request.verb() + " " + request.resource() + "/" + request.subresource())
                .containsExactly("create pods/binding"));
        assertThat(controlPlane.clientAs("tenant-b").pods().inNamespace("default"))
                .satisfies(pods -> assertThatThrownBy(pods::list).isInstanceOf(KubernetesClientException.class));
        soon().untilAsserted(() -> assertThat(controlPlane.audit().since(start, "tenant-b"))
                .containsExactly(new AuditLog.Request("tenant-b", "list", "pods", "", "default", "", 403)));
    }

    @Test
    void theTimeOfEveryProcessIsKnown() {
        assertThat(controlPlane.cpuTimes().values()).hasSize(4).allMatch(time -> time.toMillis() > 0);
    }

    @Test
    void aSandboxLeavesNothing() {
        String id;
        Pod held;
        try (Sandbox sandbox = new Sandbox(controlPlane)) {
            id = sandbox.id();
            fleet().traysPerRack(1).create(sandbox);
            held = client.resource(gpuPod(sandbox, "held", 1)
                            .editMetadata()
                            .addToFinalizers("example.com/hold")
                            .endMetadata()
                            .build())
                    .create();
            client.resource(new ConfigMapBuilder()
                            .withNewMetadata()
                            .withName("held")
                            .withNamespace(sandbox.namespace("train"))
                            .withFinalizers("example.com/hold")
                            .endMetadata()
                            .build())
                    .create();
            awaitPhase(held, "Running");
        }

        assertThat(client.nodes().withLabel(Sandbox.LABEL, id).list().getItems())
                .isEmpty();
        assertThat(client.resource(held).get()).isNull();
        soon().until(() -> client.namespaces()
                .withLabel(Sandbox.LABEL, id)
                .list()
                .getItems()
                .isEmpty());
    }

    @Test
    void helmAndPromtoolRun() {
        assertThat(Command.of(tool("helm")).run("version", "--short").orFail()).startsWith("v3.22.0");
        assertThat(Command.of(tool("promtool")).run("--version").orFail()).contains("version 3.15.0");
    }

    private static Path tool(String name) {
        return Tools.require(name);
    }

    private static PodBuilder gpuPod(Sandbox sandbox, String name, int gpus) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(sandbox.namespace("train"))
                .endMetadata()
                .withNewSpec()
                .withNodeSelector(sandbox.nodeLabel())
                .withRestartPolicy("Never")
                .addNewContainer()
                .withName("main")
                .withImage("example.com/train")
                .withNewResources()
                .withLimits(Map.of("nvidia.com/gpu", new Quantity(Integer.toString(gpus))))
                .endResources()
                .endContainer()
                .endSpec();
    }

    private static Pod onNode(PodBuilder pod, String node) {
        return pod.editSpec().withNodeName(node).endSpec().build();
    }

    private static Job job(Sandbox sandbox, Map<String, String> annotations) {
        Pod template = gpuPod(sandbox, "template", 4).build();
        return new JobBuilder()
                .withNewMetadata()
                .withName("train")
                .withNamespace(template.getMetadata().getNamespace())
                .endMetadata()
                .withNewSpec()
                .withParallelism(2)
                .withCompletions(2)
                .withBackoffLimit(0)
                .withNewTemplate()
                .withNewMetadata()
                .withAnnotations(annotations)
                .endMetadata()
                .withSpec(template.getSpec())
                .endTemplate()
                .endSpec()
                .build();
    }

    private Pod awaitPhase(Pod pod, String phase) {
        soon().until(() -> phase.equals(get(pod).getStatus().getPhase()));
        return get(pod);
    }

    private Pod get(Pod pod) {
        return Objects.requireNonNull(client.resource(pod).get());
    }

    private Node node(String name) {
        return Objects.requireNonNull(client.nodes().withName(name).get());
    }

    private static Optional<String> condition(Pod pod, String type) {
        List<PodCondition> conditions = pod.getStatus().getConditions();
        return conditions.stream()
                .filter(c -> c.getType().equals(type))
                .map(PodCondition::getStatus)
                .findFirst();
    }

    private static ConditionFactory soon() {
        return await().atMost(SOON).pollInterval(Duration.ofMillis(50));
    }
}
