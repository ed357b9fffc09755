package dev.offtake.placement;

import java.util.function.IntPredicate;

/**
 * Which cell of a level to use: one that is the owner's already, then the one that breaks fewer whole cells, then the
 * one with less room, then the one with less free, then the one in the fuller parents, then the older one. So what is
 * left are the largest shapes (Rule 7), and Rule 2 finds a cell with a broken parent before it breaks a whole one.
 */
final class Tightness {
    /** More cells, pods or GPUs than these are alike. */
    private static final int MOST_BROKEN = (1 << 8) - 1;

    private static final int MOST_ROOM = (1 << 20) - 1;
    private static final int MOST_FREE = (1 << 24) - 1;

    private final PoolState pool;
    private final LevelTable levels;
    private final Right right;
    private final Fits fits;
    private final int unitDepth;

    /**
     * @param right by which they are
     * @param fits of the pods that are to be placed
     * @param unitDepth depth of the owner's unit: cells from there downward are its own to break; -1 for none
     */
    Tightness(PoolState pool, Right right, Fits fits, int unitDepth) {
        this.pool = pool;
        this.right = right;
        levels = pool.levels();
        this.fits = fits;
        this.unitDepth = unitDepth;
    }

    /** The tightest of the cells that are candidates, -1 if there is none. */
    int tightest(int depth, IntPredicate candidate) {
        int best = -1;
        long rankOfBest = Long.MAX_VALUE;
        for (int cell = 0; cell < fits.cells(depth); cell++) {
            if (candidate.test(cell)) {
                long rank = rank(depth, cell);
                if (best < 0 || rank < rankOfBest || (rank == rankOfBest && compareAncestors(depth, cell, best) < 0)) {
                    best = cell;
                    rankOfBest = rank;
                }
            }
        }
        return best;
    }

    int compare(int depth, int a, int b) {
        int byRank = Long.compare(rank(depth, a), rank(depth, b));
        if (byRank != 0) {
            return byRank;
        }
        int byAncestors = compareAncestors(depth, a, b);
        return byAncestors != 0 ? byAncestors : Integer.compare(a, b);
    }

    /** The criteria but the parents as one number, the first in the highest bits. */
    private long rank(int depth, int cell) {
        long rank = fits.inside(fits.member(depth, cell)) ? 0 : 1;
        rank = rank << 8 | Math.min(MOST_BROKEN, wholeCellsBroken(depth, cell));
        rank = rank << 8 | Math.min(MOST_BROKEN, depth == levels.nodeDepth() ? partsBroken(cell) : 0);
        rank = rank << 20 | Math.min(MOST_ROOM, fits.of(depth, cell));
        return rank << 24 | Math.min(MOST_FREE, freeGpus(depth, cell));
    }

    /** By what is free in the cells above, innermost first; keeps nodes of one cell together. */
    private int compareAncestors(int depth, int a, int b) {
        int memberA = fits.member(depth, a);
        int memberB = fits.member(depth, b);
        for (int d = depth - 1; d > 0; d--) {
            int cellA = pool.ancestor(d, memberA);
            int cellB = pool.ancestor(d, memberB);
            if (cellA != cellB) {
                int byFree = Integer.compare(freeGpus(d, cellA), freeGpus(d, cellB));
                return byFree != 0 ? byFree : Integer.compare(cellA, cellB);
            }
        }
        return 0;
    }

    private int freeGpus(int depth, int cell) {
        return depth == levels.nodeDepth()
                ? open(cell)
                : right.breakable(pool, depth).avail(cell, levels.gpuRow());
    }

    /** Whole cells, this one included, that are no longer whole once it is used; those of the owner's unit aside. */
    private int wholeCellsBroken(int depth, int cell) {
        int n = fits.member(depth, cell);
        int count = 0;
        int from = unitDepth > 0 ? Math.min(depth, unitDepth - 1) : depth;
        for (int d = from; d > 0; d--) {
            if (right.findsWhole(pool, d, n)) {
                count++;
            }
        }
        return count;
    }

    /** Whole free parts of a node, as halves, that one more pod breaks beyond those that it fills. */
    private int partsBroken(int n) {
        if (levels.nodeRow() + 1 == levels.gpuRow()) {
            return 0;
        }
        int free = open(n);
        int left = Math.max(0, free - fits.charge(n));
        int count = 0;
        for (int row = levels.nodeRow() + 1; row < levels.gpuRow(); row++) {
            count += free / levels.gpus(row) - left / levels.gpus(row);
        }
        return count;
    }

    private int open(int n) {
        return right.isLent() ? pool.lendable(n) : pool.open(n);
    }
}
