package dev.offtake.placement;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The best of a few places of a gang in cells of one level (Rule 7): the one that binds fewest new units, then spans
 * fewest cells, the outermost first, then fewest nodes, then breaks fewest whole cells; of equal ones the first.
 */
final class Best {
    /** So many places at most are compared. */
    private static final int MOST = 4;

    private final PoolState pool;
    private final Right right;
    private final Trial trial;
    private final int start;
    private final int claimedBefore;
    private final int nodeDepth;
    private int seen;
    private long[] cost = {};
    private @Nullable List<Trial.Use> uses;

    /** @param trial in which the places are put; what is in it already belongs to all of them */
    Best(PoolState pool, Right right, Trial trial) {
        this.pool = pool;
        this.right = right;
        this.trial = trial;
        start = trial.mark();
        nodeDepth = pool.levels().nodeDepth();
        claimedBefore = pool.claimed(right.owner());
    }

    /** Whether the place that is in the trial, or one before it, is good enough and in it now; else it is taken back. */
    boolean isEnough() {
        List<Trial.Use> found = trial.usesSince(start);
        long bound = pool.claimed(right.owner()) - (long) claimedBefore;
        trial.undoTo(start);
        long[] here = cost(found, bound);
        if (uses == null || isLess(here, cost)) {
            uses = found;
            cost = here;
        }
        boolean cannotBeBetter = here[0] == 0 && here[nodeDepth] == 1 && here[nodeDepth + 1] == 0;
        return (cannotBeBetter || ++seen == MOST) && take();
    }

    /** Puts the best into the trial, if there was any. */
    boolean take() {
        if (uses == null) {
            return false;
        }
        new ArrayList<>(uses).forEach(trial::apply);
        return true;
    }

    private long[] cost(List<Trial.Use> of, long bound) {
        long[] result = new long[nodeDepth + 2];
        result[0] = bound;
        for (int d = 1; d <= nodeDepth; d++) {
            Set<Integer> cells = new HashSet<>();
            for (Trial.Use use : of) {
                int cell = pool.ancestor(d, use.node());
                if (cells.add(cell) && right.findsWhole(pool, d, cell)) {
                    result[nodeDepth + 1]++;
                }
            }
            result[d] = cells.size();
        }
        return result;
    }

    private static boolean isLess(long[] a, long[] b) {
        for (int i = 0; i < a.length; i++) {
            if (a[i] != b[i]) {
                return a[i] < b[i];
            }
        }
        return false;
    }
}
