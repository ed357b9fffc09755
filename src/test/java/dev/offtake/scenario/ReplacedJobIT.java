package dev.offtake.scenario;

import static dev.offtake.scenario.Scene.gb300;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUWorkload;
import dev.offtake.api.GPUWorkloadStatus.Phase;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.OwnerReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A Job is deleted, and another one of its name made while what it leaves is still there: whose record there is. */
@Tag("slow")
@OnControlPlane
class ReplacedJobIT {
    private Scene scene;
    private Workspace acme;

    @BeforeEach
    void aJobRunsOnTwoNodes(Sandbox sandbox) {
        scene = new Scene(sandbox);
        scene.supply(gb300(2));
        acme = scene.customer("acme", 2, "node");
        acme.job("again", 2, 4);
        acme.awaitRunning("again", 2);
    }

    private void delete(String cascade) {
        scene.controlPlane()
                .kubectl("-n", acme.name(), "delete", "job", "again", "--wait=false", "--cascade=" + cascade)
                .orFail();
        scene.eventually(() -> assertThat(acme.job("again")).isNull());
    }

    /** The record is of the Job that there is now, and of what that one asks for. */
    private void assertRecorded(int pods, String gpus) {
        scene.eventually(() -> {
            GPUWorkload record = acme.record("job-again");
            assertThat(record.getMetadata().getOwnerReferences())
                    .extracting(OwnerReference::getUid)
                    .containsExactly(acme.job("again").getMetadata().getUid());
            assertThat(record.getMetadata().getDeletionTimestamp()).isNull();
            assertThat(record.getMetadata().getFinalizers()).containsExactly("offtake.dev/placed");
            assertThat(record.getSpec().podSets()).singleElement().satisfies(set -> {
                assertThat(set.count()).isEqualTo(pods);
                assertThat(set.requests().get("nvidia.com/gpu").getAmount()).isEqualTo(gpus);
            });
            assertThat(record.getStatus().placement()).isNotEmpty();
        });
    }

    @Test
    void oneThatIsMadeWhileThePodsOfTheOneBeforeEndHasARecordOfItsOwn() {
        acme.linger("again", "3s");
        delete("background");
        acme.job("again", 1, 2);

        acme.awaitRunning("again", 1);

        assertRecorded(1, "2");
        acme.endPods("again", false);
        acme.awaitFinished("job-again");
    }

    @Test
    void oneThatIsMadeWhenEverythingOfTheOneBeforeHasEndedHasARecordOfItsOwn() {
        acme.endPods("again", false);
        acme.awaitFinished("job-again");
        delete("background");
        acme.job("again", 1, 2);

        acme.awaitRunning("again", 1);

        assertRecorded(1, "2");
    }

    @Test
    void oneWhoseRecordIsLeftToNobodyOwnsIt() {
        delete("orphan");
        acme.awaitFinished("job-again");
        acme.pods().forEach(pod -> acme.deletePod(pod.getMetadata().getName()));
        acme.job("again", 1, 2);

        acme.awaitRunning("again", 1);

        assertRecorded(1, "2");
        acme.deleteJob("again");
        acme.awaitNoRecord("job-again");
    }

    @Test
    void oneThatIsScaledWhileItsUserHasSuspendedItHasARecordOfWhatItAsksForNow() {
        acme.suspend("again", true);
        acme.awaitFinished("job-again");
        acme.patchJob("again", "{\"spec\":{\"parallelism\":1,\"suspend\":false}}");

        acme.awaitRunning("again", 1);

        assertRecorded(1, "4");
        scene.eventually(
                () -> assertThat(acme.record("job-again").getStatus().phase()).isEqualTo(Phase.PLACED));
    }
}
