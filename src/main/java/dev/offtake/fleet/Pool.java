package dev.offtake.fleet;

import java.util.List;

/**
 * The nodes of one GPU class at one site, with everything resolved: presets of the class and of the vocabularies are
 * already filled in.
 *
 * @param selector narrows the nodes, all must hold; empty for all nodes
 * @param product ordered; the first key that a node carries decides
 * @param resourceName the extended resource that pods ask for, e.g. {@code nvidia.com/gpu}
 * @param gpusPerNode GPUs of a whole node, at least 1
 * @param levels outermost first: keyed levels, then split levels in falling size
 * @param unhealthyTaints keys of taints that make a node unhealthy whatever a pod tolerates
 */
public record Pool(
        String name,
        String gpuClass,
        List<Requirement> selector,
        List<ProductKey> product,
        String resourceName,
        int gpusPerNode,
        List<Level> levels,
        List<ConditionSignal> unhealthyConditions,
        List<String> unhealthyTaints) {
    public Pool {
        selector = List.copyOf(selector);
        product = List.copyOf(product);
        levels = List.copyOf(levels);
        unhealthyConditions = List.copyOf(unhealthyConditions);
        unhealthyTaints = List.copyOf(unhealthyTaints);
    }

    /** The levels that group nodes, outermost first. */
    public List<Level> keyedLevels() {
        return levels.stream().filter(Level::isKeyed).toList();
    }

    /** All level names in order, {@code node} and {@code gpu} included. */
    public List<String> levelNames() {
        java.util.ArrayList<String> names = new java.util.ArrayList<>();
        levels.stream().filter(Level::isKeyed).forEach(l -> names.add(l.name()));
        names.add(Level.NODE);
        levels.stream().filter(l -> !l.isKeyed()).forEach(l -> names.add(l.name()));
        names.add(Level.GPU);
        return List.copyOf(names);
    }
}
