package dev.offtake.scenario;

import static dev.offtake.scenario.Lending.LONG_GRACE;
import static dev.offtake.scenario.Lending.uids;
import static dev.offtake.scenario.Scene.gb300;
import static dev.offtake.scenario.Scene.h100;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.Condition;
import dev.offtake.api.GPUWorkload;
import dev.offtake.api.GPUWorkloadStatus.Phase;
import dev.offtake.schedule.WaitRules;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.LiveFleet;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nodes are lost on which gangs run, and nothing is idle beside the others. */
@Tag("slow")
@OnControlPlane
class RepairIT {
    private static final String RACK = "fabric.topograph.run/tier-0";

    private LiveFleet nodes;
    private Scene scene;

    @AfterEach
    void theNextTestStartsItsOwn() {
        TestOperator.stop();
    }

    /** What becomes of a pod whose node is gone for good, without the minutes that this takes. */
    private void lose(Pod pod) {
        nodes.delete(pod.getSpec().getNodeName());
        scene.admin().resource(pod).withGracePeriod(0).delete();
    }

    @Test
    void aLostSeatIsTakenBackFromAGuestWhileTheOthersRunOn(Sandbox sandbox) {
        scene = new Scene(sandbox);
        nodes = scene.supply(gb300(3));
        Lending lending = new Lending(scene, 2, "notice: 60s");
        lending.owner.job("own", 2, 4);
        lending.owner.awaitRunning("own", 2);
        lending.guestRuns("borrows", 1, "", LONG_GRACE);
        lending.guest.linger("borrows", "8s");
        String lent = lending.guest.nodesOf("borrows").get(0);
        Pod lost = lending.owner.runningPodsOf("own").get(0);
        List<String> others = uids(lending.owner.runningPodsOf("own").subList(1, 2));

        lose(lost);

        GPUWorkload record = lending.awaitReclaiming("own");
        assertThat(record.getStatus().plan().nodes()).containsExactly(lent);
        assertThat(record.getStatus().waiting().numbers())
                .containsEntry("gpus", "4")
                .containsEntry("runs", "true");
        assertThat(Scene.condition(record.getStatus().conditions(), "Placed"))
                .hasValueSatisfying(placed -> assertThat(placed.status()).isEqualTo(Condition.Status.TRUE));
        lending.awaitLeaving("borrows");
        assertThat(uids(lending.owner.runningPodsOf("own"))).isEqualTo(others);

        lending.owner.awaitRunning("own", 2);
        assertThat(lending.owner.nodesOf("own"))
                .contains(lent)
                .doesNotContain(lost.getSpec().getNodeName());
        assertThat(uids(lending.owner.runningPodsOf("own"))).containsAll(others);
        scene.eventually(() -> {
            GPUWorkload after = lending.owner.record("job-own");
            assertThat(after.getStatus().phase()).isEqualTo(Phase.RUNNING);
            assertThat(after.getStatus().plan()).isNull();
            assertThat(after.getStatus().waiting()).isNull();
        });
        lending.awaitBackInQueue("borrows");
    }

    @Test
    void aGangThatHasNoSeatLeftInItsRackStartsOverInAnother(ControlPlane controlPlane, Sandbox sandbox) {
        TestOperator.stop();
        WaitRules usual = WaitRules.DEFAULT;
        WaitRules soon =
                new WaitRules(usual.reserveAfter(), usual.spotPatience(), usual.spotOrder(), Duration.ofSeconds(3));
        scene = new Scene(sandbox);
        nodes = scene.supply(
                h100(2).vocabulary("topograph-v1").racks(2),
                "topology: [{name: rack, keys: [" + RACK + "], nodes: 2}]\n");
        Workspace acme = scene.customer("acme", 4, "node");
        scene.stopOperator();
        try (TestOperator operator = TestOperator.waiting(controlPlane, soon)) {
            assertThat(operator.get("/readyz").statusCode()).isEqualTo(200);
            acme.job("whole", 2, 8, "offtake.dev/topology: rack", "backoffLimit: 1", "");
            acme.awaitRunning("whole", 2);
            List<Pod> before = acme.runningPodsOf("whole");
            List<String> rack = Scene.nodesOf(before);

            lose(before.get(0));

            scene.eventually(() -> {
                assertThat(acme.runningPodsOf("whole")).hasSize(2);
                assertThat(acme.nodesOf("whole")).doesNotContainAnyElementsOf(rack);
            });
            assertThat(acme.job("whole").getSpec().getSuspend()).isIn(null, false);
            assertThat(acme.job("whole").getStatus().getFailed())
                    .as("the one whose node was lost")
                    .isIn(null, 0, 1);
            assertThat(scene.admin()
                            .v1()
                            .events()
                            .inNamespace(acme.name())
                            .list()
                            .getItems())
                    .filteredOn(event -> "NodesLost".equals(event.getReason()))
                    .singleElement()
                    .satisfies(event -> assertThat(event.getMessage())
                            .startsWith("1 of its 2 pods has lost its node "
                                    + before.get(0).getSpec().getNodeName()));
            assertThat(operator.get("/metrics").body()).contains("offtake_rollbacks_total{reason=\"NodesLost\"} 1.0");
        }
    }
}
