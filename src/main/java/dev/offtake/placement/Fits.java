package dev.offtake.placement;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * How many pods of a class fit on each node and in each cell, by one right, and in which order the cells are to be tried.
 *
 * <p>Cells at and above the level of a slice count whole slices only.
 */
interface Fits {
    /** Which nodes an owner may use. */
    enum Reach {
        /** Only cells that it has bound already. */
        BOUND,
        /** Those, and what is nobody's. */
        ALL,
        /**
         * The same, but of a cell with more idle nodes than it may give those count in which most fits, wherever in it they
         * lie: most of all in sum, if not in any cell of it.
         */
        MOST,
        /** As {@link #ALL}, resources other than GPUs aside. */
        GPUS,
        /** Every node as if it were empty and nobody's, healthy or not; of no use for an order. */
        EMPTY
    }

    /** A cell of a physical level, or a node. */
    record Domain(int depth, int cell) {
        /** All of it. */
        static final Domain POOL = new Domain(0, 0);

        boolean contains(PoolState pool, int n) {
            return pool.ancestor(depth, n) == cell;
        }
    }

    /** Cells one after the other. */
    interface Cells {
        /** The next cell, -1 if there is none. The state may have changed meanwhile, if it is as before again. */
        int next();

        /**
         * The next node after the last one was filled, if that is known without counting anew; -1 otherwise, and then the
         * order is no longer known. Nothing but the nodes that were found since the counts were taken over may have changed.
         */
        default int nextOnceFull() {
            return -1;
        }
    }

    /** Where the counts of a pool come from. */
    interface Source {
        /**
         * Counts of what fits as things stand.
         *
         * @param avoid nodes that do not count
         * @param spared rows in whose whole cells nothing fits, but in those of the owner's own unit and below
         */
        Fits fits(Right right, Reach reach, GangDemand.PodSet podSet, BitSet accepted, BitSet avoid, BitSet spared);
    }

    /** Whether any cell has more idle nodes than it may give. */
    boolean leavesOut();

    /** Takes over what changed since. */
    void refresh();

    /** Pods that fit in a cell, or on a node. */
    int of(int depth, int cell);

    /** Whether some of what fits there lies in cells that the owner has bound already. */
    boolean inside(int depth, int cell);

    /** What one pod is charged on a node. */
    int charge(int n);

    /**
     * The cells of a depth in which so many pods fit, in the order of {@link Tightness}.
     *
     * @param within only those in this cell; null for all
     */
    Cells tightestFirst(int depth, @Nullable Domain within, int pods);

    /** The parts of a cell in which anything fits: those of the owner first, then in falling room, then the tightest. */
    Cells roomiestFirst(Domain of);

    /** The most pods that fit in any one cell of a depth. */
    int most(int depth);
}
