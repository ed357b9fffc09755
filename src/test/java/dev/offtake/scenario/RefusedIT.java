package dev.offtake.scenario;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.LiveFleet;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What only kube-scheduler judges: here anti-affinity to a pod that sits on the node already. */
@OnControlPlane
class RefusedIT {
    private static final String APART = """
            affinity:
              podAntiAffinity:
                requiredDuringSchedulingIgnoredDuringExecution:
                - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {squats: "%s"}}}
            """;

    private ControlPlane controlPlane;
    private Sandbox sandbox;
    private Scene scene;
    private LiveFleet nodes;
    private String ns;

    @BeforeEach
    void twoNodesThatOnlyTheSchedulerRefuses(ControlPlane controlPlane, Sandbox sandbox) {
        this.controlPlane = controlPlane;
        this.sandbox = sandbox;
        scene = new Scene(controlPlane, sandbox);
        nodes = fleet().racks(1).traysPerRack(2).gpusPerTray(4).create(sandbox);
        scene.pool("gb300-nvl72", "");
        String acme = scene.tenant("acme");
        scene.contract(acme, "gb300-nvl72", "node", 4, 0);
        ns = scene.namespace("train", acme);
        nodes.nodes().forEach(this::squat);
    }

    @Test
    void aGangThatTheSchedulerRefusesIsTakenBackAndLandsElsewhereWithoutAFailureOfItsJob() {
        scene.job(ns, "refused", 2, 4, "", "backoffLimit: 0", APART.formatted(sandbox.id()));

        assertThat(scene.awaitReason(ns, "refused", "RefusedByScheduler")).contains("anti-affinity");
        scene.eventually(() -> assertThat(scene.job(ns, "refused").getSpec().getSuspend())
                .as("resumed")
                .isFalse());
        assertThat(scene.runningPodsOf(ns, "refused")).isEmpty();

        LiveFleet more =
                fleet().prefix("more").racks(1).traysPerRack(2).gpusPerTray(4).create(sandbox);
        scene.awaitRunning(ns, "refused", 2);
        assertThat(scene.nodesOf(ns, "refused"))
                .isEqualTo(more.nodes().stream().sorted().toList());

        scene.endPods(ns, "refused", false);
        scene.eventually(() -> {
            assertThat(scene.job(ns, "refused").getStatus().getCompletionTime()).isNotNull();
            assertThat(scene.job(ns, "refused").getStatus().getFailed()).isIn(null, 0);
        });
    }

    @Test
    void aJobThatItsUserSuspendsWhileItIsRefusedIsNotResumed() {
        scene.job(ns, "stopped", 2, 4, "", "backoffLimit: 0", APART.formatted(sandbox.id()));
        scene.eventually(() -> assertThat(scene.podsOf(ns, "stopped"))
                .hasSize(2)
                .allMatch(pod -> pod.getSpec().getSchedulingGates().isEmpty()));

        scene.suspend(ns, "stopped", true);

        scene.eventually(() -> assertThat(
                        scene.workload(ns, "job-stopped").getStatus().phase().name())
                .isEqualTo("FINISHED"));
        fleet().prefix("more").racks(1).traysPerRack(2).gpusPerTray(4).create(sandbox);
        scene.job(ns, "other", 2, 4);
        scene.awaitRunning(ns, "other", 2);
        assertThat(scene.job(ns, "stopped").getSpec().getSuspend()).isTrue();
        assertThat(scene.podsOf(ns, "stopped")).isEmpty();
    }

    @Test
    void aLonePodThatTheSchedulerRefusesIsDeletedAndItsSuccessorIsServed() {
        scene.apply("""
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata: {name: serve, namespace: %s}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: serve}}
                  template:
                    metadata: {labels: {app: serve}}
                    spec:
                      containers:
                      - {name: main, image: registry.example/serve, resources: {limits: {nvidia.com/gpu: 1}}}
                """.formatted(ns) + APART.formatted(sandbox.id()).indent(6)).orFail();
        String first = scene.eventually(this::served, pods -> pods.size() == 1)
                .get(0)
                .getMetadata()
                .getUid();

        scene.eventually(
                this::served,
                pods -> pods.size() == 1 && !pods.get(0).getMetadata().getUid().equals(first));
        scene.admin().pods().inNamespace(ns).withLabel("squats", sandbox.id()).delete();

        scene.eventually(
                this::served,
                pods -> pods.stream()
                        .anyMatch(p -> "Running".equals(p.getStatus().getPhase())));
    }

    private List<Pod> served() {
        return scene.admin()
                .pods()
                .inNamespace(ns)
                .withLabel("app", "serve")
                .list()
                .getItems();
    }

    private void squat(String node) {
        scene.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: %s, labels: {squats: "%s"}}
                spec:
                  nodeName: %s
                  tolerations: [{operator: Exists}]
                  containers: [{name: main, image: registry.example/squat}]
                """.formatted(node, ns, sandbox.id(), node)).orFail();
    }
}
