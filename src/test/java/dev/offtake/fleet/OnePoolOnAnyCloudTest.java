package dev.offtake.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two blocks of two racks of two nodes, in the labels that each cloud or tool writes. */
class OnePoolOnAnyCloudTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "gfd and topograph v1, nvidia.com/gpu.product, NVIDIA-GB300, fabric.topograph.run/tier-1, nvidia.com/gpu.clique",
        "topograph v1, nvidia.com/gpu.product, NVIDIA-GB300, fabric.topograph.run/tier-1, accelerator.topograph.run/domain",
        "topograph v0 of summer 2026, nvidia.com/gpu.product, NVIDIA-GB300, network.topology.nvidia.com/tier-1, nvidia.com/gpu.clique",
        "topograph v0.5, nvidia.com/gpu.product, NVIDIA-GB300, network.topology.nvidia.com/spine, network.topology.nvidia.com/accelerator",
        "nebius, nebius.com/gpu-name, GB300, topology.nebius.com/tier-2, topology.nebius.com/nvl-instance-group-id",
        "soperator, nebius.com/gpu-name, GB300, topologyconf.slurm.nebius.ai/tier-2, topologyconf.slurm.nebius.ai/tier-0",
        "gke, cloud.google.com/gke-accelerator, nvidia-gb300, cloud.google.com/gce-topology-block, cloud.google.com/gce-topology-subblock",
        "coreweave, gpu.nvidia.com/model, GB300, ib.coreweave.cloud/superpod, ds.coreweave.com/nvlink.domain",
        "aws, karpenter.k8s.aws/instance-gpu-name, gb300, topology.k8s.aws/network-node-layer-2, topology.k8s.aws/ultraserver-id",
        "oci, nvidia.com/gpu.product, NVIDIA-GB300, oci.oraclecloud.com/rdma.network_block_id, oci.oraclecloud.com/host.rack_id",
    })
    void theSmallestNvl72PoolSeesTheSameTree(
            String cloud, String productKey, String product, String blockKey, String rackKey) {
        assertThat(tree("gb300-nvl72", 4, productKey, product, blockKey, rackKey))
                .isEqualTo(expected());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "topograph v1, nvidia.com/gpu.product, NVIDIA-H100-80GB-HBM3, fabric.topograph.run/tier-1, fabric.topograph.run/tier-0",
        "topograph v0 of summer 2026, nvidia.com/gpu.product, NVIDIA-H100-80GB-HBM3, network.topology.nvidia.com/tier-1, network.topology.nvidia.com/tier-0",
        "topograph v0.5, nvidia.com/gpu.product, NVIDIA-H100-80GB-HBM3, network.topology.nvidia.com/spine, network.topology.nvidia.com/leaf",
        "nebius, nebius.com/gpu-name, H100, topology.nebius.com/tier-2, topology.nebius.com/tier-1",
        "gke, cloud.google.com/gke-accelerator, nvidia-h100-mega-80gb, cloud.google.com/gce-topology-block, cloud.google.com/gce-topology-subblock",
        "coreweave, gpu.nvidia.com/model, H100, ib.coreweave.cloud/superpod, ib.coreweave.cloud/leafgroup",
        "aws, eks.amazonaws.com/instance-gpu-name, h100, topology.k8s.aws/network-node-layer-2, topology.k8s.aws/network-node-layer-3",
        "oci, nvidia.com/gpu.product, NVIDIA-H100-80GB-HBM3, oci.oraclecloud.com/rdma.network_block_id, oci.oraclecloud.com/rdma.local_block_id",
    })
    void theSmallestHgxPoolSeesTheSameTree(
            String cloud, String productKey, String product, String blockKey, String rackKey) {
        assertThat(tree("h100-sxm", 8, productKey, product, blockKey, rackKey)).isEqualTo(expected());
    }

    private static Map<String, String> tree(
            String gpuClass, int gpus, String productKey, String product, String blockKey, String rackKey) {
        Fleet fleet = new Fleet();
        fleet.putPool(GpuClasses.find(gpuClass).orElseThrow().pool("pool"));
        for (int n = 0; n < 8; n++) {
            fleet.putNode(Nodes.node("n" + n)
                    .gpus(gpus)
                    .labels(Map.of(productKey, product, blockKey, "b" + n / 4, rackKey, "r" + n / 2))
                    .facts());
        }
        Map<String, String> tree = new TreeMap<>();
        for (int n = 0; n < 8; n++) {
            NodeState state = fleet.node("n" + n).orElseThrow();
            tree.put(
                    state.facts().name(),
                    state.pool().orElse("none") + "/" + String.join("/", state.cells()) + " " + state.health());
        }
        return tree;
    }

    private static Map<String, String> expected() {
        Map<String, String> tree = new TreeMap<>();
        for (int n = 0; n < 8; n++) {
            tree.put("n" + n, "pool/b" + n / 4 + "/r" + n / 2 + " USABLE");
        }
        return tree;
    }
}
