package dev.offtake.scenario;

import static dev.offtake.scenario.Lending.LONG_GRACE;
import static dev.offtake.scenario.Lending.SPOT;
import static dev.offtake.scenario.Lending.uids;
import static dev.offtake.scenario.Scene.gb300;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.api.GPUWorkloadStatus.Phase;
import dev.offtake.api.OfftakeAnnotations;
import dev.offtake.api.Tier;
import dev.offtake.testbed.AuditLog;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Elastic Jobs on three nodes, of which an owner lends two. One failure would be the end of each of these Jobs. */
@OnControlPlane
class ElasticIT {
    private static final String OPERATOR = "system:serviceaccount:offtake-system:offtake";
    private static final String IGNORES_DISRUPTION = """
            backoffLimit: 0
            podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]}
            """;

    private Scene scene;

    @BeforeEach
    void threeNodes(Sandbox sandbox) {
        scene = new Scene(sandbox);
        scene.supply(gb300(3));
    }

    private static List<String> uidsOf(List<Pod> pods) {
        return uids(pods).stream().sorted().toList();
    }

    private static List<Pod> inTier(List<Pod> pods, String tier) {
        return pods.stream().filter(pod -> claimedTier(pod).equals(tier)).toList();
    }

    private static String claimedTier(Pod pod) {
        try {
            return new ObjectMapper()
                    .readTree(pod.getMetadata().getAnnotations().get(OfftakeAnnotations.CLAIM))
                    .get("tier")
                    .asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Pod> heldPodsOf(Workspace workspace, String job) {
        return workspace.podsOf(job).stream()
                .filter(pod ->
                        pod.getSpec().getNodeName() == null && pod.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    @Test
    void itGrowsIntoWhatIsIdleLeavesThatToItsOwnerAloneAndGrowsAgain() {
        Lending lending = new Lending(scene, 2, "notice: 20s");
        Workspace acme = scene.customer("acme", 1, "node");
        AuditLog.Mark begin = scene.controlPlane().audit().mark();
        acme.job(
                "elastic",
                3,
                4,
                "offtake.dev/min-pods: '1', offtake.dev/tier: 'Reserved,Spot'",
                IGNORES_DISRUPTION,
                LONG_GRACE);

        acme.awaitRunning("elastic", 3);
        List<Pod> firm = inTier(acme.runningPodsOf("elastic"), "Reserved");
        List<String> lent = Scene.nodesOf(inTier(acme.runningPodsOf("elastic"), "Spot"));
        assertThat(firm).hasSize(1);
        assertThat(lent).hasSize(2);
        GPUWorkloadStatus grown = acme.record("job-elastic").getStatus();
        assertThat(grown.tier()).isEqualTo(Tier.RESERVED);
        assertThat(grown.placement().stream().filter(entry -> entry.tier() == Tier.RESERVED))
                .flatExtracting(GPUWorkloadStatus.Placement::nodes)
                .isEqualTo(Scene.nodesOf(firm));
        assertThat(grown.placement().stream().filter(entry -> entry.tier() == Tier.SPOT))
                .flatExtracting(GPUWorkloadStatus.Placement::nodes)
                .containsExactlyInAnyOrderElementsOf(lent);
        scene.eventually(
                () -> assertThat(scene.pool(scene.poolName()).getStatus().gpus().lent())
                        .isEqualTo(8));

        lending.owner.job("own", 1, 4);

        lending.owner.awaitRunning("own", 1);
        assertThat(lending.owner.nodesOf("own")).hasSize(1).isSubsetOf(lent);
        scene.eventually(() -> {
            assertThat(acme.runningPodsOf("elastic")).hasSize(2);
            assertThat(inTier(acme.runningPodsOf("elastic"), "Reserved"))
                    .extracting(pod -> pod.getMetadata().getUid())
                    .isEqualTo(uids(firm));
            assertThat(heldPodsOf(acme, "elastic"))
                    .singleElement()
                    .satisfies(pod -> assertThat(Scene.placed(pod))
                            .hasValueSatisfying(c -> assertThat(c.getReason() + ": " + c.getMessage())
                                    .startsWith("InsufficientGpus: needs 4 GPUs, 0 free")));
            GPUWorkloadStatus shrunk = acme.record("job-elastic").getStatus();
            assertThat(shrunk.phase()).isEqualTo(Phase.PLACED);
            assertThat(shrunk.waiting().code()).isEqualTo("InsufficientGpus");
            assertThat(shrunk.placement().stream()
                            .mapToInt(entry -> entry.nodes().size())
                            .sum())
                    .isEqualTo(2);
        });
        assertNotBlamed(acme);

        lending.owner.deleteJob("own");

        acme.awaitRunning("elastic", 3);
        assertThat(inTier(acme.runningPodsOf("elastic"), "Reserved"))
                .extracting(pod -> pod.getMetadata().getUid())
                .isEqualTo(uids(firm));
        assertNotBlamed(acme);
        assertThat(operatorsDeletions(begin, acme))
                .as("pods that were taken back")
                .hasSize(1);
        assertThat(scene.admin().v1().events().inNamespace(acme.name()).list().getItems())
                .filteredOn(event -> "Reclaimed".equals(event.getReason()))
                .singleElement()
                .satisfies(event -> assertThat(event.getMessage()).startsWith("1 pod of it ran as Spot"));
    }

    @Test
    void itGivesHigherPriorityOnItsCommitmentAPodAndGoesOn() {
        Workspace acme = scene.preempting("acme", 3, "node");
        acme.job("elastic", 3, 4, "offtake.dev/min-pods: '1'", IGNORES_DISRUPTION, LONG_GRACE);
        acme.awaitRunning("elastic", 3);
        List<String> before = uidsOf(acme.runningPodsOf("elastic"));

        acme.job("urgent", 1, 4, "offtake.dev/priority: '5'", "", "");

        acme.awaitRunning("urgent", 1);
        scene.eventually(() -> {
            assertThat(uidsOf(acme.runningPodsOf("elastic"))).hasSize(2).isSubsetOf(before);
            assertThat(heldPodsOf(acme, "elastic"))
                    .singleElement()
                    .satisfies(pod -> assertThat(Scene.placed(pod))
                            .hasValueSatisfying(c -> assertThat(c.getReason()).isEqualTo("QuotaReached")));
            GPUWorkloadStatus shrunk = acme.record("job-elastic").getStatus();
            assertThat(shrunk.phase()).isEqualTo(Phase.PLACED);
            assertThat(shrunk.placement().stream()
                            .mapToInt(entry -> entry.nodes().size())
                            .sum())
                    .isEqualTo(2);
        });
        assertNotBlamed(acme);

        acme.deleteJob("urgent");

        acme.awaitRunning("elastic", 3);
        assertNotBlamed(acme);
        assertThat(scene.admin().v1().events().inNamespace(acme.name()).list().getItems())
                .filteredOn(event -> "Reclaimed".equals(event.getReason()))
                .singleElement()
                .satisfies(event -> assertThat(event.getMessage())
                        .startsWith("1 pod of it ran on GPUs that Reserved work of priority 5"));
    }

    private static void assertNotBlamed(Workspace acme) {
        assertThat(acme.job("elastic").getSpec().getSuspend()).isIn(null, false);
        assertThat(acme.job("elastic").getStatus().getFailed()).isIn(null, 0);
        assertThat(acme.job("elastic").getStatus().getConditions()).isNullOrEmpty();
    }

    private List<AuditLog.Request> operatorsDeletions(AuditLog.Mark since, Workspace workspace) {
        return scene.controlPlane().audit().since(since, OPERATOR).stream()
                .filter(r -> r.verb().equals("delete")
                        && r.resource().equals("pods")
                        && r.namespace().equals(workspace.name()))
                .toList();
    }

    @Test
    @Tag("slow")
    void oneThatIsLentAsAWholeShrinksToItsLeastBeforeItIsEvicted() {
        Lending lending = new Lending(scene, 2, "notice: 3s");
        lending.guest.job("elastic", 3, 4, SPOT + ", offtake.dev/min-pods: '2'", IGNORES_DISRUPTION, "");
        lending.guest.awaitRunning("elastic", 3);
        List<String> before = uidsOf(lending.guest.podsOf("elastic"));

        lending.owner.job("first", 1, 4);
        lending.owner.awaitRunning("first", 1);
        scene.eventually(() -> assertThat(lending.guest.runningPodsOf("elastic"))
                .hasSize(2)
                .allSatisfy(pod -> assertThat(before).contains(pod.getMetadata().getUid())));
        lending.assertNotBlamed("elastic");

        lending.owner.job("second", 1, 4);
        lending.owner.awaitRunning("second", 1);
        lending.awaitBackInQueue("elastic");
        assertThat(lending.guest.podsOf("elastic").stream()
                        .map(pod -> pod.getSpec().getNodeName())
                        .filter(Objects::nonNull))
                .as("one node is too little for two pods")
                .isEmpty();
    }
}
