package dev.offtake.scenario;

import static dev.offtake.scenario.Scene.gb300;
import static org.assertj.core.api.Assertions.assertThat;

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

    private Sandbox sandbox;
    private Scene scene;
    private LiveFleet nodes;
    private Workspace acme;

    @BeforeEach
    void twoNodesThatOnlyTheSchedulerRefuses(Sandbox sandbox) {
        this.sandbox = sandbox;
        scene = new Scene(sandbox);
        nodes = scene.supply(gb300(2));
        acme = scene.customer("acme", 4, "node");
        nodes.nodes().forEach(node -> acme.squat(node, node, "squats: " + sandbox.id(), ""));
    }

    @Test
    void aGangThatTheSchedulerRefusesIsTakenBackAndLandsElsewhereWithoutAFailureOfItsJob() {
        acme.job("refused", 2, 4, "", "backoffLimit: 0", APART.formatted(sandbox.id()));

        assertThat(acme.awaitReason("refused", "RefusedByScheduler")).contains("anti-affinity");
        scene.eventually(() -> assertThat(acme.job("refused").getSpec().getSuspend())
                .as("resumed")
                .isFalse());
        assertThat(acme.runningPodsOf("refused")).isEmpty();

        LiveFleet more = scene.grow(gb300(2));
        acme.awaitRunning("refused", 2);
        assertThat(acme.nodesOf("refused"))
                .isEqualTo(more.nodes().stream().sorted().toList());

        acme.endPods("refused", false);
        scene.eventually(() -> {
            assertThat(acme.job("refused").getStatus().getCompletionTime()).isNotNull();
            assertThat(acme.job("refused").getStatus().getFailed()).isIn(null, 0);
        });
    }

    @Test
    void aJobThatItsUserSuspendsWhileItIsRefusedIsNotResumed() {
        acme.job("stopped", 2, 4, "", "backoffLimit: 0", APART.formatted(sandbox.id()));
        scene.eventually(() -> assertThat(acme.podsOf("stopped"))
                .hasSize(2)
                .allMatch(pod -> pod.getSpec().getSchedulingGates().isEmpty()));

        acme.suspend("stopped", true);

        scene.eventually(
                () -> assertThat(acme.record("job-stopped").getStatus().phase().name())
                        .isEqualTo("FINISHED"));
        scene.grow(gb300(2));
        acme.job("other", 2, 4);
        acme.awaitRunning("other", 2);
        assertThat(acme.job("stopped").getSpec().getSuspend()).isTrue();
        assertThat(acme.podsOf("stopped")).isEmpty();
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
                """.formatted(acme.name()) + APART.formatted(sandbox.id()).indent(6))
                .orFail();
        String first = scene.eventually(this::served, pods -> pods.size() == 1)
                .get(0)
                .getMetadata()
                .getUid();

        scene.eventually(
                this::served,
                pods -> pods.size() == 1 && !pods.get(0).getMetadata().getUid().equals(first));
        acme.deletePods("squats", sandbox.id());

        scene.eventually(this::served, pods -> pods.stream().anyMatch(Workspace::isRunning));
    }

    private List<Pod> served() {
        return acme.pods("app", "serve");
    }
}
