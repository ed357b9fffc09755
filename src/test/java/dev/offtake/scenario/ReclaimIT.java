package dev.offtake.scenario;

import static dev.offtake.scenario.Lending.LONG_GRACE;
import static dev.offtake.scenario.Lending.SPOT;
import static dev.offtake.scenario.Lending.uids;
import static dev.offtake.scenario.Scene.gb300;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUWorkload;
import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.api.GPUWorkloadStatus.Phase;
import dev.offtake.api.Tier;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two nodes that are promised to an owner, and lent to guests as long as the owner does not need them. */
@OnControlPlane
class ReclaimIT {
    private Scene scene;

    @BeforeEach
    void twoNodes(Sandbox sandbox) {
        scene = new Scene(sandbox);
        scene.supply(gb300(2));
    }

    @Test
    void lentGpusAreReclaimedWithNoticeAndTheGuestIsNotBlamedAndRunsAgainLater() {
        Lending lending = new Lending(scene, 2, "notice: 30s");
        List<String> lent = lending.guestRuns("spare", 2, ", offtake.dev/checkpoint: 30m+5m", LONG_GRACE);
        List<String> victims = uids(lending.guest.podsOf("spare"));
        Instant age =
                Instant.parse(lending.guest.record("job-spare").getMetadata().getCreationTimestamp());
        scene.eventually(
                () -> assertThat(scene.pool(scene.poolName()).getStatus().gpus().lent())
                        .isEqualTo(8));
        assertThat(lending.guest.record("job-spare").getStatus().tier()).isEqualTo(Tier.SPOT);
        assertThat(lending.guest.record("job-spare").getSpec().checkpoint().restartCost())
                .isEqualTo("5m");
        lending.guest.linger("spare", "8s");

        lending.owner.job("own", 2, 4);

        GPUWorkload claimant = lending.awaitReclaiming("own");
        GPUWorkloadStatus.Plan plan = claimant.getStatus().plan();
        assertThat(plan.victims()).containsExactlyInAnyOrderElementsOf(victims);
        assertThat(plan.nodes()).containsExactlyElementsOf(lent);
        assertThat(claimant.getStatus().waiting().message()).contains("Spot work of 1 gang leaves it until");
        assertThat(claimant.toString()).doesNotContain(lending.guest.name());
        lending.awaitLeaving("spare");
        GPUWorkload evicted = lending.guest.record("job-spare");
        assertThat(evicted.getStatus().phase()).isEqualTo(Phase.EVICTING);
        assertThat(Scene.condition(evicted.getStatus().conditions(), "Evicted")
                        .orElseThrow()
                        .reason())
                .isEqualTo("Reclaimed");
        assertThat(nodesTakenBeforeTheyWereLeft(lending, victims)).isEmpty();
        lending.owner.awaitRunning("own", 2);
        assertThat(lending.owner.nodesOf("own")).isEqualTo(lent);
        scene.eventually(() ->
                assertThat(lending.owner.record("job-own").getStatus().plan()).isNull());

        lending.awaitBackInQueue("spare");
        assertThat(lending.events("spare", "Reclaimed")).hasSize(1);
        assertThat(Instant.parse(lending.guest.record("job-spare").getMetadata().getCreationTimestamp()))
                .isEqualTo(age);
        lending.owner.deleteJob("own");
        lending.guest.awaitRunning("spare", 2);
        lending.assertNotBlamed("spare");
    }

    /** Nodes of the owner's pods while guests were still there, looked at until the last of them is gone. */
    private List<String> nodesTakenBeforeTheyWereLeft(Lending lending, List<String> victims) {
        List<String> taken = new ArrayList<>();
        scene.eventually(
                () -> {
                    List<String> nodes = lending.owner.podsOf("own").stream()
                            .map(pod -> pod.getSpec().getNodeName())
                            .filter(Objects::nonNull)
                            .toList();
                    // Looked at later: whoever is there now was there before.
                    boolean left = uids(lending.guest.podsOf("spare")).stream().anyMatch(victims::contains);
                    if (left) {
                        taken.addAll(nodes);
                    }
                    return left;
                },
                left -> !left);
        return taken;
    }

    @Test
    @Tag("slow")
    void whoHasTheFresherCheckpointIsSpared() {
        Lending lending = new Lending(scene, 2, "notice: 5s");
        lending.guestRuns("a-stale", 1, "", "");
        Instant since = Instant.now();
        lending.guestRuns("z-fresh", 1, "", "");
        lending.guest.deleteJob("z-fresh");
        scene.eventually(() -> assertThat(lending.guest.podsOf("z-fresh")).isEmpty());
        // The one that has run for longer loses less, as it loses a second at most.
        lending.guest.job("b-saves", 1, 4, SPOT + ", offtake.dev/checkpoint: 1s", "backoffLimit: 0", "");
        lending.guest.awaitRunning("b-saves", 1);
        scene.eventually(() -> assertThat(Instant.now()).isAfter(since.plus(Duration.ofSeconds(4))));
        List<String> spared = uids(lending.guest.podsOf("a-stale"));

        lending.owner.job("own", 1, 4);

        lending.owner.awaitRunning("own", 1);
        assertThat(uids(lending.guest.podsOf("a-stale"))).isEqualTo(spared);
        lending.awaitBackInQueue("b-saves");
    }

    @Test
    @Tag("slow")
    void podsOfAJobThatAskForAnHourToEndGetTheNotice() {
        Lending lending = new Lending(scene, 2, "notice: 3s");
        lending.guestRuns("slow", 2, "", LONG_GRACE);
        lending.guest.linger("slow", "3600s");

        lending.owner.job("own", 2, 4);

        lending.owner.awaitRunning("own", 2);
        lending.awaitBackInQueue("slow");
    }

    @Test
    @Tag("slow")
    void aPodWithoutAJobGetsTheNoticeAsItsGraceAndABudgetDoesNotStopThat() {
        Lending lending = new Lending(scene, 2, "notice: 20s");
        lending.guest.pod("bare", 4, """
                labels: {app: bare}
                annotations: {offtake.dev/tier: Spot, testbed.offtake.dev/terminate-after: 3s}
                """, "terminationGracePeriodSeconds: 1");
        lending.guest.pod("other", 4, "annotations: {offtake.dev/tier: Spot}", "");
        lending.guest.awaitRunning(2);
        scene.apply("""
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: all, namespace: %s}
                spec: {maxUnavailable: 0, selector: {matchLabels: {app: bare}}}
                """.formatted(lending.guest.name())).orFail();

        lending.owner.job("own", 2, 4);

        Pod leaving = scene.eventually(
                () -> lending.guest.pod("bare"),
                pod -> pod != null && pod.getMetadata().getDeletionTimestamp() != null);
        assertThat(leaving.getMetadata().getDeletionGracePeriodSeconds()).isBetween(10L, 20L);
        lending.owner.awaitRunning("own", 2);
        assertThat(lending.guest.pods()).isEmpty();
        assertThat(lending.events("bare", "Reclaimed")).hasSize(1);
    }

    @Test
    void aLonePodReclaimsByARecordOfItsOwnThatGoesWithIt() {
        Lending lending = new Lending(scene, 2, "notice: 30s");
        lending.guestRuns("spare", 2, "", LONG_GRACE);
        lending.guest.linger("spare", "6s");

        lending.owner.pod("notebook", 4, "", "");

        scene.eventually(() -> assertThat(lending.owner.pod("notebook")).isNotNull());
        String record = "pod-" + lending.owner.pod("notebook").getMetadata().getUid();
        GPUWorkload claimant = lending.awaitReclaimingRecord(record);
        assertThat(claimant.getMetadata().getOwnerReferences())
                .extracting(OwnerReference::getKind)
                .containsExactly("Pod");
        assertThat(claimant.getMetadata().getFinalizers()).containsExactly("offtake.dev/placed");
        lending.owner.awaitPodRunning("notebook");
        assertThat(lending.owner.recordedNodes(record))
                .containsExactly(lending.owner.pod("notebook").getSpec().getNodeName());
        lending.owner.pod("second", 1, "", "");
        lending.owner.awaitPodRunning("second");
        assertThat(lending.owner.records()).hasSizeLessThanOrEqualTo(2);

        lending.owner.deletePod("notebook");
        lending.owner.awaitLetGo(record);
    }

    @Test
    @Tag("slow")
    void whatIsNotLentStaysIdle() {
        Lending lending = new Lending(scene, 2, "policy: Never");

        lending.guest.job("spare", 1, 4, SPOT, "", "");

        scene.eventually(() -> {
            assertThat(lending.guest.record("job-spare")).isNotNull();
            assertThat(lending.guest.record("job-spare").getStatus()).isNotNull();
            assertThat(lending.guest.record("job-spare").getStatus().waiting()).isNotNull();
        });
        lending.owner.job("own", 2, 4);
        lending.owner.awaitRunning("own", 2);
        lending.guest.assertHeld("spare");
    }
}
