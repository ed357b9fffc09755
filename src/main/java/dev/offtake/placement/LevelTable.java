package dev.offtake.placement;

import dev.offtake.fleet.Level;
import dev.offtake.fleet.Pool;
import java.util.ArrayList;
import java.util.List;

/**
 * The levels of one pool as numbers.
 *
 * <p>Physical levels have a <em>depth</em>: 0 is the pool itself, then the keyed levels, then the node. Levels that can
 * be a unit of sale have a <em>row</em>: keyed levels of declared size, {@code node}, split levels, {@code gpu}, in
 * falling size. Rule 2 is one inequality per row.
 */
final class LevelTable {
    private final String[] depthNames;
    private final int[] depthRow;
    private final int[] sellableNodes;
    private final String[] rowNames;
    private final int[] rowGpus;
    private final int[] rowDepth;
    private final int gpusPerNode;

    LevelTable(Pool pool) {
        List<Level> keyed = pool.keyedLevels();
        gpusPerNode = pool.gpusPerNode();
        depthNames = new String[keyed.size() + 2];
        depthRow = new int[keyed.size() + 2];
        sellableNodes = new int[keyed.size() + 2];
        List<String> names = new ArrayList<>();
        List<Integer> gpus = new ArrayList<>();
        List<Integer> depths = new ArrayList<>();
        depthNames[0] = "pool";
        depthRow[0] = -1;
        for (int d = 1; d <= keyed.size(); d++) {
            Level level = keyed.get(d - 1);
            depthNames[d] = level.name();
            sellableNodes[d] = level.sellableNodes();
            depthRow[d] = -1;
            if (level.nodes() > 0) {
                depthRow[d] = names.size();
                names.add(level.name());
                gpus.add(level.sellableNodes() * gpusPerNode);
                depths.add(d);
            }
        }
        int nodeDepth = keyed.size() + 1;
        depthNames[nodeDepth] = Level.NODE;
        depthRow[nodeDepth] = names.size();
        sellableNodes[nodeDepth] = 1;
        names.add(Level.NODE);
        gpus.add(gpusPerNode);
        depths.add(nodeDepth);
        for (Level level : pool.levels()) {
            if (!level.isKeyed()) {
                names.add(level.name());
                gpus.add(level.gpus());
                depths.add(-1);
            }
        }
        names.add(Level.GPU);
        gpus.add(1);
        depths.add(-1);
        rowNames = names.toArray(String[]::new);
        rowGpus = gpus.stream().mapToInt(Integer::intValue).toArray();
        rowDepth = depths.stream().mapToInt(Integer::intValue).toArray();
    }

    /** The name of the level of a depth. */
    String name(int depth) {
        return depthNames[depth];
    }

    int nodeDepth() {
        return depthNames.length - 1;
    }

    int rows() {
        return rowNames.length;
    }

    int gpuRow() {
        return rowNames.length - 1;
    }

    int nodeRow() {
        return depthRow[nodeDepth()];
    }

    int gpusPerNode() {
        return gpusPerNode;
    }

    /** GPUs of a cell of this row that can be sold. */
    int gpus(int row) {
        return rowGpus[row];
    }

    String rowName(int row) {
        return rowNames[row];
    }

    /** The name of a physical level; {@code pool} for the whole. */
    String depthName(int depth) {
        return depthNames[depth];
    }

    /** The row of a physical level, or -1 where its size is not declared. */
    int rowOfDepth(int depth) {
        return depthRow[depth];
    }

    /** The depth of a row, or -1 for split levels and single GPUs. */
    int depthOfRow(int row) {
        return rowDepth[row];
    }

    /** Nodes of a cell at this depth that can be sold; 0 where the size is not declared. */
    int sellableNodes(int depth) {
        return sellableNodes[depth];
    }

    /** The row of a unit of sale, or -1 where the pool has no such level or its size is not declared. */
    int row(String unit) {
        for (int r = 0; r < rowNames.length; r++) {
            if (rowNames[r].equals(unit)) {
                return r;
            }
        }
        return -1;
    }

    /** The depth of a physical level, or -1. */
    int depth(String level) {
        for (int d = 1; d < depthNames.length; d++) {
            if (depthNames[d].equals(level)) {
                return d;
            }
        }
        return -1;
    }

    /** The depth of a level, the node for what splits a node, or -1 where the pool has no such level. */
    int depthHolding(String level) {
        int depth = depth(level);
        return depth >= 0 || row(level) < 0 ? depth : nodeDepth();
    }

    /** Whether the pool knows the levels in whose cells the slices of a gang are to lie. */
    boolean holdsSlicesOf(GangDemand gang) {
        for (GangDemand.PodSet podSet : gang.podSets()) {
            if (podSet.slice().isPresent() && depthHolding(podSet.slice().get().level()) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Cells of {@code row} that {@code units} cells of {@code unitRow} come to; 0 for rows larger than the unit. */
    long cells(long units, int unitRow, int row) {
        if (row < unitRow) {
            return 0;
        }
        return -Math.floorDiv(-units * rowGpus[unitRow], rowGpus[row]);
    }
}
