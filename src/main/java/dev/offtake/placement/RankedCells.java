package dev.offtake.placement;

import org.jspecify.annotations.Nullable;

/** The cells or nodes that the pairs of a set stand for. */
final class RankedCells {
    private final PoolState pool;
    private final RankedFits fits;
    private final Tightness tightness;
    private final Ranks set;
    private final int depth;
    private final boolean isOfNodes;
    private final boolean byLeaf;
    private final Fits.@Nullable Domain within;
    /** When the order was asked for. */
    private final long cellChanges;

    private long rank;
    private int leaf = -1;
    private int index;

    /**
     * @param byLeaf whether a pair of a node stands for all of its leaf that have the same rank
     * @param within only what lies in this cell; null for everything
     */
    RankedCells(
            PoolState pool,
            RankedFits fits,
            Tightness tightness,
            Ranks set,
            int depth,
            boolean byLeaf,
            Fits.@Nullable Domain within) {
        this.pool = pool;
        this.fits = fits;
        this.tightness = tightness;
        this.set = set;
        this.depth = depth;
        this.byLeaf = byLeaf;
        this.within = within;
        isOfNodes = depth == pool.levels().nodeDepth();
        cellChanges = pool.supply().cellChanges();
    }

    /** Finds the first pair that is not before this one. */
    boolean ceiling(long fromRank, long fromKey) {
        boolean found = set.ceiling(fromRank, fromKey);
        while (found && !isWithin(Tightness.parent(set.key()))) {
            found = set.ceiling(set.rank(), set.key() + 1);
        }
        return found;
    }

    /** Finds the last pair before this one. */
    boolean lower(long thanRank, long thanKey) {
        boolean found = set.lower(thanRank, thanKey);
        while (found && !isWithin(Tightness.parent(set.key()))) {
            found = set.lower(set.rank(), set.key());
        }
        return found;
    }

    private boolean isWithin(int parent) {
        if (within == null) {
            return true;
        }
        int cell = parent;
        for (int d = depth - 1; d > within.depth(); d--) {
            cell = pool.supply().branches().parent(d, cell);
        }
        return cell == within.cell();
    }

    long rank() {
        return set.rank();
    }

    long key() {
        return set.key();
    }

    /** The first cell for which the pair stands that was found. */
    int take() {
        int last = Tightness.last(set.key());
        if (!isOfNodes) {
            return last;
        }
        int n = pool.supply().leaves().nodeAt(Tightness.parent(set.key()), last);
        if (byLeaf) {
            rank = set.rank();
            leaf = pool.supply().leaves().leaf(n);
            index = last % Leaves.SIZE;
        }
        return n;
    }

    /** The next cell for which the pair stands that was taken, -1 if there is none. */
    int nextOfSameRank() {
        while (leaf >= 0 && ++index < Leaves.SIZE) {
            int n = pool.supply().leaves().node(leaf, index);
            if (n >= 0 && fits.of(depth, n) > 0 && tightness.rank(depth, n) == rank) {
                return n;
            }
        }
        leaf = -1;
        return -1;
    }

    /**
     * Whether the second of two nodes of equal rank still comes next once the first is full, as far as one can tell without
     * counting anew. In one leaf it does: of all that goes into the order of nodes only what is free in the cell above is
     * another then, and with less of that they go before all others of that rank. If idle nodes of that cell do not count as
     * they are spares, they are the same, for with the node its place among those that count is gone. But it may be others
     * where a cell around that leaves some out by what fits in its parts, and everything may be otherwise when a cell was
     * bound, or is no longer whole.
     */
    boolean standInOrder(int full, int next) {
        Leaves leaves = pool.supply().leaves();
        if (!isOfNodes
                || cellChanges != pool.supply().cellChanges()
                || leaves.leaf(full) != leaves.leaf(next)
                || leaves.place(full) >= leaves.place(next)) {
            return false;
        }
        for (int d = 1; d < depth - 1; d++) {
            if (fits.isOrWasLimited(d, pool.ancestor(d, full))) {
                return false;
            }
        }
        return true;
    }
}
