package dev.offtake.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * Spares are a number: of the idle nodes of a cell only so many count as it has left to give; those in which most fits,
 * then the fullest.
 */
final class SpareLimits {
    private final PoolState pool;
    private final Right right;
    private final Fits.Reach reach;
    private final NodeCounts counts;
    private final int unitDepth;
    /** By depth: cells of which some nodes do not count. */
    private final BitSet[] limited;

    private int limitedCells;
    /** By depth: cells that are looked at, and those that are when one above them is. */
    private final IntSet[] affected;

    private final IntSet[] within;
    private final IntSet leavesWithin = new IntSet();

    SpareLimits(PoolState pool, Right right, Fits.Reach reach, NodeCounts counts) {
        this.pool = pool;
        this.right = right;
        this.reach = reach;
        this.counts = counts;
        unitDepth = right.unitDepth(pool);
        limited = new BitSet[pool.levels().nodeDepth()];
        for (int d = 0; d < limited.length; d++) {
            limited[d] = new BitSet();
        }
        affected = new IntSet[limited.length];
        within = new IntSet[limited.length];
        Arrays.setAll(affected, d -> new IntSet());
        Arrays.setAll(within, d -> new IntSet());
    }

    /** Adds the leaves that have to be counted anew with these, as which nodes of a cell count may change. */
    void widen(IntSet leaves) {
        for (int i = 0; limitedCells > 0 && i < leaves.size(); i++) {
            int cell = counts.cellOf(leaves.get(i));
            for (int d = limited.length - 1; d > 0 && cell >= 0; d--) {
                if (limited[d].get(cell)) {
                    pool.supply().branches().forEachLeaf(d, cell, leaves::add);
                }
                cell = pool.supply().branches().parent(d, cell);
            }
        }
    }

    /** Leaves nodes of the leaves, which were counted anew, out of account where too many are idle; adds their leaves. */
    void apply(IntSet leaves) {
        LevelTable levels = pool.levels();
        for (int d = limited.length - 1; d > 0; d--) {
            if (levels.rowOfDepth(d) >= 0) {
                IntSet cells = affected[d];
                cells.clear();
                for (int i = 0; i < leaves.size(); i++) {
                    int leaf = leaves.get(i);
                    if (pool.supply().leaves().count(leaf) > 0) {
                        cells.add(pool.supply().ancestorOfLeaf(d, leaf));
                    }
                }
                for (int i = 0; i < cells.size(); i++) {
                    apply(d, cells.get(i), leaves);
                }
            }
        }
    }

    private void apply(int d, int cell, IntSet leaves) {
        boolean tooMany = idle(d, cell) > slots(d, cell);
        if (tooMany) {
            recount(d, cell, leaves);
            leaveOut(d, cell);
        }
        if (limited[d].get(cell) != tooMany) {
            limited[d].set(cell, tooMany);
            limitedCells += tooMany ? 1 : -1;
        }
    }

    /** Counts all nodes of a cell anew, with the limits of the cells in it. */
    private void recount(int depth, int cell, IntSet leaves) {
        IntSet inside = leavesWithin;
        inside.clear();
        pool.supply().branches().forEachLeaf(depth, cell, leaf -> {
            leaves.add(leaf);
            inside.add(leaf);
            counts.count(leaf);
        });
        for (int d = limited.length - 1; d > depth; d--) {
            IntSet cells = within[d];
            cells.clear();
            for (int i = 0; i < inside.size(); i++) {
                cells.add(pool.supply().ancestorOfLeaf(d, inside.get(i)));
            }
            for (int i = 0; i < cells.size() && pool.levels().rowOfDepth(d) >= 0; i++) {
                if (idle(d, cells.get(i)) > slots(d, cells.get(i))) {
                    leaveOut(d, cells.get(i));
                }
            }
        }
    }

    private void leaveOut(int d, int cell) {
        List<Integer> idle = new ArrayList<>();
        pool.supply().branches().forEachLeaf(d, cell, leaf -> {
            for (int i = 0; i < Leaves.SIZE; i++) {
                int n = pool.supply().leaves().node(leaf, i);
                if (n >= 0 && counts.isIdle(n) && (d >= unitDepth || !counts.inside(n))) {
                    idle.add(n);
                }
            }
        });
        idle.sort(Comparator.<Integer>comparingInt(n -> -counts.fit(n))
                .thenComparingInt(n -> -pool.node(n).gpus())
                .thenComparingInt(n -> n));
        idle.subList(Math.min(idle.size(), slots(d, cell)), idle.size()).forEach(counts::leaveOut);
    }

    /** Idle nodes of a cell; in cells above one that the owner has bound, the whole of that is in use already. */
    private int idle(int d, int cell) {
        int[] sum = new int[1];
        pool.supply().branches().forEachLeaf(d, cell, leaf -> sum[0] += counts.idle(leaf, d >= unitDepth));
        return sum[0];
    }

    private int slots(int d, int cell) {
        return reach == Fits.Reach.EMPTY && pool.cells(d).isKnown(cell)
                ? pool.levels().sellableNodes(d)
                : right.cells(pool, d).idleNodesToGive(cell);
    }
}
