package dev.offtake.scenario;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.AuditLog;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.LiveFleet;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the operator costs the API server beyond what the same pods cost without it; Events are not counted. */
@OnControlPlane
class BudgetIT {
    private static final String CLASS = "gb300-nvl72";
    private static final String OPERATOR = "system:serviceaccount:offtake-system:offtake";
    private static final Set<String> WATCHING = Set.of("list", "watch");

    private ControlPlane controlPlane;
    private Sandbox sandbox;
    private Scene scene;
    private LiveFleet nodes;
    private String ns;
    private AuditLog.Mark start;

    @BeforeEach
    void fiveNodesOfWhichFourAreSold(ControlPlane controlPlane, Sandbox sandbox) {
        this.controlPlane = controlPlane;
        this.sandbox = sandbox;
        scene = new Scene(controlPlane, sandbox);
        nodes = fleet().racks(1).traysPerRack(5).gpusPerTray(4).create(sandbox);
        scene.pool(CLASS, "");
        String acme = scene.tenant("acme");
        scene.contract(acme, CLASS, "node", 4, 0);
        ns = scene.namespace("train", acme);
        start = controlPlane.audit().mark();
    }

    @Test
    void aLonePodThatIsServedAtOnceCostsOneRequest() {
        pod("alone", 1);
        awaitRunning("alone");

        assertStays(1);
    }

    @Test
    void aLonePodThatWaitsCostsThreeRequests() {
        pod("first", 4);
        awaitRunning("first");
        nodes.nodes().stream().filter(node -> !node.equals(nodeOf("first"))).forEach(nodes::cordon);
        start = controlPlane.audit().mark();

        pod("waits", 4);
        scene.eventually(() -> assertThat(find("waits").getStatus().getConditions())
                .anySatisfy(c -> {
                    assertThat(c.getType()).isEqualTo("offtake.dev/Placed");
                    assertThat(c.getStatus()).isEqualTo("False");
                }));
        scene.admin().resource(find("first")).delete();
        awaitRunning("waits");

        assertStays(3);
    }

    @Test
    void aJobOfOnePodCostsFiveRequestsWithItsEnd() {
        scene.job(ns, "one", 1, 4);
        scene.awaitRunning(ns, "one", 1);
        scene.endPods(ns, "one", false);
        scene.eventually(
                () -> assertThat(scene.workload(ns, "job-one").getMetadata().getFinalizers())
                        .isEmpty());

        assertStays(5);
    }

    @Test
    void aJobOfSixteenPodsCostsTwoRequestsForEachAndFive() {
        scene.job(ns, "many", 16, 1);
        scene.awaitRunning(ns, "many", 16);
        scene.endPods(ns, "many", false);
        scene.eventually(
                () -> assertThat(scene.workload(ns, "job-many").getMetadata().getFinalizers())
                        .isEmpty());

        assertStays(2 * 16 + 5);
    }

    @Test
    void nothingIsWrittenWhileTheReasonStaysTheSame() {
        scene.job(ns, "holds", 3, 4);
        scene.awaitRunning(ns, "holds", 3);
        scene.job(ns, "large", 4, 4);
        scene.job(ns, "larger", 2, 4);
        scene.awaitReason(ns, "large", "QuotaReached");
        scene.awaitReason(ns, "larger", "QuotaReached");
        scene.eventually(() -> assertThat(scene.podsOf(ns, "large")).allMatch(BudgetIT::isTold));
        scene.eventually(() -> assertThat(scene.podsOf(ns, "larger")).allMatch(BudgetIT::isTold));
        String other = scene.tenant("other");
        scene.contract(other, CLASS, "node", 1, 0);
        String neighbour = scene.namespace("neighbour", other);
        start = controlPlane.audit().mark();

        // Nodes, pods and Jobs come and go.
        scene.job(neighbour, "passing", 1, 4);
        scene.awaitRunning(neighbour, "passing", 1);
        nodes.relabel(nodes.node(0, 0), "example.com/seen", "yes");
        scene.deleteJob(neighbour, "passing");
        scene.eventually(
                () -> assertThat(scene.workload(neighbour, "job-passing")).isNull());

        Awaitility.await()
                .during(Duration.ofSeconds(3))
                .atMost(Duration.ofSeconds(4))
                .untilAsserted(() -> assertThat(requests()).isEmpty());
    }

    private static boolean isTold(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(c -> c.getType().equals("offtake.dev/Placed"));
    }

    /** At most so many, also when nothing has happened for a while. */
    private void assertStays(int most) {
        Awaitility.await()
                .during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(3))
                .untilAsserted(() -> assertThat(requests()).hasSizeBetween(1, most));
    }

    private List<AuditLog.Request> requests() {
        return controlPlane.audit().since(start, OPERATOR).stream()
                .filter(r -> r.namespace().equals(ns))
                .filter(r -> !r.resource().equals("events") && !WATCHING.contains(r.verb()))
                .toList();
    }

    private void pod(String name, int gpus) {
        scene.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: %s}
                spec:
                  containers: [{name: main, image: registry.example/serve, resources: {limits: {nvidia.com/gpu: %d}}}]
                """.formatted(name, ns, gpus)).orFail();
    }

    private Pod find(String name) {
        return scene.admin().pods().inNamespace(ns).withName(name).get();
    }

    private String nodeOf(String name) {
        return find(name).getSpec().getNodeName();
    }

    private void awaitRunning(String name) {
        scene.eventually(() -> assertThat(find(name).getStatus().getPhase()).isEqualTo("Running"));
    }
}
