package dev.offtake.scenario;

import static dev.offtake.scenario.Scene.gb300;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUWorkload;
import dev.offtake.api.GPUWorkloadStatus.Phase;
import dev.offtake.testbed.CommandResult;
import dev.offtake.testbed.LiveFleet;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operator is stopped at some moment and started again: nothing is decided twice, nothing is forgotten. */
@OnControlPlane
class RestartIT {
    private Scene scene;
    private LiveFleet nodes;
    private Workspace acme;

    @BeforeEach
    void fourNodes(Sandbox sandbox) {
        scene = new Scene(sandbox);
        nodes = scene.supply(gb300(4));
        acme = scene.customer("acme", 4, "node");
    }

    @Test
    void aGangThatIsHalfReleasedWhenTheOperatorIsKilledIsFinishedOnTheRecordedNodes() {
        Denial denial = holdBack("['2', '3']");
        acme.job("half", 4, 2, "", "completionMode: Indexed", "");
        acme.awaitRunning("half", 2);
        List<String> recorded = acme.recordedNodes("job-half");

        scene.stopOperator();
        denial.lift();
        // Free room elsewhere is no reason to go there.
        scene.grow(gb300(4));
        scene.startOperator();

        acme.awaitRunning("half", 4);
        assertThat(acme.nodesOf("half")).isEqualTo(recorded);
        assertThat(acme.recordedNodes("job-half")).isEqualTo(recorded);
    }

    @Test
    void aGangWhoseRecordIsWrittenWhenTheOperatorIsKilledIsReleasedToTheRecordedNodes() {
        Denial denial = holdBack("['0', '1', '2', '3']");
        acme.job("recorded", 4, 2, "", "completionMode: Indexed", "");
        scene.eventually(() -> assertThat(acme.recordedNodes("job-recorded")).hasSize(4));
        List<String> recorded = acme.recordedNodes("job-recorded");

        scene.stopOperator();
        denial.lift();
        scene.grow(gb300(4));
        scene.startOperator();

        acme.awaitRunning("recorded", 4);
        assertThat(acme.nodesOf("recorded")).isEqualTo(recorded);
    }

    @Test
    void whatEndsWhileTheOperatorIsAwayIsGivenBackWhenItIsBack() {
        acme.job("done", 2, 4);
        acme.job("deleted", 1, 4);
        acme.job("stays", 1, 4);
        acme.awaitRunning("done", 2);
        acme.awaitRunning("deleted", 1);
        acme.awaitRunning("stays", 1);
        List<String> stays = acme.nodesOf("stays");

        scene.stopOperator();
        acme.endPods("done", false);
        acme.deleteJob("deleted");
        scene.eventually(() -> {
            assertThat(acme.job("done").getStatus().getCompletionTime()).isNotNull();
            assertThat(acme.podsOf("deleted")).isEmpty();
        });
        acme.job("next", 3, 4);
        scene.startOperator();

        acme.awaitRunning("next", 3);
        assertThat(acme.nodesOf("stays")).isEqualTo(stays);
        scene.eventually(() -> {
            assertThat(acme.record("job-deleted")).isNull();
            assertThat(acme.record("job-done").getStatus().phase()).isEqualTo(Phase.FINISHED);
            assertThat(acme.record("job-done").getMetadata().getFinalizers()).isEmpty();
        });
    }

    @Test
    void aGangWhoseRecordIsLostIsKnownByTheClaimsOfItsPods() {
        acme.job("running", 4, 4);
        acme.awaitRunning("running", 4);

        scene.stopOperator();
        GPUWorkload lost = acme.record("job-running");
        lost.getMetadata().setFinalizers(List.of());
        scene.admin().resource(lost).update();
        scene.admin().resource(lost).delete();
        scene.eventually(() -> assertThat(acme.record("job-running")).isNull());
        acme.job("next", 4, 4);
        scene.startOperator();

        acme.awaitReason("next", "QuotaReached");
        assertThat(acme.runningPodsOf("running")).hasSize(4);
        acme.deleteJob("running");
        acme.awaitRunning("next", 4);
    }

    @Test
    void aGangOfBarePodsThatNameTheirNodesThemselvesKeepsItsPlace() {
        nodes.nodes()
                .forEach(node -> acme.pod(
                        "on-" + node,
                        4,
                        "labels: {offtake.dev/workload: four}\nannotations: {offtake.dev/pods: \"4\"}",
                        "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: ["
                                + "{matchFields: [{key: metadata.name, operator: In, values: [" + node + "]}]}]}}}"));
        acme.awaitRunning(4);

        scene.stopOperator();
        acme.job("next", 1, 4);
        scene.startOperator();

        assertThat(acme.awaitReason("next", "QuotaReached")).contains("0 of 4 free: 4 claimed");
        assertThat(acme.recordedNodes("pods-four")).hasSize(4);
    }

    @Test
    void aJobThatIsSuspendedToTakeItBackGoesOnWhenTheOperatorIsBack() {
        String busy = nodes.node(0, 0);
        acme.squat("squat", busy, "squats: here", "");
        acme.job("back", 4, 4, "", "backoffLimit: 0", """
                terminationGracePeriodSeconds: 60
                affinity:
                  podAntiAffinity:
                    requiredDuringSchedulingIgnoredDuringExecution:
                    - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {squats: here}}}
                """);
        acme.awaitRunning("back", 3);
        acme.linger("back", "8s");
        scene.eventually(
                () -> assertThat(acme.job("back").getSpec().getSuspend()).isTrue());

        scene.stopOperator();
        scene.eventually(() -> assertThat(acme.podsOf("back")).isEmpty());
        assertThat(acme.job("back").getSpec().getSuspend()).isTrue();
        acme.removePod("squat");
        scene.grow(gb300(1));
        scene.startOperator();

        acme.awaitRunning("back", 4);
        assertThat(acme.nodesOf("back"))
                .as("the node that refused it is avoided")
                .doesNotContain(busy);
        assertThat(acme.job("back").getStatus().getFailed()).isIn(null, 0);
    }

    /** From now on nobody can change pods with these completion indexes. */
    private Denial holdBack(String indexes) {
        String index = "object.metadata.labels[?'batch.kubernetes.io/job-completion-index'].orValue('')";
        Denial denial = new Denial(scene, acme, "UPDATE", "pods", "!(" + index + " in " + indexes + ")");
        scene.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: probe, namespace: %s, labels: {batch.kubernetes.io/job-completion-index: "3"}}
                spec: {schedulingGates: [{name: example.com/probe}], containers: [{name: main, image: none}]}
                """.formatted(acme.name())).orFail();
        scene.eventually(this::touchProbe, touched -> touched.exitCode() != 0);
        acme.removePod("probe");
        return denial;
    }

    private CommandResult touchProbe() {
        return scene.controlPlane()
                .kubectl(
                        "-n",
                        acme.name(),
                        "annotate",
                        "--overwrite",
                        "--dry-run=server",
                        "pod",
                        "probe",
                        "touched=yes");
    }
}
