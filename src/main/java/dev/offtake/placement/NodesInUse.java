package dev.offtake.placement;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * How many nodes of the cells around a place are in use with it. Spares are a number, not particular nodes: where a cell
 * has given all that it may, an idle node of it can only be had if another one is no longer in use.
 */
final class NodesInUse {
    private final PoolState pool;
    private final LevelTable levels;
    /** Depth of the cells that are bound by a place; negative where it binds none, or parts of nodes. */
    private final int unitDepth;

    /** @param right of the one whose place it is */
    NodesInUse(PoolState pool, Right right) {
        this.pool = pool;
        levels = pool.levels();
        unitDepth = right.unitDepth(pool) < levels.nodeDepth() ? right.unitDepth(pool) : -1;
    }

    /** Some nodes of the cells around a node of which more are in use than they may give. */
    static Set<String> besideSpares(PoolState pool, int n, IntPredicate which) {
        Set<String> beside = new TreeSet<>();
        for (int d = pool.levels().nodeDepth() - 1; d > 0; d--) {
            if (pool.occupied(d).isOverused(pool.ancestor(d, n))) {
                pool.supply().forEachNode(d, pool.ancestor(d, n), other -> {
                    if (which.test(other)) {
                        beside.add(pool.node(other).facts().name());
                    }
                });
            }
        }
        return beside;
    }

    /** Nodes that are in use by a place: by what takes no GPU, and next to nothing else, none is. */
    static Set<Integer> place(PoolState pool, List<Trial.Use> uses) {
        Set<Integer> place = new LinkedHashSet<>();
        for (Trial.Use use : uses) {
            if (pool.charge(use.node(), use.shape()) > 0) {
                place.add(use.node());
            }
        }
        return place;
    }

    /** Whether a node is in use only by work that can be evicted. */
    static boolean isOnlyLent(PoolState pool, int n) {
        return pool.node(n).health().takesWork() && pool.effective(n) == 0 && pool.lent(n) > 0;
    }

    /**
     * The innermost cell which has not enough to give for a place, as too many of its nodes are in use.
     *
     * @param place nodes that are to be in use; they are not yet
     * @param outermost no cells are looked at that are larger than those of this depth
     * @param staysLent whether work stays on a node that can be evicted
     */
    Fits.@Nullable Domain overused(Set<Integer> place, int outermost, IntPredicate staysLent) {
        for (int d = levels.nodeDepth() - 1; d >= Math.max(1, outermost); d--) {
            Set<Integer> seen = new HashSet<>();
            for (int n : place) {
                int cell = pool.ancestor(d, n);
                if (pool.cells(d).isSized(cell)
                        && takesMore(d, n)
                        && seen.add(cell)
                        && count(d, cell, place, staysLent) > levels.sellableNodes(d)) {
                    return new Fits.Domain(d, cell);
                }
            }
        }
        return null;
    }

    /** Whether there may be such a cell, in one look at each node: if not, nothing has to be counted. */
    boolean mayOveruse(Set<Integer> place, int outermost) {
        int idle = 0;
        for (int n : place) {
            idle += pool.taken(n) == 0 ? 1 : 0;
        }
        for (int d = levels.nodeDepth() - 1; d >= Math.max(1, outermost); d--) {
            int more = d < unitDepth ? place.size() * levels.sellableNodes(unitDepth) : idle;
            for (int n : place) {
                CellTree cells = pool.occupied(d);
                int cell = pool.ancestor(d, n);
                if (cells.isOverused(cell) || cells.idleNodesToGive(cell) < more) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether too many nodes would be in use of a cell if work that is lent was its borrower's own: of what it binds. */
    boolean isOverusedIfOwn(Set<Integer> lent) {
        for (int d = 1; d < unitDepth; d++) {
            for (int n : lent) {
                int cell = pool.ancestor(d, n);
                int inUse = pool.cells(d).isSized(cell) ? count(d, cell, lent, other -> pool.lent(other) > 0) : 0;
                if (inUse > levels.sellableNodes(d) && inUse > pool.occupied(d).inUse(cell)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether a cell of a depth has to give a node more if this one of it is taken. */
    private boolean takesMore(int depth, int n) {
        return pool.effective(n) == 0
                || (depth < unitDepth && !isBound(unitDepth, pool.ancestor(unitDepth, n), Set.of()));
    }

    private int count(int depth, int cell, Set<Integer> place, IntPredicate staysLent) {
        int[] sum = new int[1];
        if (depth == levels.nodeDepth() - 1) {
            pool.supply().forEachNode(depth, cell, n -> sum[0] += isInUse(n, place, staysLent) ? 1 : 0);
        } else {
            Branches branches = pool.supply().branches();
            for (int i = 0; i < branches.count(depth, cell); i++) {
                int part = branches.child(depth, cell, i);
                int inUse = count(depth + 1, part, place, staysLent);
                sum[0] += isBound(depth + 1, part, place) ? Math.max(levels.sellableNodes(depth + 1), inUse) : inUse;
            }
        }
        return sum[0];
    }

    private boolean isInUse(int n, Set<Integer> place, IntPredicate staysLent) {
        return pool.node(n).health().takesWork()
                && (pool.effective(n) > 0 || place.contains(n) || (pool.lent(n) > 0 && staysLent.test(n)));
    }

    /** Whether all that can be sold of a cell is somebody's, if a place is taken. */
    private boolean isBound(int depth, int cell, Set<Integer> place) {
        if (pool.cells(depth).owner(cell) != CellTree.NOBODY) {
            return true;
        }
        if (depth == unitDepth && pool.cells(depth).isKnown(cell)) {
            for (int n : place) {
                if (pool.ancestor(depth, n) == cell) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether a node lies in a bound cell inside one of a depth: whether it is in use makes no difference to that one. */
    boolean isInBound(int depth, int n, Set<Integer> place) {
        for (int d = levels.nodeDepth() - 1; d > depth; d--) {
            if (isBound(d, pool.ancestor(d, n), place)) {
                return true;
            }
        }
        return false;
    }
}
