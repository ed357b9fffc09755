package dev.offtake.placement;

import java.util.Arrays;
import java.util.BitSet;

/** How many pods of a class fit on each node, as it was when its leaf was counted last. */
class NodeCounts {
    private static final byte INSIDE = 1;
    private static final byte IDLE = 2;

    private final PoolState pool;
    private final Leaves leaves;
    private final NodeFits fits;
    /** By node. */
    private byte[] flags = new byte[16];

    private short[] fit = new short[16];
    private BitSet accepted = new BitSet();
    private BitSet avoid = new BitSet();
    /** By leaf: idle nodes on which something fits, all and those not inside. */
    private byte[] idleAll = new byte[16];

    private byte[] idleOutside = new byte[16];
    /** By leaf: the innermost cell of which it was counted a part, -1 for none. */
    private int[] cellOf = new int[0];

    NodeCounts(PoolState pool, NodeFits fits) {
        this.pool = pool;
        this.fits = fits;
        leaves = pool.supply().leaves();
    }

    /** Where a node stands in the columns. */
    int at(int n) {
        return n;
    }

    /** Where a leaf that was counted stands in the columns. */
    int atLeaf(int leaf) {
        return leaf;
    }

    /** Which nodes are counted from now on. */
    void accept(BitSet nodes, BitSet without) {
        accepted = nodes;
        avoid = without;
    }

    BitSet accepted() {
        return accepted;
    }

    BitSet avoided() {
        return avoid;
    }

    /** Makes room for all nodes and leaves of the pool. */
    void grow() {
        growTo(pool.bound(), leaves.bound());
        if (leaves.bound() > cellOf.length) {
            int before = cellOf.length;
            cellOf = Arrays.copyOf(cellOf, idleAll.length);
            Arrays.fill(cellOf, before, cellOf.length, -1);
        }
    }

    /** Makes the columns so long. */
    final void growTo(int ofNodes, int ofLeaves) {
        if (ofNodes > fit.length) {
            fit = Arrays.copyOf(fit, Math.max(ofNodes, fit.length * 5 / 4));
            flags = Arrays.copyOf(flags, fit.length);
        }
        if (ofLeaves > idleAll.length) {
            idleAll = Arrays.copyOf(idleAll, Math.max(ofLeaves, idleAll.length * 5 / 4));
            idleOutside = Arrays.copyOf(idleOutside, idleAll.length);
        }
    }

    /** Counts the nodes of a leaf as they are now. */
    void count(int leaf) {
        fits.enter(leaf);
        int allIdle = 0;
        int outside = 0;
        for (int i = 0; i < Leaves.SIZE && leaves.count(leaf) > 0; i++) {
            int n = leaves.node(leaf, i);
            if (n >= 0) {
                int pods = accepted.get(n) && !avoid.get(n) ? fits.of(n) : 0;
                boolean isInside = pods > 0 && fits.wasInside();
                boolean isIdle = pods > 0 && fits.isIdle(n);
                int at = at(n);
                fit[at] = (short) Math.min(Short.MAX_VALUE, pods);
                flags[at] = (byte) ((isInside ? INSIDE : 0) | (isIdle ? IDLE : 0));
                allIdle += isIdle ? 1 : 0;
                outside += isIdle && !isInside ? 1 : 0;
            }
        }
        int at = atLeaf(leaf);
        idleAll[at] = (byte) allIdle;
        idleOutside[at] = (byte) outside;
    }

    /** An idle node does not count after all. */
    void leaveOut(int n) {
        int ofLeaf = atLeaf(leaves.leaf(n));
        idleAll[ofLeaf]--;
        idleOutside[ofLeaf] = (byte) (idleOutside[ofLeaf] - (inside(n) ? 0 : 1));
        fit[at(n)] = 0;
        flags[at(n)] = 0;
    }

    /** Only whole slices count on a node. */
    void roundDown(int n, int slicePods) {
        int at = at(n);
        fit[at] = (short) (fit[at] / slicePods * slicePods);
        if (fit[at] == 0) {
            flags[at] &= IDLE;
        }
    }

    int fit(int n) {
        return fit[at(n)];
    }

    boolean inside(int n) {
        return (flags[at(n)] & INSIDE) != 0;
    }

    boolean isIdle(int n) {
        return (flags[at(n)] & IDLE) != 0;
    }

    int idle(int leaf, boolean all) {
        return all ? idleAll[atLeaf(leaf)] : idleOutside[atLeaf(leaf)];
    }

    /** The innermost cell of which a leaf was counted a part last, -1 for none. */
    int cellOf(int leaf) {
        return cellOf[leaf];
    }

    void cellOf(int leaf, int cell) {
        cellOf[leaf] = cell;
    }

    int charge(int n) {
        return fits.charge(n);
    }
}
