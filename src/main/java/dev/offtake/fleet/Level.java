package dev.offtake.fleet;

import java.util.List;

/**
 * One step of a pool's topology between the pool and the single GPU; {@code node} and {@code gpu} are always there and
 * are not listed.
 *
 * <p>A <em>keyed</em> level groups nodes by the value of the first of its label keys that a node carries. A
 * <em>split</em> level has no keys and divides a node by count.
 *
 * @param name unique in its pool, e.g. {@code rack}
 * @param keys candidate node-label keys, first present wins; empty for a split level
 * @param nodes nodes of one whole cell of a keyed level, spares included; 0 where it is not declared, then the level
 *     cannot be a unit of sale
 * @param spareNodes nodes of a cell that are not sold, less than {@code nodes}
 * @param gpus GPUs of one cell of a split level; 0 for a keyed level
 */
public record Level(String name, List<String> keys, int nodes, int spareNodes, int gpus) {
    public static final String NODE = "node";
    public static final String GPU = "gpu";

    public Level {
        keys = List.copyOf(keys);
        if (keys.isEmpty() == (gpus == 0)) {
            throw new IllegalArgumentException(
                    "level " + name + " needs either keys or gpus, has keys " + keys + " and gpus " + gpus);
        }
        if (nodes < 0 || spareNodes < 0 || (spareNodes > 0 && spareNodes >= nodes)) {
            throw new IllegalArgumentException(
                    "level " + name + " has spareNodes " + spareNodes + " of nodes " + nodes);
        }
    }

    /** A level that groups nodes by label, of undeclared size. */
    public static Level keyed(String name, List<String> keys) {
        return new Level(name, keys, 0, 0, 0);
    }

    /** A level that groups nodes by label into cells of a declared number of nodes. */
    public static Level keyed(String name, List<String> keys, int nodes, int spareNodes) {
        return new Level(name, keys, nodes, spareNodes, 0);
    }

    /** A level that splits a node into cells of {@code gpus} GPUs. */
    public static Level split(String name, int gpus) {
        return new Level(name, List.of(), 0, 0, gpus);
    }

    public boolean isKeyed() {
        return !keys.isEmpty();
    }

    /** Nodes of a cell that can be sold; 0 where the size is not declared. */
    public int sellableNodes() {
        return nodes - spareNodes;
    }
}
