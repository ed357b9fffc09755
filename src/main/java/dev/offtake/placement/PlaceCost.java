package dev.offtake.placement;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a place costs by Rule 7, the most important first: units that it binds anew, cells that it spans, the outermost
 * first, nodes, whole cells that it breaks.
 */
final class PlaceCost {
    private final PoolState pool;
    private final Right right;
    private final int nodeDepth;

    /** One of the costs, to be compared with others of the same gang in the same pool only. */
    static final class Value {
        private final int bound;
        /** By depth. */
        private final int[] cells;

        private final int[] broken;

        private Value(int bound, int[] cells, int[] broken) {
            this.bound = bound;
            this.cells = cells;
            this.broken = broken;
        }

        /** Units that it binds anew. */
        int bound() {
            return bound;
        }

        /** Cells of a depth, or nodes, that it spans. */
        int cells(int depth) {
            return cells[depth];
        }

        /** Whole ones of these. */
        int broken(int depth) {
            return broken[depth];
        }

        boolean isLessThan(Value other) {
            if (bound != other.bound) {
                return bound < other.bound;
            }
            int bySpan = Arrays.compare(cells, other.cells);
            return bySpan != 0 ? bySpan < 0 : brokenInAll() < other.brokenInAll();
        }

        private int brokenInAll() {
            return IntStream.of(broken).sum();
        }

        /** Whether nothing could cost less: one node, which is in use already or no longer whole. */
        boolean isLeast() {
            return bound == 0 && cells[cells.length - 1] == 1 && brokenInAll() == 0;
        }
    }

    PlaceCost(PoolState pool, Right right) {
        this.pool = pool;
        this.right = right;
        nodeDepth = pool.levels().nodeDepth();
    }

    /** What the place takes that is in the trial since a mark, which is taken back. */
    Value takeBack(Trial trial, int start) {
        List<Trial.Use> uses = trial.usesSince(start);
        int claimed = pool.claimed(right.owner());
        trial.undoTo(start);
        int[] cells = new int[nodeDepth + 1];
        int[] broken = new int[nodeDepth + 1];
        int[] spanned = new int[uses.size()];
        for (int d = 1; d <= nodeDepth; d++) {
            for (int i = 0; i < spanned.length; i++) {
                spanned[i] = pool.ancestor(d, uses.get(i).node());
            }
            Arrays.sort(spanned);
            for (int i = 0; i < spanned.length; i++) {
                if (i == 0 || spanned[i] != spanned[i - 1]) {
                    cells[d]++;
                    broken[d] += right.findsWhole(pool, d, spanned[i]) ? 1 : 0;
                }
            }
        }
        return new Value(claimed - pool.claimed(right.owner()), cells, broken);
    }
}
