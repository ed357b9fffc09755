package dev.offtake.fleet;

import java.util.List;

/**
 * The node labels by which clouds and tools name a node's place, as data: one pool description works wherever one of
 * these vocabularies is spoken.
 *
 * <p>Two levels have presets. {@code rack} is the NVLink domain on systems whose NVLink spans a rack (NVL72), and the
 * nodes below one leaf switch on all others. {@code block} is the next larger group of racks that the network knows.
 */
public final class Vocabularies {
    public static final String BLOCK = "block";
    public static final String RACK = "rack";

    /** On which systems a key names a level. */
    public enum Hardware {
        /** NVLink spans a rack of several nodes. */
        NVL72,
        /** NVLink ends at the node. */
        HGX
    }

    /**
     * One key that may name the cell of a node at a level.
     *
     * @param vocabulary who speaks it, e.g. {@code nebius}
     * @param source where the key and its meaning are documented
     */
    public record LevelKey(String level, Hardware hardware, String key, String vocabulary, String source) {}

    private static final String TOPOGRAPH_V1 =
            "docs.nvidia.com/topograph v1.0.0, Node Labels: fabric tiers count from 0, the closest";
    private static final String TOPOGRAPH_TIERS =
            "github.com/NVIDIA/topograph commits 71314a4 to d138d34 (July and August 2026)";
    private static final String TOPOGRAPH_V05 = "github.com/NVIDIA/topograph docs/reference/node-labels.md (to v0.5)";
    private static final String CLIQUE =
            "github.com/NVIDIA/k8s-device-plugin docs/gpu-feature-discovery: <ClusterUUID>.<CliqueID>; absent on HGX";
    private static final String NEBIUS =
            "github.com/nebius/soperator helm/soperator-fluxcd/templates/vm-stack.yaml; tier 0 is the NVLink domain, 1 leaf, 2 spine";
    private static final String SOPERATOR =
            "github.com/nebius/soperator internal/controller/topologyconfcontroller; tier 0 is the NVLink domain, 1 leaf, 2 spine";
    private static final String COREWEAVE_NVLINK =
            "docs.coreweave.com/products/sunk/optimize_workloads/topology-scheduling: a globally unique rack name";
    private static final String COREWEAVE_IB =
            "docs.coreweave.com/docs/products/networking/reference/infiniband-labels";
    private static final String COREWEAVE_BACKEND = "docs.coreweave.com: backend network labels of CKS nodes";
    private static final String GKE = "cloud.google.com/ai-hypercomputer: block, sub-block, host";
    private static final String AWS =
            "docs.aws.amazon.com/AWSEC2 InstanceTopology: layer 3 is closest to the instance on current GPU types";
    private static final String AWS_ULTRA =
            "docs.aws.amazon.com/sagemaker HyperPod on EKS: the UltraServer is the NVLink domain";
    private static final String AWS_BLOCK =
            "docs.aws.amazon.com/AWSEC2 API_InstanceTopology: on UltraServers the capacity block is the UltraServer";
    private static final String OCI_RDMA =
            "github.com/oracle-quickstart/oci-hpc-oke docs: local block below network block below HPC island";
    private static final String OCI_HOST =
            "github.com/NVIDIA/topograph docs/reference/node-labels.md, Without Topograph";

    /** In the order in which they are tried: what NVIDIA's own components say of the hardware, then each cloud. */
    private static final List<LevelKey> ENTRIES = List.of(
            rackNvl("nvidia.com/gpu.clique", "nvidia", CLIQUE),
            rackNvl("accelerator.topograph.run/domain", "topograph-v1", TOPOGRAPH_V1),
            rackNvl("network.topology.nvidia.com/accelerator", "topograph-v0", TOPOGRAPH_V05),
            rackNvl("topology.nebius.com/nvl-instance-group-id", "nebius", NEBIUS),
            rackNvl("topology.nebius.com/tier-0", "nebius", NEBIUS),
            rackNvl("topologyconf.slurm.nebius.ai/tier-0", "nebius", SOPERATOR),
            rackNvl("ds.coreweave.com/nvlink.domain", "coreweave", COREWEAVE_NVLINK),
            rackNvl("node.coreweave.cloud/rack", "coreweave", COREWEAVE_IB),
            rackNvl("cloud.google.com/gce-topology-subblock", "gke", GKE),
            rackNvl("topology.k8s.aws/ultraserver-id", "aws", AWS_ULTRA),
            rackNvl("topology.k8s.aws/capacity-block-id", "aws", AWS_BLOCK),
            rackNvl("oci.oraclecloud.com/host.rack_id", "oci", OCI_HOST),
            rackHgx("fabric.topograph.run/tier-0", "topograph-v1", TOPOGRAPH_V1),
            rackHgx("network.topology.nvidia.com/tier-0", "topograph-v0", TOPOGRAPH_TIERS),
            rackHgx("network.topology.nvidia.com/leaf", "topograph-v0", TOPOGRAPH_V05),
            rackHgx("topology.nebius.com/tier-1", "nebius", NEBIUS),
            rackHgx("topologyconf.slurm.nebius.ai/tier-1", "nebius", SOPERATOR),
            rackHgx("backend.coreweave.cloud/leafgroup-name", "coreweave", COREWEAVE_BACKEND),
            rackHgx("backend.coreweave.cloud/leafgroup", "coreweave", COREWEAVE_BACKEND),
            rackHgx("ib.coreweave.cloud/leafgroup", "coreweave", COREWEAVE_IB),
            rackHgx("cloud.google.com/gce-topology-subblock", "gke", GKE),
            rackHgx("topology.k8s.aws/network-node-layer-3", "aws", AWS),
            rackHgx("oci.oraclecloud.com/rdma.local_block_id", "oci", OCI_RDMA),
            rackHgx("oci.oraclecloud.com/host.rack_id", "oci", OCI_HOST),
            blockNvl("fabric.topograph.run/tier-1", "topograph-v1", TOPOGRAPH_V1),
            blockNvl("network.topology.nvidia.com/tier-1", "topograph-v0", TOPOGRAPH_TIERS),
            blockNvl("network.topology.nvidia.com/spine", "topograph-v0", TOPOGRAPH_V05),
            blockNvl("topology.nebius.com/tier-2", "nebius", NEBIUS),
            blockNvl("topologyconf.slurm.nebius.ai/tier-2", "nebius", SOPERATOR),
            blockNvl("ib.coreweave.cloud/superpod", "coreweave", COREWEAVE_IB),
            blockNvl("cloud.google.com/gce-topology-block", "gke", GKE),
            blockNvl("topology.k8s.aws/network-node-layer-2", "aws", AWS),
            blockNvl("oci.oraclecloud.com/rdma.network_block_id", "oci", OCI_RDMA),
            blockNvl("oci.oraclecloud.com/host.network_block_id", "oci", OCI_HOST),
            blockHgx("fabric.topograph.run/tier-1", "topograph-v1", TOPOGRAPH_V1),
            blockHgx("network.topology.nvidia.com/tier-1", "topograph-v0", TOPOGRAPH_TIERS),
            blockHgx("network.topology.nvidia.com/spine", "topograph-v0", TOPOGRAPH_V05),
            blockHgx("topology.nebius.com/tier-2", "nebius", NEBIUS),
            blockHgx("topologyconf.slurm.nebius.ai/tier-2", "nebius", SOPERATOR),
            blockHgx("ib.coreweave.cloud/superpod", "coreweave", COREWEAVE_IB),
            blockHgx("cloud.google.com/gce-topology-block", "gke", GKE),
            blockHgx("topology.k8s.aws/network-node-layer-2", "aws", AWS),
            blockHgx("oci.oraclecloud.com/rdma.network_block_id", "oci", OCI_RDMA),
            blockHgx("oci.oraclecloud.com/host.network_block_id", "oci", OCI_HOST));

    private Vocabularies() {}

    /** All entries, by level and hardware in the order in which the keys are tried. */
    public static List<LevelKey> entries() {
        return ENTRIES;
    }

    /** Names of the vocabularies, each once, in the order in which they are tried. */
    public static List<String> names() {
        return ENTRIES.stream().map(LevelKey::vocabulary).distinct().toList();
    }

    /** The candidate keys of a level, first present wins; empty for a level without presets. */
    public static List<String> keys(String level, boolean nvl72) {
        Hardware hardware = nvl72 ? Hardware.NVL72 : Hardware.HGX;
        return ENTRIES.stream()
                .filter(entry -> entry.level().equals(level) && entry.hardware() == hardware)
                .map(LevelKey::key)
                .toList();
    }

    private static LevelKey rackNvl(String key, String vocabulary, String source) {
        return new LevelKey(RACK, Hardware.NVL72, key, vocabulary, source);
    }

    private static LevelKey rackHgx(String key, String vocabulary, String source) {
        return new LevelKey(RACK, Hardware.HGX, key, vocabulary, source);
    }

    private static LevelKey blockNvl(String key, String vocabulary, String source) {
        return new LevelKey(BLOCK, Hardware.NVL72, key, vocabulary, source);
    }

    private static LevelKey blockHgx(String key, String vocabulary, String source) {
        return new LevelKey(BLOCK, Hardware.HGX, key, vocabulary, source);
    }
}
