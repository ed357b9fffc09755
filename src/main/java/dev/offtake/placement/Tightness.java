package dev.offtake.placement;

/**
 * Which of two cells of a level to use: the one that breaks fewer whole cells, then the one with less free, then the
 * one in the fuller parents, then the older one. So what is left are the largest shapes (Rule 7), and Rule 2 finds a
 * cell with a broken parent before it breaks a whole one.
 */
final class Tightness {
    private final PoolState pool;
    private final Fits fits;
    private final int unitDepth;

    /** @param unitDepth depth of the owner's unit: cells from there downward are its own to break; -1 for none */
    Tightness(PoolState pool, Fits fits, int unitDepth) {
        this.pool = pool;
        this.fits = fits;
        this.unitDepth = unitDepth;
    }

    int compare(int depth, int a, int b) {
        int byBroken = Integer.compare(wholeCellsBroken(depth, a), wholeCellsBroken(depth, b));
        if (byBroken != 0) {
            return byBroken;
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
    int compareAncestors(int depth, int a, int b) {
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
        return depth == pool.levels().nodeDepth()
                ? pool.open(cell)
                : pool.cells(depth).avail(cell, pool.levels().gpuRow());
    }

    /** Whole cells, this one included, that are no longer whole once it is used; those of the owner's unit aside. */
    int wholeCellsBroken(int depth, int cell) {
        int n = fits.member(depth, cell);
        int count = 0;
        int from = unitDepth > 0 ? Math.min(depth, unitDepth - 1) : depth;
        for (int d = from; d > 0; d--) {
            boolean whole = d == pool.levels().nodeDepth()
                    ? pool.isWholeNode(n)
                    : pool.cells(d).isWhole(pool.ancestor(d, n));
            if (whole) {
                count++;
            }
        }
        return count;
    }
}
