package dev.offtake.placement;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a place costs by Rule 7, the most important first: units that it binds anew, cells that it spans, the outermost
 * first, nodes, whole cells that it breaks.
 */
final class PlaceCost {
    private final PoolState pool;
    private final Right right;
    private final int nodeDepth;
    private final int claimedBefore;

    /** One of the costs, to be compared with others of the same gang only. */
    static final class Value {
        private final long[] parts;

        private Value(long[] parts) {
            this.parts = parts;
        }

        boolean isLessThan(Value other) {
            return Arrays.compare(parts, other.parts) < 0;
        }

        /** Whether nothing could cost less: one node, which is in use already or no longer whole. */
        boolean isLeast() {
            return parts[0] == 0 && parts[parts.length - 2] == 1 && parts[parts.length - 1] == 0;
        }
    }

    /** For places beside what is in the state now. */
    PlaceCost(PoolState pool, Right right) {
        this.pool = pool;
        this.right = right;
        nodeDepth = pool.levels().nodeDepth();
        claimedBefore = pool.claimed(right.owner());
    }

    /** What the place takes that is in the trial since a mark, which is taken back. */
    Value takeBack(Trial trial, int start) {
        List<Trial.Use> uses = trial.usesSince(start);
        long[] parts = new long[nodeDepth + 2];
        parts[0] = pool.claimed(right.owner()) - (long) claimedBefore;
        trial.undoTo(start);
        for (int d = 1; d <= nodeDepth; d++) {
            Set<Integer> cells = new HashSet<>();
            for (Trial.Use use : uses) {
                int cell = pool.ancestor(d, use.node());
                if (cells.add(cell) && right.findsWhole(pool, d, cell)) {
                    parts[nodeDepth + 1]++;
                }
            }
            parts[d] = cells.size();
        }
        return new Value(parts);
    }
}
