package dev.offtake.bench.proof;

import dev.offtake.placement.GangDemand;
import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A gang of one or more pod sets.
 *
 * @param onDemand draws on the on-demand limit, else on the commitment
 * @param required level within one cell of which all of it must stay; empty for none
 * @param preferred level within one cell of which it should stay; empty for none
 */
record Gang(String account, boolean onDemand, List<PodSet> podSets, String required, String preferred) {
    static final long GIB_OF_GPU = 256;

    /**
     * @param gpus of each pod
     * @param cpu of each pod, in thousandths
     * @param slice each so many pods stay inside one cell of {@code level}; 0 for no slices
     */
    record PodSet(int count, int gpus, long cpu, long gib, String level, int slice) {
        Shape shape() {
            return new Shape(gpus, Map.of(Shape.PODS, 1L, Shape.CPU, cpu, Shape.MEMORY, gib << 30));
        }

        /** "A pod takes max(its GPUs, its share of the node's CPU, of its memory), in whole GPUs." */
        int charge(int gpusPerNode) {
            long byCpu = ceil(cpu * gpusPerNode, gpusPerNode * Wish.CPU_OF_GPU);
            long byMemory = ceil(gib * gpusPerNode, gpusPerNode * GIB_OF_GPU);
            return (int) Math.max(gpus, Math.max(byCpu, byMemory));
        }

        private static long ceil(long part, long whole) {
            return (part + whole - 1) / whole;
        }
    }

    GangDemand demand() {
        List<GangDemand.PodSet> sets = new ArrayList<>();
        for (PodSet podSet : podSets) {
            Optional<GangDemand.Slice> slice = podSet.slice() == 0
                    ? Optional.empty()
                    : Optional.of(new GangDemand.Slice(podSet.level(), podSet.slice()));
            sets.add(new GangDemand.PodSet("set" + sets.size(), podSet.count(), podSet.shape(), NodeFilter.ANY, slice));
        }
        return new GangDemand(Wish.RESOURCE, sets, level(required), level(preferred), Set.of());
    }

    private static Optional<String> level(String name) {
        return name.isEmpty() ? Optional.empty() : Optional.of(name);
    }
}
