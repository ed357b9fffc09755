package dev.offtake.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.Taint;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodesTest {
    @Test
    void aNodeIsReadWithEverythingThatPlacementNeeds() {
        NodeFacts facts = Nodes.facts(Yaml.node("""
                metadata: {name: n1, uid: u1, labels: {rack: r1}}
                spec:
                  unschedulable: true
                  taints:
                  - {key: nvidia.com/gpu, value: present, effect: NoSchedule}
                  - {key: soft, effect: PreferNoSchedule}
                  - {key: odd, effect: Whatever}
                status:
                  allocatable: {cpu: 127500m, memory: 1Ti, ephemeral-storage: 2Gi, nvidia.com/gpu: "8", pods: "110"}
                  conditions:
                  - {type: Ready, status: "True"}
                  - {type: GpuNvlinkWatch, status: "False"}
                  - {type: DiskPressure, status: Unknown}
                """));

        assertThat(facts)
                .isEqualTo(new NodeFacts(
                        "n1",
                        "u1",
                        Map.of("rack", "r1"),
                        List.of(
                                new Taint("nvidia.com/gpu", "present", Taint.Effect.NO_SCHEDULE),
                                new Taint("soft", "", Taint.Effect.PREFER_NO_SCHEDULE)),
                        true,
                        true,
                        Map.of("GpuNvlinkWatch", "False", "DiskPressure", "Unknown"),
                        Map.of(
                                "cpu", 127_500L,
                                "memory", 1L << 40,
                                "ephemeral-storage", 2L << 30,
                                "nvidia.com/gpu", 8L,
                                "pods", 110L)));
    }

    @Test
    void aNodeThatSaysNothingIsNotReadyAndEmpty() {
        NodeFacts facts = Nodes.facts(Yaml.node("metadata: {name: n1}"));

        assertThat(facts).isEqualTo(new NodeFacts("n1", "", Map.of(), List.of(), false, false, Map.of(), Map.of()));
    }

    @Test
    void aNodeWhoseReadinessIsUnknownIsNotReady() {
        NodeFacts facts = Nodes.facts(
                Yaml.node("{metadata: {name: n1}, status: {conditions: [{type: Ready, status: Unknown}]}}"));

        assertThat(facts.ready()).isFalse();
    }
}
