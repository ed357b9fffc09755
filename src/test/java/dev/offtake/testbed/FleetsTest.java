package dev.offtake.testbed;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Node;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FleetsTest {
    private static final String H100 = "NVIDIA-H100-80GB-HBM3";

    @ParameterizedTest
    @CsvSource({
        "nvidia, nvidia.com/gpu.clique",
        "nebius, topology.nebius.com/nvl-instance-group-id",
        "nebius, topology.nebius.com/tier-0",
        "gke, cloud.google.com/gce-topology-subblock",
        "coreweave, ds.coreweave.com/nvlink.domain",
        "coreweave, node.coreweave.cloud/rack",
        "topograph-v1, accelerator.topograph.run/domain",
        "topograph-v0, network.topology.nvidia.com/accelerator",
        "aws, topology.k8s.aws/ultraserver-id",
        "oci, oci.oraclecloud.com/host.rack_id"
    })
    void everyVocabularyNamesTheRacksOfAnNvl72(String vocabulary, String key) {
        List<Node> nodes =
                fleet().racks(4).traysPerRack(18).vocabulary(vocabulary).build();

        assertThat(sizesOfGroups(nodes, key)).containsExactly(18L, 18L, 18L, 18L);
    }

    @ParameterizedTest
    @CsvSource({
        "nebius, topology.nebius.com/tier-1",
        "gke, cloud.google.com/gce-topology-subblock",
        "coreweave, backend.coreweave.cloud/leafgroup",
        "topograph-v1, fabric.topograph.run/tier-0",
        "topograph-v0, network.topology.nvidia.com/leaf",
        "aws, topology.k8s.aws/network-node-layer-3",
        "oci, oci.oraclecloud.com/host.rack_id"
    })
    void everyVocabularyNamesTheLeavesOfHgxNodes(String vocabulary, String key) {
        List<Node> nodes = fleet().product(H100)
                .racks(3)
                .traysPerRack(4)
                .vocabulary(vocabulary)
                .build();

        assertThat(sizesOfGroups(nodes, key)).containsExactly(4L, 4L, 4L);
        assertThat(nodes).noneMatch(node -> labels(node).containsKey("nvidia.com/gpu.clique"));
    }

    @ParameterizedTest
    @CsvSource({
        "nebius, topology.nebius.com/tier-2",
        "gke, cloud.google.com/gce-topology-block",
        "coreweave, ib.coreweave.cloud/superpod",
        "topograph-v1, fabric.topograph.run/tier-1",
        "topograph-v0, network.topology.nvidia.com/spine",
        "aws, topology.k8s.aws/network-node-layer-2",
        "oci, oci.oraclecloud.com/host.network_block_id"
    })
    void theFirstBlocksGetTheRacksThatAreLeftOver(String vocabulary, String key) {
        List<Node> nodes = fleet().blocks(2)
                .racks(5)
                .traysPerRack(1)
                .vocabulary(vocabulary)
                .build();

        assertThat(sizesOfGroups(nodes, key)).containsExactly(3L, 2L);
    }

    @Test
    void aNodeHasWhatItsProductHas() {
        Node node = fleet().product(H100).traysPerRack(1).build().get(0);

        assertThat(node.getStatus().getAllocatable().get("nvidia.com/gpu")).hasToString("8");
        assertThat(labels(node))
                .containsEntry("nvidia.com/gpu.product", H100)
                .containsEntry("kubernetes.io/arch", "amd64");
    }

    @Test
    void whatIsSaidWinsOverTheProduct() {
        Node node = fleet().traysPerRack(1)
                .gpusPerTray(2)
                .cpuPerNode("72")
                .memoryPerNode("480Gi")
                .arch("amd64")
                .taint("kubernetes.io/arch", "arm64", "NoSchedule")
                .label("nvidia.com/gpu.product", "NVIDIA-GB300-SHARED")
                .build()
                .get(0);

        assertThat(node.getStatus().getAllocatable().get("nvidia.com/gpu")).hasToString("2");
        assertThat(node.getStatus().getAllocatable().get("cpu")).hasToString("72");
        assertThat(node.getStatus().getAllocatable().get("memory")).hasToString("480Gi");
        assertThat(labels(node))
                .containsEntry("kubernetes.io/arch", "amd64")
                .containsEntry("nvidia.com/gpu.product", "NVIDIA-GB300-SHARED");
        assertThat(node.getSpec().getTaints())
                .singleElement()
                .matches(taint -> taint.getEffect().equals("NoSchedule"));
    }

    @ParameterizedTest
    @CsvSource({"coreweave, gpu.nvidia.com/model", "gke, cloud.google.com/gke-accelerator"})
    void someCloudsNameTheProductTheirOwnWay(String vocabulary, String key) {
        assertThat(fleet().traysPerRack(1).vocabulary(vocabulary).build())
                .allSatisfy(
                        node -> assertThat(labels(node)).containsKey(key).doesNotContainKey("nvidia.com/gpu.product"));
    }

    @Test
    void anUnknownVocabularyIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> fleet().vocabulary("azure").build())
                .hasMessage(
                        "vocabulary \"azure\" is not known; there are [nvidia, nebius, gke, coreweave, topograph-v1,"
                                + " topograph-v0, aws, oci]");
    }

    private static List<Long> sizesOfGroups(List<Node> nodes, String key) {
        Map<String, Long> sizes = nodes.stream()
                .collect(Collectors.groupingBy(
                        node -> String.valueOf(labels(node).get(key)), java.util.TreeMap::new, Collectors.counting()));
        return List.copyOf(sizes.values());
    }

    private static Map<String, String> labels(Node node) {
        return node.getMetadata().getLabels();
    }
}
