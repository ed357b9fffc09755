package dev.offtake.placement;

/**
 * Which cell of a level to use: one that is the owner's already, then the one that breaks fewer whole cells, then (of
 * nodes) the one where a pod is charged fewer GPUs for its CPU and memory, then the one that breaks fewer whole parts,
 * then the one with less room, then the one with less free, then the one in the fuller cell above, then the older one.
 * So what is left are the largest shapes (Rule 7), and Rule 2 finds a cell with a broken parent before it breaks a whole
 * one.
 *
 * <p>All of it in two numbers, the smaller the better: a rank, in which cells of several parents may be equal, and a key
 * beside it, in which no two are. Of {@linkplain Branches#isLarge large} cells it does not matter which is fuller.
 */
final class Tightness {
    private static final int FREE_BITS = 21;
    private static final int ROOM_BITS = 20;
    private static final int CHARGE_BITS = 5;
    private static final int BROKEN_BITS = 8;
    /** More cells, pods or GPUs than these are alike. */
    private static final int MOST_BROKEN = (1 << BROKEN_BITS) - 1;

    private static final int MOST_CHARGE = (1 << CHARGE_BITS) - 1;
    private static final int MOST_ROOM = (1 << ROOM_BITS) - 1;
    private static final int MOST_FREE = (1 << FREE_BITS) - 1;
    /** The least rank of a cell that is not the owner's. */
    static final long OUTSIDE = 1L << (2 * BROKEN_BITS + CHARGE_BITS + ROOM_BITS + FREE_BITS);

    private static final int CELL_BITS = 24;
    private static final int MOST_CELL = (1 << CELL_BITS) - 1;
    private static final int MOST_FREE_ABOVE = (1 << 15) - 1;

    private final PoolState pool;
    private final LevelTable levels;
    private final Right right;
    private final Fits fits;
    private final int unitDepth;

    /**
     * @param right by which they are
     * @param fits of the pods that are to be placed
     */
    Tightness(PoolState pool, Right right, Fits fits) {
        this.pool = pool;
        this.right = right;
        levels = pool.levels();
        this.fits = fits;
        // Cells from the owner's unit downward are its own to break.
        unitDepth = right.unitDepth(pool);
    }

    int compare(int depth, int a, int b) {
        int byRank = Long.compare(rank(depth, a), rank(depth, b));
        return byRank != 0 ? byRank : Long.compare(key(depth, a), key(depth, b));
    }

    /** The first criterion in which the better one of two cells differs from the other. */
    Rationale.Code decides(int depth, int better, int other) {
        int highest = Long.SIZE - 1 - Long.numberOfLeadingZeros(rank(depth, better) ^ rank(depth, other));
        if (highest < 0) {
            boolean sameAbove = freeAboveOf(depth, better) == freeAboveOf(depth, other);
            return sameAbove ? Rationale.Code.FIRST_OF_EQUALS : Rationale.Code.FULLEST_ABOVE;
        }
        if (highest < FREE_BITS) {
            return Rationale.Code.LEAST_FREE;
        }
        if (highest < FREE_BITS + ROOM_BITS) {
            return Rationale.Code.TIGHTEST_FIT;
        }
        if (highest < FREE_BITS + ROOM_BITS + BROKEN_BITS) {
            return Rationale.Code.FEWEST_PARTS_BROKEN;
        }
        if (highest < FREE_BITS + ROOM_BITS + BROKEN_BITS + CHARGE_BITS) {
            return Rationale.Code.FEWEST_GPUS_CHARGED;
        }
        return highest < FREE_BITS + ROOM_BITS + CHARGE_BITS + 2 * BROKEN_BITS
                ? Rationale.Code.FEWEST_WHOLE_CELLS_BROKEN
                : Rationale.Code.MORE_OF_ITS_OWN;
    }

    private int freeAboveOf(int depth, int cell) {
        return freeAbove(depth, parent(key(depth, cell)));
    }

    /** The criteria but the last two, the first in the highest bits. */
    long rank(int depth, int cell) {
        boolean isNode = depth == levels.nodeDepth();
        long rank = fits.inside(depth, cell) ? 0 : 1;
        rank = (rank << BROKEN_BITS) | Math.min(MOST_BROKEN, wholeCellsBroken(depth, cell));
        rank = (rank << CHARGE_BITS) | Math.min(MOST_CHARGE, isNode ? fits.charge(cell) : 0);
        rank = (rank << BROKEN_BITS) | Math.min(MOST_BROKEN, isNode ? partsBroken(cell) : 0);
        rank = (rank << ROOM_BITS) | Math.min(MOST_ROOM, fits.of(depth, cell));
        return (rank << FREE_BITS) | Math.min(MOST_FREE, freeGpus(depth, cell));
    }

    /** The least rank with the same criteria before room as this one, and so much room. */
    static long withRoom(long rank, int pods) {
        int below = FREE_BITS + ROOM_BITS;
        return ((rank >>> below) << below) | ((long) Math.min(MOST_ROOM, pods) << FREE_BITS);
    }

    /** The least rank whose criteria before room are worse than those of this one. */
    static long beyond(long rank) {
        int below = FREE_BITS + ROOM_BITS;
        return ((rank >>> below) + 1) << below;
    }

    /** The room of a rank; more than a million is not told apart. */
    static int room(long rank) {
        return (int) (rank >>> FREE_BITS) & MOST_ROOM;
    }

    static boolean isInside(long rank) {
        return rank < OUTSIDE;
    }

    /** The last two criteria of a cell, or of a node. */
    long key(int depth, int cell) {
        return depth == levels.nodeDepth()
                ? key(
                        depth,
                        pool.ancestor(depth - 1, cell),
                        pool.supply().leaves().place(cell))
                : key(depth, pool.supply().branches().parent(depth, cell), cell);
    }

    private long key(int depth, int parent, int last) {
        return ((long) freeAbove(depth, parent) << (2 * CELL_BITS)) | ((long) parent << CELL_BITS) | last;
    }

    /** What is free in a cell above those of a depth, as far as it matters. */
    int freeAbove(int depth, int parent) {
        return depth <= 1 || pool.supply().branches().isLarge(depth - 1, parent)
                ? 0
                : Math.min(MOST_FREE_ABOVE, freeGpus(depth - 1, parent));
    }

    /** The cell in which the cell or node of a key lies. */
    static int parent(long key) {
        return (int) (key >>> CELL_BITS) & MOST_CELL;
    }

    /** The cell of a key, or the place of the node in its cell. */
    static int last(long key) {
        return (int) key & MOST_CELL;
    }

    private int freeGpus(int depth, int cell) {
        return depth == levels.nodeDepth()
                ? open(cell)
                : right.breakable(pool, depth).avail(cell, levels.gpuRow());
    }

    /** Whole cells, this one included, that are no longer whole once it is used; those of the owner's unit aside. */
    private int wholeCellsBroken(int depth, int cell) {
        int count = 0;
        int from = unitDepth > 0 ? Math.min(depth, unitDepth - 1) : depth;
        int at = cell;
        for (int d = depth; d > 0; d--) {
            if (d <= from && right.findsWhole(pool, d, at)) {
                count++;
            }
            at = d == levels.nodeDepth()
                    ? pool.ancestor(d - 1, at)
                    : pool.supply().branches().parent(d, at);
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
        return right.isLent() ? pool.room().lendable(n) : pool.room().open(n);
    }
}
