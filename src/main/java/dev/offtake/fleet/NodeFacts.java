package dev.offtake.fleet;

import java.util.List;
import java.util.Map;

/**
 * What a Kubernetes node says about itself, as far as placement needs it.
 *
 * @param uid identity of the object: a node that is deleted and made anew under its name has another one
 * @param conditions type to status, without {@code Ready}
 * @param allocatable by resource name: {@code cpu} in thousandths, {@code memory} in bytes, all others in units
 */
public record NodeFacts(
        String name,
        String uid,
        Map<String, String> labels,
        List<Taint> taints,
        boolean ready,
        boolean unschedulable,
        Map<String, String> conditions,
        Map<String, Long> allocatable) {
    public NodeFacts {
        labels = Map.copyOf(labels);
        taints = List.copyOf(taints);
        conditions = Map.copyOf(conditions);
        allocatable = Map.copyOf(allocatable);
    }

    /** Allocatable amount of a resource, 0 where the node does not have it. */
    public long allocatable(String resource) {
        return allocatable.getOrDefault(resource, 0L);
    }
}
