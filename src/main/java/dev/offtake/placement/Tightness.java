package dev.offtake.placement;

/**
 * Which of two cells of a level to use: the one that breaks fewer whole cells, then the one with less room, then the
 * one with less free, then the one in the fuller parents, then the older one. So what is left are the largest shapes
 * (Rule 7), and Rule 2 finds a cell with a broken parent before it breaks a whole one.
 */
final class Tightness {
    private final PoolState pool;
    private final LevelTable levels;
    private final Fits fits;
    private final int unitDepth;
    private final Shape shape;

    /**
     * @param unitDepth depth of the owner's unit: cells from there downward are its own to break; -1 for none
     * @param shape of a pod that is to be placed
     */
    Tightness(PoolState pool, Fits fits, int unitDepth, Shape shape) {
        this.pool = pool;
        levels = pool.levels();
        this.fits = fits;
        this.unitDepth = unitDepth;
        this.shape = shape;
    }

    int compare(int depth, int a, int b) {
        int byBroken = Integer.compare(wholeCellsBroken(depth, a), wholeCellsBroken(depth, b));
        if (byBroken != 0) {
            return byBroken;
        }
        if (depth == levels.nodeDepth()) {
            int byParts = Integer.compare(partsBroken(a), partsBroken(b));
            if (byParts != 0) {
                return byParts;
            }
        }
        int byRoom = Integer.compare(fits.of(depth, a), fits.of(depth, b));
        if (byRoom != 0) {
            return byRoom;
        }
        int byFree = Integer.compare(freeGpus(depth, a), freeGpus(depth, b));
        if (byFree != 0) {
            return byFree;
        }
        int byAncestors = compareAncestors(depth, a, b);
        return byAncestors != 0 ? byAncestors : Integer.compare(a, b);
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
        return depth == levels.nodeDepth() ? pool.open(cell) : pool.cells(depth).avail(cell, levels.gpuRow());
    }

    /** Whole cells, this one included, that are no longer whole once it is used; those of the owner's unit aside. */
    private int wholeCellsBroken(int depth, int cell) {
        int n = fits.member(depth, cell);
        int count = 0;
        int from = unitDepth > 0 ? Math.min(depth, unitDepth - 1) : depth;
        for (int d = from; d > 0; d--) {
            boolean whole = d == levels.nodeDepth()
                    ? pool.isWholeNode(n)
                    : pool.cells(d).isWhole(pool.ancestor(d, n));
            if (whole) {
                count++;
            }
        }
        return count;
    }

    /** Whole free parts of a node, as halves, that one more pod breaks beyond those that it fills. */
    private int partsBroken(int n) {
        int free = pool.open(n);
        int left = Math.max(0, free - pool.charge(n, shape));
        int count = 0;
        for (int row = levels.nodeRow() + 1; row < levels.gpuRow(); row++) {
            count += free / levels.gpus(row) - left / levels.gpus(row);
        }
        return count;
    }
}
