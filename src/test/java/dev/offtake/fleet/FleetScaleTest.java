package dev.offtake.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** More than a million GPUs: 18,055 racks of 18 nodes in blocks of 8 racks. */
@Tag("bench")
class FleetScaleTest {
    private static final int NODES = 324_990;

    @Test
    void aMillionGpusLoadAndChangeNodeByNode() {
        Fleet fleet = new Fleet();
        fleet.putPool(GpuClasses.find("gb300-nvl72").orElseThrow().pool("pool"));
        for (GpuClass other : GpuClasses.all()) {
            fleet.putPool(other.pool(other.name().equals("gb300-nvl72") ? "pool" : other.name()));
        }
        long start = System.nanoTime();
        for (int n = 0; n < NODES; n++) {
            fleet.putNode(node(n).facts());
        }
        long loaded = System.nanoTime();
        int changed = 0;
        for (int n = 0; n < NODES; n += 10) {
            changed += fleet.putNode(node(n).cordoned().facts()).size();
        }
        long cordoned = System.nanoTime();
        PoolReport report = fleet.report("pool").orElseThrow();
        long reported = System.nanoTime();
        System.out.printf(
                "load %d ms, %d changes %d ms, report %d us%n",
                (loaded - start) / 1_000_000, changed, (cordoned - loaded) / 1_000_000, (reported - cordoned) / 1_000);

        assertThat(changed).isEqualTo(NODES / 10);
        assertThat(report.matched()).isEqualTo(NODES);
        assertThat(report.cordoned()).isEqualTo(NODES / 10);
        assertThat(report.unknownTopology()).isZero();
        assertThat(report.sellableGpus()).isEqualTo(4L * (NODES - NODES / 10));
    }

    private static Nodes node(int n) {
        return Nodes.node("node-" + n)
                .gpus(4)
                .labels(Map.of(
                        "nvidia.com/gpu.product",
                        "NVIDIA-GB300",
                        "nvidia.com/gpu.clique",
                        "rack-" + n / 18,
                        "fabric.topograph.run/tier-1",
                        "block-" + n / 144,
                        "kubernetes.io/arch",
                        "arm64"));
    }
}
