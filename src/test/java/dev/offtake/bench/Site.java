package dev.offtake.bench;

import static dev.offtake.testbed.Fleets.fleet;

import dev.offtake.policies.InstalledPolicies;
import dev.offtake.testbed.ControlPlane;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A control plane with policies, one pool of H100 nodes, one contract, a tenant's namespace and one of nobody. */
final class Site implements AutoCloseable {
    static final String CONTRACTED = "bench-contracted";
    static final String BARE = "bench-bare";
    private static final int GPUS_PER_NODE = 8;
    private static final int NODES_PER_RACK = 10;

    private final ControlPlane controlPlane;
    private final KubernetesClient admin;
    private final Load load;

    /**
     * Starts everything but the operator and the nodes; ends the test where the test bed lacks its scheduler.
     *
     * @param gpus that the contract promises
     */
    Site(int gpus) {
        if (Boolean.parseBoolean(System.getProperty("controlplane.audit", "true"))) {
            System.setProperty("controlplane.audit", "false");
        }
        controlPlane = ControlPlane.get();
        if (!controlPlane.hasSchedulerAndControllers()) {
            System.out.println("[bench] skipped: kube-scheduler was not built; install Go and run mvn verify");
        }
        Assumptions.assumeTrue(controlPlane.hasSchedulerAndControllers(), "no kube-scheduler");
        InstalledPolicies.on(controlPlane);
        admin = controlPlane.adminClient();
        load = new Load(controlPlane.newAdminClient(), Settings.number("inflight", 128));
        controlPlane.kubectlApply("""
                {apiVersion: v1, kind: Namespace, metadata: {name: %s, labels: {offtake.dev/tenant: bench}}}
                ---
                {apiVersion: v1, kind: Namespace, metadata: {name: %s}}
                ---
                {apiVersion: offtake.dev/v1alpha1, kind: GPUPool, metadata: {name: bench}, spec: {gpuClass: h100-sxm}}
                ---
                apiVersion: offtake.dev/v1alpha1
                kind: TenantContract
                metadata: {name: bench}
                spec:
                  tenant: bench
                  term: {start: "2026-01-01T00:00:00Z", end: "2036-01-01T00:00:00Z"}
                  commitments:
                  - name: base
                    gpuClass: h100-sxm
                    unit: gpu
                    tranches: [{name: all, quantity: %d, due: "2026-01-01T00:00:00Z"}]
                """.formatted(CONTRACTED, BARE, gpus)).orFail();
    }

    ControlPlane controlPlane() {
        return controlPlane;
    }

    Load load() {
        return load;
    }

    /** Nodes for so many GPUs, not made yet; no test kubelet looks after them. */
    static List<Node> nodes(int gpus) {
        int racks = Math.max(1, gpus / (GPUS_PER_NODE * NODES_PER_RACK));
        return fleet().racks(racks)
                .traysPerRack(NODES_PER_RACK)
                .gpusPerTray(GPUS_PER_NODE)
                .product("NVIDIA-H100-80GB-HBM3")
                .label("testbed.offtake.dev/no-kubelet", "true")
                .build();
    }

    void removeNodes() {
        admin.nodes().delete();
    }

    @Override
    public void close() {
        load.removePods(CONTRACTED);
        load.removePods(BARE);
        removeNodes();
        controlPlane.kubectl("delete", "tenantcontract/bench", "gpupool/bench", "--ignore-not-found");
        load.close();
    }
}
