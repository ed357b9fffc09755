package dev.offtake.scenario;

import static dev.offtake.scenario.Scene.gb300;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUWorkloadStatus.Phase;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two nodes under a contract of two: whoever runs next does so because the one before gave everything back. */
@Tag("slow")
@OnControlPlane
class GivenBackIT {
    private static final String CLASS = "gb300-nvl72";

    private Scene scene;
    private Workspace acme;

    @BeforeEach
    void twoNodes(Sandbox sandbox) {
        scene = new Scene(sandbox);
        scene.supply(gb300(2));
        acme = scene.customer("acme", 2, "node");
    }

    @Test
    void aJobThatIsDeletedWhileItWaitsLeavesNothing() {
        acme.job("first", 2, 4);
        acme.awaitRunning("first", 2);
        acme.job("waiting", 2, 4);
        acme.awaitReason("waiting", "QuotaReached");

        acme.deleteJob("waiting");

        acme.awaitNoRecord("job-waiting");
        acme.deleteJob("first");
        acme.awaitNoRecord("job-first");
        nextRuns(acme);
    }

    @Test
    void aJobThatCompletesGivesEverythingBackAndItsRecordSaysFinished() {
        acme.job("done", 2, 4);
        acme.awaitRunning("done", 2);

        acme.endPods("done", false);

        acme.awaitFinished("job-done");
        nextRuns(acme);
    }

    @Test
    void aJobThatFailsGivesEverythingBack() {
        acme.job("broken", 2, 4, "", "backoffLimit: 0", "");
        acme.awaitRunning("broken", 2);

        acme.endPods("broken", true);

        acme.awaitFinished("job-broken");
        nextRuns(acme);
    }

    @Test
    void podsThatAreLeftOfADeletedJobKeepWhatTheyHoldUntilTheyEndAndItsNameIsFree() {
        acme.job("left", 2, 4);
        acme.awaitRunning("left", 2);
        List<Pod> orphans = acme.podsOf("left");

        scene.controlPlane()
                .kubectl("-n", acme.name(), "delete", "job", "left", "--cascade=orphan")
                .orFail();

        acme.awaitFinished("job-left");
        acme.job("left", 1, 4);
        acme.awaitReason("left", "QuotaReached");
        orphans.forEach(pod -> acme.deletePod(pod.getMetadata().getName()));
        acme.awaitRunning("left", 1);
        acme.deleteJob("left");
        nextRuns(acme);
    }

    @Test
    void aJobThatItsUserSuspendsHoldsNothingAndComesBackWhenItIsResumed() {
        acme.job("paused", 2, 4);
        acme.awaitRunning("paused", 2);

        acme.suspend("paused", true);
        nextRuns(acme);
        assertThat(acme.podsOf("paused")).isEmpty();
        acme.suspend("paused", false);
        acme.awaitReason("paused", "QuotaReached");
        acme.deleteJob("next");

        acme.awaitRunning("paused", 2);
        scene.eventually(() -> {
            assertThat(acme.record("job-paused").getStatus().phase()).isEqualTo(Phase.RUNNING);
            assertThat(acme.record("job-paused").getMetadata().getFinalizers())
                    .as("a placed gang's record is kept")
                    .contains("offtake.dev/placed");
        });
    }

    @Test
    void aNamespaceThatIsDeletedWhileWorkRunsGoesEntirely() {
        acme.job("doomed", 2, 4);
        acme.awaitRunning("doomed", 2);

        scene.admin().namespaces().withName(acme.name()).delete();

        scene.eventually(() -> assertThat(
                        scene.admin().namespaces().withName(acme.name()).get())
                .isNull());
        nextRuns(scene.workspace("after", acme.tenant()));
    }

    @Test
    void aRecordThatIsDeletedWhileItsPodsRunStaysUntilTheyAreGone() {
        acme.job("held", 2, 4);
        acme.awaitRunning("held", 2);

        scene.admin().resource(acme.record("job-held")).delete();

        scene.eventually(() -> assertThat(acme.record("job-held").getMetadata().getDeletionTimestamp())
                .isNotNull());
        acme.job("second", 1, 4);
        acme.awaitReason("second", "QuotaReached");
        assertThat(acme.record("job-held")).isNotNull();
        assertThat(acme.runningPodsOf("held")).hasSize(2);
        acme.deleteJob("held");
        acme.awaitNoRecord("job-held");
        acme.awaitRunning("second", 1);
    }

    @Test
    void aContractThatIsDeletedWhileInUseEndsNoWorkButNewWorkWaits() {
        acme.job("running", 1, 4);
        acme.awaitRunning("running", 1);

        scene.deleteContract(acme.contract());
        acme.job("later", 1, 4);

        acme.awaitReason("later", "NoActiveContract");
        assertThat(acme.runningPodsOf("running")).hasSize(1);
        scene.contract(acme.tenant(), CLASS, "node", 2, 0);
        acme.awaitRunning("later", 1);
        assertThat(acme.runningPodsOf("running")).hasSize(1);
    }

    @Test
    void aPoolThatIsDeletedWhileInUseEndsNoWorkButNewWorkWaits() {
        acme.job("running", 1, 4);
        acme.awaitRunning("running", 1);

        scene.deletePool(scene.poolName());
        acme.job("later", 1, 4);

        acme.awaitReason("later", "NoPoolOfClass");
        assertThat(acme.runningPodsOf("running")).hasSize(1);
        scene.pool(CLASS, "");
        acme.awaitRunning("later", 1);
        assertThat(acme.nodesOf("later")).isNotEqualTo(acme.nodesOf("running"));
        acme.job("third", 1, 4);
        acme.awaitReason("third", "QuotaReached");
    }

    @Test
    void aGangOfBarePodsGivesEverythingBackWhenItsPodsAreDeleted() {
        barePod("a");
        barePod("b");
        acme.awaitRunning(2);
        acme.job("waiting", 2, 4);
        acme.awaitReason("waiting", "QuotaReached");

        acme.deletePods("offtake.dev/workload", "pair");

        acme.awaitRunning("waiting", 2);
        scene.eventually(() -> assertThat(acme.records())
                .filteredOn(w -> w.getStatus().phase() != Phase.FINISHED)
                .singleElement()
                .satisfies(w -> assertThat(w.getMetadata().getName()).isEqualTo("job-waiting")));
    }

    private void barePod(String name) {
        acme.pod(name, 4, """
                labels: {offtake.dev/workload: pair}
                annotations: {offtake.dev/pods: "2"}
                """, "");
    }

    /** A Job that needs everything there is. */
    private void nextRuns(Workspace where) {
        where.job("next", 2, 4);
        where.awaitRunning("next", 2);
    }
}
