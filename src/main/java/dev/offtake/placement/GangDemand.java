package dev.offtake.placement;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a gang asks for.
 *
 * @param resource extended resource by which its pods ask for GPUs
 * @param required level within one cell of which the whole gang must stay
 * @param preferred level within one cell of which it should stay
 * @param avoid names of nodes that must not be used
 * @param compact where it would be lent its place: only in few cells of each level ({@link Compactness})
 */
public record GangDemand(
        String resource,
        List<PodSet> podSets,
        Optional<String> required,
        Optional<String> preferred,
        Set<String> avoid,
        boolean compact) {
    public GangDemand {
        podSets = List.copyOf(podSets);
        avoid = Set.copyOf(avoid);
    }

    /** One that may lie anywhere. */
    public GangDemand(
            String resource,
            List<PodSet> podSets,
            Optional<String> required,
            Optional<String> preferred,
            Set<String> avoid) {
        this(resource, podSets, required, preferred, avoid, false);
    }

    /** The level within one cell of which it has to be, or else each of its slices, or else each pod. */
    String cellLevel() {
        return required.or(() -> podSets.stream()
                        .flatMap(podSet -> podSet.slice().stream())
                        .map(Slice::level)
                        .findFirst())
                .orElse("node");
    }

    /** The same, to be compact where it is lent its place. */
    public GangDemand compactly() {
        return new GangDemand(resource, podSets, required, preferred, avoid, true);
    }

    /** The same, wherever there is room. */
    GangDemand anywhere() {
        return new GangDemand(resource, podSets, required, preferred, avoid, false);
    }

    /**
     * Pods with equal requests.
     *
     * @param count pods to place, at least 1
     * @param slice each so many pods stay inside one cell of a level
     */
    public record PodSet(String name, int count, Shape shape, NodeFilter filter, Optional<Slice> slice) {
        PodSet withCount(int pods) {
            return new PodSet(name, pods, shape, filter, slice);
        }
    }

    /** Each {@code pods} pods of a pod set stay inside one cell of {@code level}. */
    public record Slice(String level, int pods) {}

    /** All GPUs that the pods ask for. */
    public int gpus() {
        int sum = 0;
        for (PodSet podSet : podSets) {
            sum += podSet.count() * podSet.shape().gpus();
        }
        return sum;
    }

    public int pods() {
        int sum = 0;
        for (PodSet podSet : podSets) {
            sum += podSet.count();
        }
        return sum;
    }
}
