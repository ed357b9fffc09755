package dev.offtake.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.Condition.Status;
import dev.offtake.api.GPUPool;
import dev.offtake.api.GPUPoolStatus;
import dev.offtake.testbed.FleetSpec;
import dev.offtake.testbed.LiveFleet;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import org.junit.jupiter.api.Test;

/** Which nodes take work. */
@OnControlPlane
class HealthIT {
    private static FleetSpec h100(int nodes) {
        return Scene.h100(nodes).vocabulary("topograph-v1");
    }

    @Test
    void nodesThatAreCordonedNotReadyUnhealthyTaintedOrSharedTakeNothingAndADegradedOneOnlySingleGpus(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        LiveFleet nodes = h100(8).create(sandbox);
        nodes.cordon(nodes.node(0, 0));
        nodes.notReady(nodes.node(0, 1));
        nodes.condition(nodes.node(0, 2), "GpuNvlinkWatch", "True");
        nodes.condition(nodes.node(0, 3), "AcceleratedHardwareReady", "False");
        nodes.taint(nodes.node(0, 4), "nvidia.com/gpu-xid-error", "79", "NoSchedule");
        nodes.loseGpus(nodes.node(0, 5), 1);
        nodes.relabel(nodes.node(0, 6), "nvidia.com/gpu.product", "NVIDIA-H100-80GB-HBM3-SHARED");
        nodes.condition(nodes.node(0, 7), "GpuNvlinkWatch", "False");
        nodes.condition(nodes.node(0, 7), "AcceleratedHardwareReady", "True");
        String pool = scene.pool("h100-sxm", "");
        scene.eventually(() -> assertThat(scene.pool(pool).getStatus().nodes())
                .isEqualTo(new GPUPoolStatus.Nodes(7, 1, 3, 1, 1, 1, 0, 0)));
        assertThat(scene.pool(pool).getStatus().gpus().sellable()).isEqualTo(15);

        Workspace acme = scene.customer("acme", 48, "gpu");
        acme.job("whole", 1, 8);
        acme.awaitRunning("whole", 1);
        assertThat(Scene.nodesOf(acme.runningPodsOf("whole"))).containsExactly(nodes.node(0, 7));
        acme.job("single", 7, 1);
        acme.awaitRunning("single", 7);
        assertThat(Scene.nodesOf(acme.runningPodsOf("single"))).containsOnly(nodes.node(0, 5));

        acme.job("two", 2, 8);
        acme.awaitReason("two", "InsufficientGpus");
        nodes.uncordon(nodes.node(0, 0));
        nodes.condition(nodes.node(0, 2), "GpuNvlinkWatch", "False");
        acme.awaitRunning("two", 2);
        assertThat(Scene.nodesOf(acme.runningPodsOf("two")))
                .containsExactlyInAnyOrder(nodes.node(0, 0), nodes.node(0, 2));
    }

    @Test
    void aNodeClaimedByTwoPoolsKeepsItsWorkTakesNoMoreAndBothPoolsSaySo(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        LiveFleet nodes = h100(1).create(sandbox);
        String first = scene.pool("h100-sxm", "");
        Workspace acme = scene.customer("acme", 8, "gpu");
        acme.job("before", 1, 4);
        acme.awaitRunning("before", 1);

        String second = sandbox.name("second");
        scene.apply("""
                apiVersion: offtake.dev/v1alpha1
                kind: GPUPool
                metadata: {name: %s}
                spec: {gpuClass: h100-sxm}
                """.formatted(second)).orFail();
        sandbox.own(scene.pool(second));
        assertThat(scene.awaitPool(first, GPUPool.NODES_DISPUTED, Status.TRUE).message())
                .contains("another pool claims 1 node of this one: " + nodes.node(0, 0) + " (by " + second + ")");
        assertThat(scene.awaitPool(second, GPUPool.NODES_DISPUTED, Status.TRUE).message())
                .contains(nodes.node(0, 0) + " (by " + first + ")");
        acme.job("after", 1, 1);
        acme.awaitReason("after", "InsufficientGpus");
        assertThat(acme.runningPodsOf("before")).hasSize(1);

        scene.deletePool(second);
        acme.awaitRunning("after", 1);
        scene.awaitPool(first, GPUPool.NODES_DISPUTED, Status.FALSE);
    }

    @Test
    void labelsThatFormNoTreeOrComeLateAreToldAndGiveNoWholeCellsUntilTheyAreRight(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        LiveFleet nodes = h100(3).create(sandbox);
        String block = "fabric.topograph.run/tier-1";
        String rack = "fabric.topograph.run/tier-0";
        String rackOfAll =
                scene.node(nodes.node(0, 0)).getMetadata().getLabels().get(rack);
        nodes.relabel(nodes.node(0, 0), block, "elsewhere");
        String pool = scene.pool("h100-sxm", "");
        assertThat(scene.awaitPool(pool, "TopologyConflict", Status.TRUE).message())
                .contains("rack " + rackOfAll, "has nodes in more than one block: ", "elsewhere");
        nodes.relabel(
                nodes.node(0, 0),
                block,
                scene.node(nodes.node(0, 1)).getMetadata().getLabels().get(block));
        scene.awaitPool(pool, "TopologyConflict", Status.FALSE);

        // Labels of a node that has just joined.
        nodes.removeLabel(nodes.node(0, 2), rack);
        nodes.removeLabel(nodes.node(0, 2), block);
        nodes.delete(nodes.node(0, 2));
        LiveFleet joined = h100(1).prefix("joined").vocabulary("nvidia").create(sandbox);
        scene.eventually(() -> assertThat(scene.pool(pool).getStatus().nodes().unknownTopology())
                .isEqualTo(1));
        assertThat(scene.awaitPool(pool, GPUPool.READY, Status.TRUE).message()).contains(joined.node(0, 0));
        Workspace acme = scene.customer("acme", 3, "node");
        acme.job("rack", 3, 8, "offtake.dev/topology: rack", "", "");
        acme.awaitReason("rack", "NeverFits");
        joined.relabel(joined.node(0, 0), rack, rackOfAll);
        joined.relabel(
                joined.node(0, 0),
                block,
                scene.node(nodes.node(0, 1)).getMetadata().getLabels().get(block));
        acme.awaitRunning("rack", 3);
    }
}
