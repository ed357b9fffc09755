package dev.offtake.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offtake.api.GPUPoolStatus;
import dev.offtake.api.TenantContractSpec.Moves;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two racks of four nodes, half of each in use, and a gang that needs a whole one. */
@OnControlPlane
@Tag("slow")
class DefragIT {
    private static final String RACK = "fabric.topograph.run/tier-0";
    /** A gang waits for a minute before anything is moved for it. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private Scene scene;

    @BeforeEach
    void twoRacks(Sandbox sandbox) {
        scene = new Scene(sandbox);
        scene.supply(
                Scene.h100(4).vocabulary("topograph-v1").racks(2),
                "topology: [{name: rack, keys: [" + RACK + "], nodes: 4}]\n");
    }

    private void halfOfEachRack(Workspace acme) {
        for (String job : List.of("left", "first", "right", "second")) {
            acme.job(job, 2, 8, "offtake.dev/topology: rack", "backoffLimit: 0", "");
            acme.awaitRunning(job, 2);
        }
        acme.deleteJob("first");
        acme.deleteJob("second");
        scene.eventually(() -> assertThat(acme.pods()).hasSize(4));
        Set<String> used = new HashSet<>(scene.domains(acme.runningPodsOf("left"), RACK));
        used.addAll(scene.domains(acme.runningPodsOf("right"), RACK));
        assertThat(used).hasSize(2);
    }

    @Test
    void whatWouldHaveToBeMovedIsProposedAndNobodyIsMovedWhoseContractDoesNotLetIt() {
        Workspace acme = scene.customer("acme", 2, "rack");
        halfOfEachRack(acme);
        List<String> left = acme.nodesOf("left");
        List<String> right = acme.nodesOf("right");

        acme.job("whole", 4, 8, "offtake.dev/topology: rack", "", "");
        acme.awaitReason("whole", "OwnFragmentation");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                scene.pool(scene.poolName()).getStatus().defragmentation())
                        .hasSize(1));
        GPUPoolStatus.Defragmentation plan =
                scene.pool(scene.poolName()).getStatus().defragmentation().get(0);
        assertThat(plan.workload()).isEqualTo(acme.name() + "/job-whole");
        assertThat(plan.gpus()).isEqualTo(32);
        assertThat(plan.nodes()).hasSize(4);
        assertThat(plan.reason()).isEqualTo("OwnFragmentation");
        assertThat(plan.moves()).singleElement().satisfies(move -> {
            assertThat(move.workload()).isIn(acme.name() + "/job-left", acme.name() + "/job-right");
            assertThat(move.moves()).isEqualTo(Moves.NEVER);
            assertThat(move.gpus()).isEqualTo(16);
            assertThat(plan.nodes()).containsAll(move.from()).doesNotContainAnyElementsOf(move.to());
            assertThat(Double.parseDouble(move.lostGpuHours())).isGreaterThan(2.6);
        });
        assertThat(acme.nodesOf("left")).isEqualTo(left);
        assertThat(acme.nodesOf("right")).isEqualTo(right);
        acme.assertHeld("whole");

        acme.deleteJob("whole");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                scene.pool(scene.poolName()).getStatus().defragmentation())
                        .isEmpty());
    }

    @Test
    void whoseContractLetsItIsMovedWithoutBlameAndTheWholeRackIsThere() {
        Workspace acme = scene.mover("acme", 2, "rack");
        halfOfEachRack(acme);

        acme.job("whole", 4, 8, "offtake.dev/topology: rack", "", "");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(acme.runningPodsOf("whole")).hasSize(4));
        acme.awaitRunning("left", 2);
        acme.awaitRunning("right", 2);
        assertThat(scene.domains(acme.runningPodsOf("whole"), RACK)).hasSize(1);
        assertThat(scene.domains(acme.runningPodsOf("left"), RACK))
                .isEqualTo(scene.domains(acme.runningPodsOf("right"), RACK));
        for (String job : List.of("left", "right")) {
            assertThat(acme.job(job).getStatus().getFailed()).isIn(null, 0);
            assertThat(acme.job(job).getSpec().getSuspend()).isIn(null, false);
        }
        List<String> moved = List.of("left", "right").stream()
                .filter(job -> Scene.condition(
                                acme.record("job-" + job).getStatus().conditions(), "Evicted")
                        .isPresent())
                .toList();
        assertThat(moved).hasSize(1);
        assertThat(Scene.condition(
                                acme.record("job-" + moved.get(0)).getStatus().conditions(), "Evicted")
                        .orElseThrow()
                        .message())
                .contains("it is moved to make whole cells for a gang of 32 GPUs");
    }
}
