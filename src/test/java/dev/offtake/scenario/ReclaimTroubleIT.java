package dev.offtake.scenario;

import static dev.offtake.scenario.Lending.LONG_GRACE;
import static dev.offtake.scenario.Lending.uids;
import static dev.offtake.scenario.Scene.gb300;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUWorkloadStatus.Phase;
import dev.offtake.testbed.LiveFleet;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Things happen while an owner takes back what it has lent: three nodes, all lent, two of them promised. */
@Tag("slow")
@OnControlPlane
class ReclaimTroubleIT {
    private Scene scene;
    private LiveFleet nodes;
    private Lending lending;

    @BeforeEach
    void threeNodes(Sandbox sandbox) {
        scene = new Scene(sandbox);
        nodes = scene.supply(gb300(3));
        lending = new Lending(scene, 2, "notice: 60s");
    }

    private void guestsLinger(String time) {
        for (String job : List.of("one", "two", "three")) {
            lending.guestRuns(job, 1, "", LONG_GRACE);
            lending.guest.linger(job, time);
        }
    }

    private List<String> leaving() {
        return lending.guest.pods().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() != null)
                .map(pod -> pod.getMetadata().getLabels().get("job-name"))
                .toList();
    }

    private List<String> awaitLeaving(int jobs) {
        return scene.eventually(this::leaving, leaving -> leaving.size() == jobs);
    }

    @Test
    void aNodeThatFailsMeanwhileIsReplacedByAnotherPlan() {
        guestsLinger("8s");
        lending.owner.job("own", 2, 4);
        lending.awaitReclaiming("own");
        awaitLeaving(2);
        String lost = lending.owner.recordedNodes("job-own").get(0);

        nodes.cordon(lost);

        lending.owner.awaitRunning("own", 2);
        assertThat(lending.owner.nodesOf("own")).doesNotContain(lost).doesNotHaveDuplicates();
        nodes.uncordon(lost);
        for (String job : List.of("one", "two", "three")) {
            scene.eventually(() -> assertThat(lending.guest.podsOf(job)).hasSize(1));
            lending.assertNotBlamed(job);
        }
        scene.eventually(() -> assertThat(lending.guest.pods().stream().filter(Workspace::isRunning))
                .as("one node is idle again")
                .hasSize(1));
    }

    @Test
    void aClaimantThatIsDeletedMeanwhileGivesItsPlaceBackAndNobodyElseIsEvicted() {
        guestsLinger("8s");
        lending.owner.job("own", 1, 4);
        lending.awaitReclaiming("own");
        String victim = awaitLeaving(1).get(0);
        List<String> others = List.of("one", "two", "three").stream()
                .filter(job -> !job.equals(victim))
                .toList();
        List<String> spared = others.stream()
                .flatMap(job -> uids(lending.guest.podsOf(job)).stream())
                .toList();

        lending.owner.deleteJob("own");

        lending.owner.awaitLetGo("job-own");
        lending.guest.awaitRunning(victim, 1);
        lending.assertNotBlamed(victim);
        assertThat(others.stream().flatMap(job -> uids(lending.guest.podsOf(job)).stream()))
                .containsExactlyElementsOf(spared);
    }

    @Test
    void aLonePodThatIsDeletedMeanwhileGivesItsPlaceBackToo() {
        guestsLinger("8s");
        lending.owner.pod("notebook", 4, "", "");
        scene.eventually(() -> assertThat(lending.owner.records()).hasSize(1));
        String record = lending.owner.records().get(0).getMetadata().getName();
        lending.awaitReclaimingRecord(record);
        String victim = awaitLeaving(1).get(0);

        lending.owner.deletePod("notebook");

        lending.owner.awaitLetGo(record);
        lending.guest.awaitRunning(victim, 1);
        lending.assertNotBlamed(victim);
    }

    @Test
    void aGangOfBarePodsGoesAsAWhole() {
        String gang = """
                labels: {offtake.dev/workload: pair}
                annotations: {offtake.dev/pods: "2", offtake.dev/tier: Spot}
                """;
        lending.guest.pod("left", 4, gang, "");
        lending.guest.pod("right", 4, gang, "");
        lending.guest.awaitRunning(2);
        lending.guestRuns("three", 1, ", offtake.dev/checkpoint: 1s", "");

        lending.owner.job("own", 2, 4);

        lending.owner.awaitRunning("own", 2);
        scene.eventually(() -> assertThat(lending.guest.pods().stream()
                        .filter(pod -> pod.getMetadata().getLabels().containsKey("offtake.dev/workload")))
                .isEmpty());
        lending.guest.awaitFinished("pods-pair");
        assertThat(Scene.condition(lending.guest.record("pods-pair").getStatus().conditions(), "Evicted")
                        .orElseThrow()
                        .reason())
                .isEqualTo("Reclaimed");
    }

    @Test
    void nobodyIsEvictedForAGangThatCannotStartAfterAll() {
        guestsLinger("1s");
        List<String> before = uids(lending.guest.pods());
        nodes.cordon(nodes.node(0, 0));
        nodes.cordon(nodes.node(0, 1));

        lending.owner.job("own", 2, 4);

        scene.eventually(() -> {
            assertThat(lending.owner.record("job-own")).isNotNull();
            assertThat(lending.owner.record("job-own").getStatus().phase()).isEqualTo(Phase.WAITING);
        });
        assertThat(uids(lending.guest.pods())).isEqualTo(before);
        assertThat(leaving()).isEmpty();
        nodes.uncordon(nodes.node(0, 0));
        lending.owner.awaitRunning("own", 2);
    }

    @Test
    void anOperatorThatIsStoppedMeanwhileGoesOnWhereItWas() {
        guestsLinger("12s");
        lending.owner.job("own", 2, 4);
        lending.awaitReclaiming("own");
        List<String> victims = awaitLeaving(2);
        List<String> recorded = lending.owner.recordedNodes("job-own");

        scene.stopOperator();
        scene.startOperator();

        assertThat(lending.owner.record("job-own").getStatus().phase()).isEqualTo(Phase.RECLAIMING);
        lending.owner.awaitRunning("own", 2);
        assertThat(lending.owner.nodesOf("own")).isEqualTo(recorded);
        victims.forEach(lending::awaitBackInQueue);
        assertThat(victims)
                .allSatisfy(job -> assertThat(lending.events(job, "Reclaimed")).hasSize(1));
    }

    @Test
    void anOperatorThatComesBackWhenAllVictimsAreGoneStartsTheClaimant() {
        guestsLinger("6s");
        lending.owner.job("own", 2, 4);
        lending.awaitReclaiming("own");
        List<String> victims = awaitLeaving(2);
        List<String> recorded = lending.owner.recordedNodes("job-own");

        scene.stopOperator();
        scene.eventually(() -> assertThat(leaving()).isEmpty());
        scene.startOperator();

        lending.owner.awaitRunning("own", 2);
        assertThat(lending.owner.nodesOf("own")).isEqualTo(recorded);
        victims.forEach(lending::awaitBackInQueue);
    }
}
