package dev.offtake.placement;

import java.util.List;

/**
 * Where the pods of a gang go.
 *
 * @param nodes by pod set in the order of the demand, each in the order of the topology
 */
public record Assignment(String pool, List<List<NodePods>> nodes) {
    public Assignment {
        nodes = nodes.stream().map(List::copyOf).toList();
    }

    /** So many pods on one node. */
    public record NodePods(String node, int pods) {}
}
