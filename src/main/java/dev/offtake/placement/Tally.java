package dev.offtake.placement;

import java.util.Arrays;

/**
 * What the cells of one pool have and give, if so much of each node is taken: a tree of counters, kept up to date node by
 * node. Which cell of a level a node lies in is the same in all tallies of a pool, as nodes come and go in all of them.
 */
final class Tally {
    private final LevelTable levels;
    private final Offers offers;
    private final CellTree[] cells;
    private final int[] offer;
    private final int[] delta;
    /** What the cells were last told about a node. */
    private int[] toldUsable = new int[16];

    private int[] toldTaken = new int[16];
    private int[] toldOffer;

    /** Is told of cells that became usable, or ceased to be. */
    interface Flips {
        void flip(int depth, int cell, boolean usable);
    }

    Tally(LevelTable levels) {
        this.levels = levels;
        offers = new Offers(levels);
        cells = new CellTree[levels.nodeDepth()];
        for (int d = 0; d < cells.length; d++) {
            cells[d] = new CellTree(levels, offers, d);
        }
        offer = new int[offers.width()];
        delta = new int[offers.width()];
        toldOffer = new int[16 * offers.width()];
    }

    CellTree cells(int depth) {
        return cells[depth];
    }

    void growTo(int nodes) {
        toldUsable = Arrays.copyOf(toldUsable, nodes);
        toldTaken = Arrays.copyOf(toldTaken, nodes);
        toldOffer = Arrays.copyOf(toldOffer, nodes * offers.width());
    }

    /**
     * A node is otherwise than before.
     *
     * @param ancestor its cell, by depth and node
     * @param gpus that take work
     * @param taken of them, or bound
     */
    void update(int n, int[][] ancestor, int gpus, boolean usable, int taken, Flips flips) {
        offers.ofNode(gpus, taken, offer);
        tell(n, ancestor, usable ? 1 : 0, taken, flips);
    }

    /** A node is gone. */
    void remove(int n, int[][] ancestor, Flips flips) {
        Arrays.fill(offer, 0);
        tell(n, ancestor, 0, 0, flips);
        for (int d = 0; d < cells.length; d++) {
            cells[d].leave(ancestor[d][n]);
        }
    }

    private void tell(int n, int[][] ancestor, int usable, int taken, Flips flips) {
        int base = n * delta.length;
        for (int i = 0; i < delta.length; i++) {
            delta[i] = offer[i] - toldOffer[base + i];
            toldOffer[base + i] = offer[i];
        }
        int usableDelta = usable - toldUsable[n];
        for (int d = levels.nodeDepth() - 1; d >= 0; d--) {
            CellTree tree = cells[d];
            int cell = ancestor[d][n];
            boolean wasUsable = tree.isUsable(cell);
            usableDelta = tree.updateUsable(cell, usableDelta);
            if (tree.isUsable(cell) != wasUsable) {
                flips.flip(d, cell, !wasUsable);
            }
            tree.update(cell, taken - toldTaken[n], delta);
        }
        toldUsable[n] = usable;
        toldTaken[n] = taken;
    }

    /** Whole free cells of a row that the pool has to give. */
    int wholeFree(int row) {
        return cells[0].avail(0, row);
    }
}
