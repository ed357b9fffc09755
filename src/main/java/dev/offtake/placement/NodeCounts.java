package dev.offtake.placement;

import java.util.Arrays;
import java.util.BitSet;

/** How many pods of a class fit on each node, as it was when its leaf was counted last. */
final class NodeCounts {
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

    void grow() {
        if (pool.bound() > fit.length) {
            fit = Arrays.copyOf(fit, Math.max(pool.bound(), fit.length * 5 / 4));
            flags = Arrays.copyOf(flags, fit.length);
        }
        if (leaves.bound() > cellOf.length) {
            int before = cellOf.length;
            int capacity = Math.max(leaves.bound(), before * 5 / 4);
            cellOf = Arrays.copyOf(cellOf, capacity);
            Arrays.fill(cellOf, before, capacity, -1);
            idleAll = Arrays.copyOf(idleAll, capacity);
            idleOutside = Arrays.copyOf(idleOutside, capacity);
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
                fit[n] = (short) Math.min(Short.MAX_VALUE, pods);
                flags[n] = (byte) ((isInside ? INSIDE : 0) | (isIdle ? IDLE : 0));
                allIdle += isIdle ? 1 : 0;
                outside += isIdle && !isInside ? 1 : 0;
            }
        }
        idleAll[leaf] = (byte) allIdle;
        idleOutside[leaf] = (byte) outside;
    }

    /** An idle node does not count after all. */
    void leaveOut(int n) {
        int leaf = leaves.leaf(n);
        idleAll[leaf]--;
        idleOutside[leaf] = (byte) (idleOutside[leaf] - (inside(n) ? 0 : 1));
        fit[n] = 0;
        flags[n] = 0;
    }

    /** Only whole slices count on a node. */
    void roundDown(int n, int slicePods) {
        fit[n] = (short) (fit[n] / slicePods * slicePods);
        if (fit[n] == 0) {
            flags[n] &= IDLE;
        }
    }

    int fit(int n) {
        return fit[n];
    }

    boolean inside(int n) {
        return (flags[n] & INSIDE) != 0;
    }

    boolean isIdle(int n) {
        return (flags[n] & IDLE) != 0;
    }

    int idle(int leaf, boolean all) {
        return all ? idleAll[leaf] : idleOutside[leaf];
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
