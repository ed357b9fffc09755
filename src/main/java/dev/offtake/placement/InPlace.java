package dev.offtake.placement;

import java.util.BitSet;
import java.util.List;

/** Judges whether work that can be evicted may stay just where it is as work that cannot be. */
final class InPlace {
    private static final BitSet NONE = new BitSet();

    private final PoolState pool;
    private final Right right;
    private final Trial trial;

    /** @param right to reclaim, as this work is in nobody's way but others' that can be evicted */
    InPlace(PoolState pool, Right right, Trial trial) {
        this.pool = pool;
        this.right = right;
        this.trial = trial;
    }

    /** Whether it may; the state is as before. */
    boolean fits(List<Trial.Use> lent) {
        if (new NodesInUse(pool, right).isOverusedIfOwn(NodesInUse.place(pool, lent))) {
            return false;
        }
        lent.forEach(use -> pool.lend(use.node(), use.shape(), -use.pods()));
        boolean fits = true;
        for (Trial.Use use : lent) {
            if (!fits(use)) {
                fits = false;
                break;
            }
            trial.apply(use);
        }
        fits = fits && trial.holds();
        trial.undoTo(0);
        lent.forEach(use -> pool.lend(use.node(), use.shape(), use.pods()));
        return fits;
    }

    /** Whether it could be placed there beside what is in the trial already. */
    private boolean fits(Trial.Use use) {
        int n = use.node();
        if (!pool.node(n).health().takesWork()) {
            return false;
        }
        NodeFits fits = new NodeFits(pool, right, Fits.Reach.ALL, use.shape(), NONE);
        fits.enter(pool.supply().leaves().leaf(n));
        return fits.of(n) >= use.pods() && (!fits.isIdle(n) || isToGive(n, fits.wasInside()));
    }

    /** Whether none of the cells around an idle node has to keep it as a spare. */
    private boolean isToGive(int n, boolean inside) {
        for (int d = pool.levels().nodeDepth() - 1; d > 0; d--) {
            // In cells above one that the owner has bound, the whole of that is in use already.
            boolean counts = pool.levels().rowOfDepth(d) >= 0 && (d >= right.unitDepth(pool) || !inside);
            if (counts && right.cells(pool, d).idleNodesToGive(pool.ancestor(d, n)) <= 0) {
                return false;
            }
        }
        return true;
    }
}
