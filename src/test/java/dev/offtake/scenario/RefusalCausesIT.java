package dev.offtake.scenario;

import static dev.offtake.scenario.Scene.gb300;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offtake.api.GPUWorkloadStatus.Rollback;
import dev.offtake.testbed.AuditLog;
import dev.offtake.testbed.LiveFleet;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What kube-scheduler may have against the node that a pod is pinned to. In each case the work is taken back without a
 * failure, says why, goes elsewhere where it can, and leaves its quota to others where it cannot.
 */
@Tag("slow")
@OnControlPlane
class RefusalCausesIT {
    private static final String OPERATOR = "system:serviceaccount:offtake-system:offtake";
    private static final String HOST_PORT = "ports: [{containerPort: 29500, hostPort: 29500}]";
    private static final String WITH_HOST_PORT =
            "initContainers: [{name: rendezvous, image: registry.example/sidecar, restartPolicy: Always, %s}]\n"
                    .formatted(HOST_PORT);

    private Sandbox sandbox;
    private Scene scene;
    private LiveFleet nodes;
    private Workspace acme;
    private AuditLog.Mark start;

    @BeforeEach
    void threeNodes(Sandbox sandbox) {
        this.sandbox = sandbox;
        scene = new Scene(sandbox);
        nodes = scene.supply(gb300(3));
        acme = scene.customer("acme", 3, "node");
        start = scene.controlPlane().audit().mark();
    }

    @Test
    void aTaintThatComesBetweenDecisionAndBindingSendsTheGangToOtherNodes() {
        String tainted = taintedAndRefused();

        assertThat(acme.nodesOf("late")).containsExactlyElementsOf(allBut(tainted));
        assertThat(rollback("late")).satisfies(rollback -> {
            assertThat(rollback.message()).contains("untolerated taint");
            assertThat(rollback.avoidNodes()).containsExactly(tainted);
        });
        assertToldOn("late", "RefusedByScheduler", "untolerated taint", tainted);
        assertThat(suspensions("late")).isEqualTo(1);
        assertNoFailure("late");
        nodes.removeTaints(tainted);
        acme.job("rest", 1, 4);
        acme.awaitRunning("rest", 1);
    }

    /** The scheduler hears of pods and of nodes by two watches, and may bind before it hears of the taint: then again. */
    private String taintedAndRefused() {
        String tainted = taintedBeforeItIsBound();
        for (int again = 0; again < 5 && isBoundUnrefused(tainted); again++) {
            nodes.removeTaints(tainted);
            acme.deleteJob("late");
            tainted = taintedBeforeItIsBound();
        }
        return tainted;
    }

    private boolean isBoundUnrefused(String tainted) {
        return suspensions("late") == 0 && acme.nodesOf("late").contains(tainted);
    }

    private String taintedBeforeItIsBound() {
        String tainted = scene.beforeAnythingIsBound(() -> {
            acme.job("late", 2, 4, "", "backoffLimit: 0", "");
            acme.awaitReleased("late", 2);
            String node = acme.recordedNodes("job-late").get(0);
            nodes.taint(node, "example.com/maintenance", "soon", "NoSchedule");
            return node;
        });
        acme.awaitRunning("late", 2);
        return tainted;
    }

    @Test
    void aHostPortThatAnotherPodHoldsSendsTheGangToTheNodeWhereItIsFree() {
        String free = nodes.node(0, 1);
        allBut(free).forEach(node -> acme.squat(node, node, "", HOST_PORT));

        acme.job("listens", 1, 4, "", "backoffLimit: 0", WITH_HOST_PORT);

        acme.awaitRunning("listens", 1);
        assertThat(acme.nodesOf("listens")).containsExactly(free);
        assertThat(suspensions("listens")).as("once for each node at most").isLessThanOrEqualTo(2);
        assertNoFailure("listens");
        acme.job("rest", 2, 4);
        acme.awaitRunning("rest", 2);
    }

    @Test
    void aGangThatNoNodeIsRightForSaysWhyAndLeavesItsQuotaToOthers() {
        nodes.nodes().forEach(node -> acme.squat(node, node, "", HOST_PORT));

        acme.job("listens", 3, 4, "", "backoffLimit: 0", WITH_HOST_PORT);

        assertThat(acme.awaitReason("listens", "RefusedByScheduler"))
                .contains("didn't have free ports")
                .contains(nodes.nodes());
        acme.job("other", 3, 4);
        acme.awaitRunning("other", 3);
        acme.assertHeld("listens");
        assertThat(suspensions("listens")).isEqualTo(1);
        assertNoFailure("listens");
        acme.deleteJob("other");
        LiveFleet more = scene.grow(gb300(3));
        acme.awaitRunning("listens", 3);
        assertThat(acme.nodesOf("listens")).containsExactlyElementsOf(more.nodes());
        assertNoFailure("listens");
    }

    @ParameterizedTest
    @CsvSource({
        "missing, not found",
        "WaitForFirstConsumer, find available persistent volumes to bind",
        "Immediate, pod has unbound immediate PersistentVolumeClaims"
    })
    void aVolumeClaimThatIsNotThereOrNotBoundHoldsUpOnlyItsOwnGang(String claim, String words) {
        DataVolume data = new DataVolume(scene, sandbox, acme);
        if (!claim.equals("missing")) {
            data.claim(claim);
        }
        acme.job("reads", 3, 4, "", "backoffLimit: 0", DataVolume.USE);

        assertThat(acme.awaitReason("reads", "RefusedByScheduler")).contains(words);
        acme.job("other", 3, 4);
        acme.awaitRunning("other", 3);
        acme.assertHeld("reads");
        assertThat(suspensions("reads")).isEqualTo(1);
        assertNoFailure("reads");
        data.bind();
        acme.deleteJob("other");
        scene.grow(gb300(3));
        acme.awaitRunning("reads", 3);
        assertNoFailure("reads");
    }

    @Test
    void aBindingThatTheApiServerRefusesIsARefusalToo() {
        String refused = nodes.node(0, 0);
        Denial denial = forbidBindingTo(refused);

        acme.job("all", 2, 4, "", "backoffLimit: 0", "");
        acme.awaitRunning("all", 2);

        assertThat(acme.nodesOf("all")).containsExactlyElementsOf(allBut(refused));
        assertThat(rollback("all").message()).contains(denial.message());
        assertNoFailure("all");
        denial.lift();
    }

    @Test
    void aReplicaThatIsRefusedIsDeletedAndItsSuccessorIsSparedThatNode() {
        String free = nodes.node(0, 1);
        allBut(free).forEach(node -> acme.squat(node, node, "", HOST_PORT));

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
                      - name: main
                        image: registry.example/serve
                        resources: {limits: {nvidia.com/gpu: 4}}
                        %s
                """.formatted(acme.name(), HOST_PORT)).orFail();

        scene.eventually(() -> assertThat(acme.pods("app", "serve"))
                .singleElement()
                .satisfies(pod -> assertThat(Workspace.isRunning(pod)).isTrue()));
        assertThat(Scene.nodesOf(acme.pods("app", "serve"))).containsExactly(free);
        assertThat(deletedByOperator()).as("once for each node at most").isLessThanOrEqualTo(2);
        acme.job("rest", 2, 4);
        acme.awaitRunning("rest", 2);
    }

    @Test
    void barePodsThatAreRefusedAreDeletedWithAWordToTheirUserAndLeaveTheirQuota() {
        acme.pod("alone", 4, "", DataVolume.USE);
        String gang = """
                labels: {offtake.dev/workload: pair}
                annotations: {offtake.dev/pods: "2"}
                """;
        acme.pod("one", 4, gang, DataVolume.USE);
        acme.pod("two", 4, gang, "");

        scene.eventually(() -> assertThat(acme.pods()).isEmpty());
        assertToldOn("alone", "RefusedByScheduler", "persistentvolumeclaim \"data\" not found");
        acme.awaitFinished("pods-pair");
        acme.job("rest", 3, 4);
        acme.awaitRunning("rest", 3);
    }

    private List<String> allBut(String node) {
        return nodes.nodes().stream().filter(n -> !n.equals(node)).toList();
    }

    private Rollback rollback(String job) {
        return acme.record("job-" + job).getStatus().rollback();
    }

    private void assertNoFailure(String job) {
        assertThat(acme.job(job).getStatus().getFailed())
                .as("failures of " + job)
                .isIn(null, 0);
        assertThat(acme.job(job).getSpec().getSuspend()).isFalse();
    }

    /** How often the operator took the Job back: each is a suspension and a resumption. */
    private long suspensions(String job) {
        return byOperator().stream()
                        .filter(r -> r.resource().equals("jobs") && r.name().equals(job))
                        .count()
                / 2;
    }

    private long deletedByOperator() {
        return byOperator().stream()
                .filter(r -> r.resource().equals("pods") && r.verb().equals("delete") && r.code() == 200)
                .count();
    }

    private List<AuditLog.Request> byOperator() {
        return scene.controlPlane().audit().since(start, OPERATOR).stream()
                .filter(r -> r.namespace().equals(acme.name()))
                .toList();
    }

    private void assertToldOn(String object, String reason, String... words) {
        scene.eventually(() -> assertThat(
                        scene.admin().v1().events().inNamespace(acme.name()).list().getItems().stream()
                                .filter(e -> e.getInvolvedObject().getName().equals(object)
                                        && e.getReason().equals(reason))
                                .map(Event::getMessage))
                .singleElement()
                .satisfies(told -> assertThat(told).contains(words)));
    }

    /** Returns when the denial is in force. */
    private Denial forbidBindingTo(String node) {
        Denial denial = new Denial(scene, acme, "CREATE", "pods/binding", "object.target.name != '" + node + "'");
        acme.pod("probe", 0, "", "schedulingGates: [{name: example.com/probe}]");
        KubernetesClient scheduler = scene.controlPlane().clientAs("system:kube-scheduler", "system:authenticated");
        scene.eventually(() -> assertThatThrownBy(() -> scheduler.raw(
                        "/api/v1/namespaces/" + acme.name() + "/pods/probe/binding?dryRun=All",
                        "POST",
                        Map.of("metadata", Map.of("name", "probe"), "target", Map.of("kind", "Node", "name", node))))
                .hasMessageContaining(denial.message()));
        acme.removePod("probe");
        return denial;
    }
}
