package dev.offtake.scenario;

import static dev.offtake.scenario.Scene.gb300;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.AuditLog;
import dev.offtake.testbed.LiveFleet;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the operator costs the API server beyond what the same pods cost without it; Events are not counted. */
@Tag("slow")
@OnControlPlane
class BudgetIT {
    private static final String OPERATOR = "system:serviceaccount:offtake-system:offtake";
    private static final Set<String> WATCHING = Set.of("list", "watch");

    private Scene scene;
    private LiveFleet nodes;
    private Workspace acme;
    private AuditLog.Mark start;

    @BeforeEach
    void fiveNodesOfWhichFourAreSold(Sandbox sandbox) {
        scene = new Scene(sandbox);
        nodes = scene.supply(gb300(5));
        acme = scene.customer("acme", 4, "node");
        start = scene.controlPlane().audit().mark();
    }

    @Test
    void aLonePodThatIsServedAtOnceCostsOneRequest() {
        acme.pod("alone", 1, "", "");
        acme.awaitPodRunning("alone");

        assertStays(1);
    }

    @Test
    void aLonePodThatWaitsCostsThreeRequests() {
        acme.pod("first", 4, "", "");
        acme.awaitPodRunning("first");
        nodes.nodes().stream()
                .filter(node -> !node.equals(acme.pod("first").getSpec().getNodeName()))
                .forEach(nodes::cordon);
        start = scene.controlPlane().audit().mark();

        acme.pod("waits", 4, "", "");
        scene.eventually(() -> assertThat(acme.pod("waits").getStatus().getConditions())
                .anySatisfy(c -> {
                    assertThat(c.getType()).isEqualTo("offtake.dev/Placed");
                    assertThat(c.getStatus()).isEqualTo("False");
                }));
        acme.deletePod("first");
        acme.awaitPodRunning("waits");

        assertStays(3);
    }

    @Test
    void aJobOfOnePodCostsFiveRequestsWithItsEnd() {
        acme.job("one", 1, 4);
        acme.awaitRunning("one", 1);
        acme.endPods("one", false);
        scene.eventually(() ->
                assertThat(acme.record("job-one").getMetadata().getFinalizers()).isEmpty());

        assertStays(5);
    }

    @Test
    void aJobOfSixteenPodsCostsTwoRequestsForEachAndFive() {
        acme.job("many", 16, 1);
        acme.awaitRunning("many", 16);
        acme.endPods("many", false);
        scene.eventually(() -> assertThat(acme.record("job-many").getMetadata().getFinalizers())
                .isEmpty());

        assertStays(2 * 16 + 5);
    }

    @Test
    void nothingIsWrittenWhileTheReasonStaysTheSame() {
        acme.job("holds", 3, 4);
        acme.awaitRunning("holds", 3);
        acme.job("large", 4, 4);
        acme.job("larger", 2, 4);
        acme.awaitReason("large", "QuotaReached");
        acme.awaitReason("larger", "QuotaReached");
        scene.eventually(() -> assertThat(acme.podsOf("large")).allMatch(BudgetIT::isTold));
        scene.eventually(() -> assertThat(acme.podsOf("larger")).allMatch(BudgetIT::isTold));
        Workspace neighbour = scene.customer("neighbour", 1, "node");
        start = scene.controlPlane().audit().mark();

        // Nodes, pods and Jobs come and go.
        neighbour.job("passing", 1, 4);
        neighbour.awaitRunning("passing", 1);
        nodes.relabel(nodes.node(0, 0), "example.com/seen", "yes");
        neighbour.deleteJob("passing");
        scene.eventually(() -> assertThat(neighbour.record("job-passing")).isNull());

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
        return scene.controlPlane().audit().since(start, OPERATOR).stream()
                .filter(r -> r.namespace().equals(acme.name()))
                .filter(r -> !r.resource().equals("events") && !WATCHING.contains(r.verb()))
                .toList();
    }
}
