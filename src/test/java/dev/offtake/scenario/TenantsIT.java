package dev.offtake.scenario;

import static dev.offtake.scenario.Scene.h100;
import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.Condition;
import dev.offtake.api.TenantContract;
import dev.offtake.api.Tier;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import org.junit.jupiter.api.Test;

/** What contracts give to whom. */
@OnControlPlane
class TenantsIT {
    private static final String SMALL_RACKS = "topology: [{name: rack, keys: [nvidia.com/gpu.clique], nodes: 4}]";

    @Test
    void aTenantThatIsFullNeitherBlocksNorEatsWhatIsPromisedToAnother(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        scene.supply(fleet().racks(2).traysPerRack(4), SMALL_RACKS);
        Workspace acme = scene.customer("acme", 1, "rack", 16);
        Workspace beta = scene.customer("beta", 1, "rack");

        acme.job("three", 3, 4);
        acme.awaitRunning("three", 3);
        acme.job("two", 2, 4);
        assertThat(acme.awaitReason("two", "QuotaReached")).contains("needs 1 rack, 0 of 1 free");
        acme.job("ondemand", 2, 4, "offtake.dev/tier: OnDemand", "", "");
        assertThat(acme.awaitReason("ondemand", "InsufficientGpus")).contains("promised to others");
        acme.job("one", 1, 4);
        beta.job("all", 4, 4);
        beta.awaitRunning("all", 4);
        assertThat(scene.domains(beta.runningPodsOf("all"), "nvidia.com/gpu.clique"))
                .hasSize(1)
                .doesNotContainAnyElementsOf(scene.domains(acme.runningPodsOf("three"), "nvidia.com/gpu.clique"));
        acme.assertHeld("two");
        acme.assertHeld("ondemand");
    }

    @Test
    void onDemandTakesWhatIsNotPromisedUpToItsLimit(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        scene.supply(h100(4));
        Workspace acme = scene.customer("acme", 1, "node", 16);
        String tiers = "offtake.dev/tier: 'Reserved,OnDemand'";

        acme.job("first", 1, 8, tiers, "", "");
        acme.awaitRunning("first", 1);
        acme.job("second", 2, 8, tiers, "", "");
        acme.awaitRunning("second", 2);
        assertThat(acme.record("job-first").getStatus().tier()).isEqualTo(Tier.RESERVED);
        assertThat(acme.record("job-second").getStatus().tier()).isEqualTo(Tier.ON_DEMAND);

        acme.job("third", 1, 8, "offtake.dev/tier: OnDemand", "", "");
        assertThat(acme.awaitReason("third", "QuotaReached"))
                .contains("needs 8 GPUs on demand, 0 of 16 free: 16 in use");
        acme.deleteJob("second");
        acme.awaitRunning("third", 1);
    }

    @Test
    void anOrderedListOfClassesIsTriedInOrderOverTwoPools(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        fleet().product("NVIDIA-H200").traysPerRack(1).prefix("fresh").create(sandbox);
        scene.supply(h100(1).prefix("old"));
        scene.apply("""
                apiVersion: offtake.dev/v1alpha1
                kind: GPUPool
                metadata: {name: %s}
                spec: {gpuClass: h200-sxm}
                """.formatted(sandbox.name("h200"))).orFail();
        sandbox.own(scene.pool(sandbox.name("h200")));
        Workspace acme = scene.workspace("train", scene.tenant("acme"));
        String contract = scene.propose(
                acme.tenant(),
                Scene.commitment("old", "h100-sxm", "node", 1, 0)
                        + Scene.commitment("fresh", "h200-sxm", "node", 1, 0));
        scene.awaitContract(contract, TenantContract.FEASIBLE, Condition.Status.TRUE);

        String classes = "offtake.dev/gpu-class: 'h200-sxm,h100-sxm'";
        acme.job("one", 1, 8, classes, "", "");
        acme.awaitRunning("one", 1);
        acme.job("two", 1, 8, classes, "", "");
        acme.awaitRunning("two", 1);
        assertThat(scene.domains(acme.runningPodsOf("one"), "nvidia.com/gpu.product"))
                .containsExactly("NVIDIA-H200");
        assertThat(scene.domains(acme.runningPodsOf("two"), "nvidia.com/gpu.product"))
                .containsExactly("NVIDIA-H100-80GB-HBM3");
        assertThat(acme.record("job-two").getStatus().commitment()).isEqualTo("old");
    }

    @Test
    void aCommitmentOfNodesBindsWholeNodesAndOneOfGpusDoesNot(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        scene.supply(h100(4));
        Workspace acme = scene.customer("acme", 2, "node");
        Workspace beta = scene.customer("beta", 4, "gpu");

        acme.job("a", 1, 5);
        acme.job("b", 1, 5);
        acme.awaitRunning("a", 1);
        acme.awaitRunning("b", 1);
        acme.job("c", 1, 4);
        assertThat(acme.awaitReason("c", "OwnFragmentation"))
                .contains("needs 4 GPUs; 6 are free inside the units", "0 more nodes are free");

        beta.job("d", 3, 1);
        beta.awaitRunning("d", 3);
        assertThat(Scene.nodesOf(beta.runningPodsOf("d")))
                .as("bound nodes are acme's alone")
                .doesNotContainAnyElementsOf(Scene.nodesOf(acme.pods().stream()
                        .filter(p -> p.getSpec().getNodeName() != null)
                        .toList()));
        beta.job("e", 2, 1);
        assertThat(beta.awaitReason("e", "QuotaReached")).contains("needs 2 GPUs, 1 of 4 free: 3 claimed");
    }
}
