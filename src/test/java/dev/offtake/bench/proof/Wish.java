package dev.offtake.bench.proof;

import dev.offtake.placement.GangDemand;
import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A gang of equal pods that somebody wants to run.
 *
 * @param gpus of each pod
 * @param charge GPUs that each pod takes from what can be promised; more than {@code gpus} for one with much CPU
 * @param group each so many pods stay together inside one cell; 1 for none
 * @param level of that cell
 * @param slices whether the gang asks for groups as slices of it, else as a whole that stays within one cell
 */
record Wish(String account, int pods, int gpus, int charge, int group, String level, boolean slices) {
    static final String RESOURCE = "nvidia.com/gpu";
    static final long CPU_OF_GPU = 16_000;

    int groups() {
        return pods / group;
    }

    Shape shape() {
        return charge == gpus
                ? new Shape(gpus, Map.of(Shape.PODS, 1L))
                : new Shape(gpus, Map.of(Shape.PODS, 1L, Shape.CPU, charge * CPU_OF_GPU));
    }

    GangDemand demand() {
        boolean keeps = !level.isEmpty();
        Optional<GangDemand.Slice> slice =
                keeps && slices ? Optional.of(new GangDemand.Slice(level, group)) : Optional.empty();
        Optional<String> required = keeps && !slices ? Optional.of(level) : Optional.empty();
        return new GangDemand(
                RESOURCE,
                List.of(new GangDemand.PodSet("main", pods, shape(), NodeFilter.ANY, slice)),
                required,
                Optional.empty(),
                Set.of());
    }
}
