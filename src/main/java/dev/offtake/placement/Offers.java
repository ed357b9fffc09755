package dev.offtake.placement;

import java.util.Arrays;

/**
 * What a node or a cell still has to give to those who own nothing in it: a row of counters that add up.
 *
 * <p>Spares are a number and not particular nodes, so idle nodes are counted apart from those in use: of its idle nodes
 * a cell gives only as many as it may still take into use, the fullest first.
 */
final class Offers {
    /** Place of the number of nodes that are in use, or kept for the owner of a bound cell. */
    static final int TAKEN = 0;

    private final LevelTable levels;
    private final int gpusPerNode;
    private final int width;

    Offers(LevelTable levels) {
        this.levels = levels;
        gpusPerNode = levels.gpusPerNode();
        width = 1 + gpusPerNode + levels.rows();
    }

    /** Counters per cell. */
    int width() {
        return width;
    }

    /** Place of the number of idle nodes with so many GPUs, at least 1. */
    int idle(int gpus) {
        return gpus;
    }

    /** Place of the number of whole cells of a row above the node, or of free cells below it on nodes in use. */
    private int cells(int row) {
        return 1 + gpusPerNode + row;
    }

    /** Whole free cells of a row. */
    int avail(int[] offers, int base, int row) {
        if (row < levels.nodeRow()) {
            return offers[base + cells(row)];
        }
        int size = levels.gpus(row);
        int sum = row == levels.nodeRow() ? 0 : offers[base + cells(row)];
        for (int gpus = size; gpus <= gpusPerNode; gpus++) {
            sum += offers[base + idle(gpus)] * (gpus / size);
        }
        return sum;
    }

    /**
     * Writes what a node gives of which {@code effective} GPUs are used or bound.
     *
     * @param gpus that take work; 0 for a node that takes none, and what runs there counts as no node in use
     */
    void ofNode(int gpus, int effective, int[] offer) {
        Arrays.fill(offer, 0);
        if (gpus == 0) {
            return;
        }
        if (effective > 0) {
            offer[TAKEN] = 1;
            int free = Math.max(0, gpus - effective);
            for (int row = levels.nodeRow() + 1; row < levels.rows(); row++) {
                offer[cells(row)] = free / levels.gpus(row);
            }
        } else {
            offer[idle(gpus)] = 1;
        }
    }

    /** Writes what a bound cell gives to others: nothing, and it takes all that can be sold of it. */
    void ofBound(int depth, int[] below, int base, int[] offer) {
        Arrays.fill(offer, 0);
        offer[TAKEN] = Math.max(levels.sellableNodes(depth), below[base + TAKEN]);
    }

    /** Writes what a cell of declared size gives of what lies below it. */
    void ofCell(int depth, boolean whole, int[] below, int base, int[] offer) {
        System.arraycopy(below, base, offer, 0, width);
        int slots = Math.max(0, levels.sellableNodes(depth) - below[base + TAKEN]);
        int given = 0;
        for (int gpus = gpusPerNode; gpus > 0; gpus--) {
            int nodes = Math.min(offer[idle(gpus)], slots - given);
            offer[idle(gpus)] = nodes;
            given += nodes;
        }
        int ownRow = levels.rowOfDepth(depth);
        offer[cells(ownRow)] = whole ? 1 : 0;
        for (int row = ownRow + 1; row < levels.nodeRow(); row++) {
            offer[cells(row)] = Math.min(offer[cells(row)], slots / levels.sellableNodes(levels.depthOfRow(row)));
        }
    }
}
