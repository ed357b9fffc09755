package dev.offtake.scenario;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.Condition;
import dev.offtake.api.TenantContract;
import dev.offtake.api.Tier;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.FleetSpec;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import org.junit.jupiter.api.Test;

/** What contracts give to whom. */
@OnControlPlane
class TenantsIT {
    private static final String SMALL_RACKS = "topology: [{name: rack, keys: [nvidia.com/gpu.clique], nodes: 4}]";

    private static FleetSpec h100(int nodes) {
        return fleet().product("NVIDIA-H100-80GB-HBM3").traysPerRack(nodes);
    }

    @Test
    void aTenantThatIsFullNeitherBlocksNorEatsWhatIsPromisedToAnother(ControlPlane controlPlane, Sandbox sandbox) {
        Scene scene = new Scene(controlPlane, sandbox);
        fleet().racks(2).traysPerRack(4).create(sandbox);
        scene.pool("gb300-nvl72", SMALL_RACKS);
        String acme = scene.tenant("acme");
        String beta = scene.tenant("beta");
        scene.propose(acme, Scene.commitment("base", "gb300-nvl72", "rack", 1, 16));
        scene.propose(beta, Scene.commitment("base", "gb300-nvl72", "rack", 1, 0));
        String ours = scene.namespace("acme", acme);
        String theirs = scene.namespace("beta", beta);

        scene.job(ours, "three", 3, 4);
        scene.awaitRunning(ours, "three", 3);
        scene.job(ours, "two", 2, 4);
        assertThat(scene.awaitReason(ours, "two", "QuotaReached")).contains("needs 1 rack, 0 of 1 free");
        scene.job(ours, "ondemand", 2, 4, "offtake.dev/tier: OnDemand", "", "");
        assertThat(scene.awaitReason(ours, "ondemand", "InsufficientGpus")).contains("promised to others");
        scene.job(ours, "one", 1, 4);
        scene.job(theirs, "all", 4, 4);
        scene.awaitRunning(theirs, "all", 4);
        assertThat(scene.domains(scene.runningPodsOf(theirs, "all"), "nvidia.com/gpu.clique"))
                .hasSize(1)
                .doesNotContainAnyElementsOf(
                        scene.domains(scene.runningPodsOf(ours, "three"), "nvidia.com/gpu.clique"));
        scene.assertHeld(ours, "two");
        scene.assertHeld(ours, "ondemand");
    }

    @Test
    void onDemandTakesWhatIsNotPromisedUpToItsLimit(ControlPlane controlPlane, Sandbox sandbox) {
        Scene scene = new Scene(controlPlane, sandbox);
        h100(4).create(sandbox);
        scene.pool("h100-sxm", "");
        String acme = scene.tenant("acme");
        scene.contract(acme, "h100-sxm", "node", 1, 16);
        String ns = scene.namespace("train", acme);
        String tiers = "offtake.dev/tier: 'Reserved,OnDemand'";

        scene.job(ns, "first", 1, 8, tiers, "", "");
        scene.awaitRunning(ns, "first", 1);
        scene.job(ns, "second", 2, 8, tiers, "", "");
        scene.awaitRunning(ns, "second", 2);
        assertThat(scene.workload(ns, "job-first").getStatus().tier()).isEqualTo(Tier.RESERVED);
        assertThat(scene.workload(ns, "job-second").getStatus().tier()).isEqualTo(Tier.ON_DEMAND);

        scene.job(ns, "third", 1, 8, "offtake.dev/tier: OnDemand", "", "");
        assertThat(scene.awaitReason(ns, "third", "QuotaReached"))
                .contains("needs 8 GPUs on demand, 0 of 16 free: 16 in use");
        scene.deleteJob(ns, "second");
        scene.awaitRunning(ns, "third", 1);
    }

    @Test
    void anOrderedListOfClassesIsTriedInOrderOverTwoPools(ControlPlane controlPlane, Sandbox sandbox) {
        Scene scene = new Scene(controlPlane, sandbox);
        h100(1).prefix("old").create(sandbox);
        fleet().product("NVIDIA-H200").traysPerRack(1).prefix("fresh").create(sandbox);
        scene.pool("h100-sxm", "");
        scene.apply("""
                apiVersion: offtake.dev/v1alpha1
                kind: GPUPool
                metadata: {name: %s}
                spec: {gpuClass: h200-sxm}
                """.formatted(sandbox.name("h200"))).orFail();
        sandbox.own(scene.pool(sandbox.name("h200")));
        String acme = scene.tenant("acme");
        String contract = scene.propose(
                acme,
                Scene.commitment("old", "h100-sxm", "node", 1, 0)
                        + Scene.commitment("fresh", "h200-sxm", "node", 1, 0));
        scene.awaitContract(contract, TenantContract.FEASIBLE, Condition.Status.TRUE);
        String ns = scene.namespace("train", acme);

        String classes = "offtake.dev/gpu-class: 'h200-sxm,h100-sxm'";
        scene.job(ns, "one", 1, 8, classes, "", "");
        scene.awaitRunning(ns, "one", 1);
        scene.job(ns, "two", 1, 8, classes, "", "");
        scene.awaitRunning(ns, "two", 1);
        assertThat(scene.domains(scene.runningPodsOf(ns, "one"), "nvidia.com/gpu.product"))
                .containsExactly("NVIDIA-H200");
        assertThat(scene.domains(scene.runningPodsOf(ns, "two"), "nvidia.com/gpu.product"))
                .containsExactly("NVIDIA-H100-80GB-HBM3");
        assertThat(scene.workload(ns, "job-two").getStatus().commitment()).isEqualTo("old");
    }

    @Test
    void aCommitmentOfNodesBindsWholeNodesAndOneOfGpusDoesNot(ControlPlane controlPlane, Sandbox sandbox) {
        Scene scene = new Scene(controlPlane, sandbox);
        h100(4).create(sandbox);
        scene.pool("h100-sxm", "");
        String acme = scene.tenant("acme");
        String beta = scene.tenant("beta");
        scene.propose(acme, Scene.commitment("base", "h100-sxm", "node", 2, 0));
        scene.propose(beta, Scene.commitment("base", "h100-sxm", "gpu", 4, 0));
        String nodes = scene.namespace("nodes", acme);
        String gpus = scene.namespace("gpus", beta);

        scene.job(nodes, "a", 1, 5);
        scene.job(nodes, "b", 1, 5);
        scene.awaitRunning(nodes, "a", 1);
        scene.awaitRunning(nodes, "b", 1);
        scene.job(nodes, "c", 1, 4);
        assertThat(scene.awaitReason(nodes, "c", "OwnFragmentation"))
                .contains("needs 4 GPUs; 6 are free inside the units", "0 more nodes are free");

        scene.job(gpus, "d", 3, 1);
        scene.awaitRunning(gpus, "d", 3);
        assertThat(Scene.nodesOf(scene.runningPodsOf(gpus, "d")))
                .as("bound nodes are acme's alone")
                .doesNotContainAnyElementsOf(Scene.nodesOf(scene.podsIn(nodes).stream()
                        .filter(p -> p.getSpec().getNodeName() != null)
                        .toList()));
        scene.job(gpus, "e", 2, 1);
        assertThat(scene.awaitReason(gpus, "e", "QuotaReached")).contains("needs 2 GPUs, 1 of 4 free: 3 claimed");
    }
}
