package dev.offtake.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Spares are a number: of the idle nodes of a cell only so many count as it has left to give; those in which most fits,
 * then the fullest.
 */
final class SpareLimits {
    private static final int[] NONE = {};

    private final PoolState pool;
    private final Right right;
    private final Fits.Reach reach;
    private final NodeCounts counts;
    private final int unitDepth;
    /** At which only so many pods at a time count; negative for none. */
    private final int sliceDepth;

    private final int slicePods;
    /** By depth: cells of which some nodes do not count. */
    private final BitSet[] limited;

    private int limitedCells;
    /** Whose limits they are but for those that were applied; null for none. */
    private final @Nullable Others others;
    /** By depth: cells that are looked at, and those that are when one above them is. */
    private final IntSet[] affected;

    private final IntSet[] within;
    private final IntSet leavesWithin;
    /** Made once, as they are asked for with each change. */
    private final Branches.Count idleOfLeaf = this::idleOfLeaf;

    SpareLimits(PoolState pool, Right right, Fits.Reach reach, NodeCounts counts, int sliceDepth, int slicePods) {
        this.pool = pool;
        this.sliceDepth = sliceDepth;
        this.slicePods = slicePods;
        this.right = right;
        this.reach = reach;
        this.counts = counts;
        unitDepth = right.unitDepth(pool);
        limited = new BitSet[pool.levels().nodeDepth()];
        for (int d = 0; d < limited.length; d++) {
            limited[d] = new BitSet();
        }
        affected = new IntSet[limited.length];
        within = new IntSet[limited.length];
        Arrays.setAll(affected, d -> new IntSet());
        Arrays.setAll(within, d -> new IntSet());
        leavesWithin = new IntSet();
        others = null;
    }

    /** The same limits as others, by another right of a unit of the same level, but for those that are applied. */
    SpareLimits(SpareLimits others, Right right, NodeCounts counts) {
        pool = others.pool;
        sliceDepth = others.sliceDepth;
        slicePods = others.slicePods;
        reach = others.reach;
        unitDepth = others.unitDepth;
        limited = others.limited;
        affected = others.affected;
        within = others.within;
        leavesWithin = others.leavesWithin;
        this.others = new Others(others, limited.length);
        this.right = right;
        this.counts = counts;
    }

    /** Limits by another right, and which cells have others than these. */
    private static final class Others {
        final SpareLimits limits;
        /** By depth: cells to which a limit was applied, or none. */
        final Slots[] applied;

        final BitSet[] tooMany;
        /** The same by the other right, at that time. */
        final BitSet[] tooManyOfOthers;

        Others(SpareLimits limits, int depths) {
            this.limits = limits;
            applied = new Slots[depths];
            Arrays.setAll(applied, d -> new Slots());
            tooMany = new BitSet[depths];
            Arrays.setAll(tooMany, d -> new BitSet());
            tooManyOfOthers = new BitSet[depths];
            Arrays.setAll(tooManyOfOthers, d -> new BitSet());
        }

        void clear() {
            for (Slots cells : applied) {
                cells.clear();
            }
        }

        void apply(int d, int cell, boolean isTooMany) {
            int slot = applied[d].put(cell);
            tooMany[d].set(slot, isTooMany);
            tooManyOfOthers[d].set(slot, limits.limited[d].get(cell));
        }

        boolean isOrWas(int d, int cell) {
            int slot = applied[d].find(cell);
            return limits.limited[d].get(cell) || (slot >= 0 && (tooMany[d].get(slot) || tooManyOfOthers[d].get(slot)));
        }

        int limitedCells() {
            int sum = limits.limitedCells;
            for (int d = 0; d < applied.length; d++) {
                for (int slot = 0; slot < applied[d].size(); slot++) {
                    boolean ofOthers = limits.limited[d].get(applied[d].number(slot));
                    sum += (tooMany[d].get(slot) ? 1 : 0) - (ofOthers ? 1 : 0);
                }
            }
            return sum;
        }
    }

    /** All limits are those of the others. */
    void clear() {
        if (others != null) {
            others.clear();
        }
    }

    /** Whether some nodes of a cell do not count, or did not when limits were applied last, by either right. */
    boolean isOrWasLimited(int d, int cell) {
        return others == null ? limited[d].get(cell) : others.isOrWas(d, cell);
    }

    /** Whether there is a cell of which some nodes do not count. */
    boolean limitsAny() {
        return (others == null ? limitedCells : others.limitedCells()) > 0;
    }

    /** Adds the leaves that have to be counted anew with these, as which nodes of a cell count may change. */
    void widen(IntSet leaves) {
        for (int i = 0; i < leaves.size() && (others != null || limitedCells > 0); i++) {
            int cell = counts.cellOf(leaves.get(i));
            for (int d = limited.length - 1; d > 0 && cell >= 0; d--) {
                if (isOrWasLimited(d, cell)) {
                    pool.supply().branches().forEachLeaf(d, cell, leaves::add);
                }
                cell = pool.supply().branches().parent(d, cell);
            }
        }
    }

    /** Leaves nodes of the leaves, which were counted anew, out of account where too many are idle; adds their leaves. */
    void apply(IntSet leaves) {
        LevelTable levels = pool.levels();
        for (int d = limited.length - 1; d > 0; d--) {
            if (levels.rowOfDepth(d) >= 0) {
                IntSet cells = affected[d];
                cells.clear();
                for (int i = 0; i < leaves.size(); i++) {
                    int leaf = leaves.get(i);
                    if (pool.supply().leaves().count(leaf) > 0) {
                        cells.add(pool.supply().ancestorOfLeaf(d, leaf));
                    }
                }
                for (int i = 0; i < cells.size(); i++) {
                    apply(d, cells.get(i), leaves);
                }
            }
        }
    }

    private void apply(int d, int cell, IntSet leaves) {
        boolean tooMany = idle(d, cell) > slots(d, cell);
        if (tooMany) {
            if (!isFresh(d, cell, leaves)) {
                recount(d, cell, leaves);
            }
            leaveOut(d, cell);
        }
        if (others != null) {
            others.apply(d, cell, tooMany);
        } else if (limited[d].get(cell) != tooMany) {
            limited[d].set(cell, tooMany);
            limitedCells += tooMany ? 1 : -1;
        }
    }

    /** Whether all nodes of a cell are as they were counted just now: no limit was applied to them yet. */
    private boolean isFresh(int depth, int cell, IntSet counted) {
        boolean isFresh = depth == limited.length - 1;
        for (int leaf : isFresh ? pool.supply().leaves().leaves(cell) : NONE) {
            isFresh &= leaf < 0 || counted.contains(leaf);
        }
        return isFresh;
    }

    /** Counts all nodes of a cell anew, with the limits of the cells in it. */
    private void recount(int depth, int cell, IntSet leaves) {
        IntSet inside = leavesWithin;
        inside.clear();
        pool.supply().branches().forEachLeaf(depth, cell, leaf -> {
            leaves.add(leaf);
            inside.add(leaf);
            counts.count(leaf);
        });
        for (int d = limited.length - 1; d > depth; d--) {
            IntSet cells = within[d];
            cells.clear();
            for (int i = 0; i < inside.size(); i++) {
                cells.add(pool.supply().ancestorOfLeaf(d, inside.get(i)));
            }
            for (int i = 0; i < cells.size() && pool.levels().rowOfDepth(d) >= 0; i++) {
                if (idle(d, cells.get(i)) > slots(d, cells.get(i))) {
                    leaveOut(d, cells.get(i));
                }
            }
        }
    }

    private void leaveOut(int d, int cell) {
        List<Integer> idle = new ArrayList<>();
        pool.supply().forEachNode(d, cell, n -> {
            if (counts.isIdle(n) && isGiven(d, n)) {
                idle.add(n);
            }
        });
        idle.sort(order(d, cell, idle));
        for (int i = slots(d, cell); i < idle.size(); i++) {
            counts.leaveOut(idle.get(i));
        }
    }

    /**
     * In which order idle nodes of a cell count: where it consists of cells, those that fill whole slices, and of them
     * those in the cells in which most fits, so that what is left out is not a bit of each: beside what fits on their other
     * nodes, and with no more idle ones than count.
     */
    private Comparator<Integer> order(int depth, int cell, List<Integer> idle) {
        Comparator<Integer> order = this::compareByFit;
        for (int d = limited.length - 1; d > depth && reach != Fits.Reach.MOST; d--) {
            int at = d;
            Map<Integer, Integer> fit = most(at, depth, cell, idle);
            order = Comparator.<Integer>comparingInt(n -> -fit.getOrDefault(pool.ancestor(at, n), 0))
                    .thenComparingInt(n -> pool.ancestor(at, n))
                    .thenComparing(order);
        }
        if (depth >= sliceDepth || sliceDepth == limited.length) {
            return order;
        }
        Set<Integer> beyond = beyondWholeSlices(idle, order);
        return Comparator.<Integer>comparingInt(n -> beyond.contains(n) ? 1 : 0).thenComparing(order);
    }

    private int compareByFit(int n, int other) {
        int byFit = Integer.compare(counts.fit(other), counts.fit(n));
        int byGpus = byFit != 0
                ? byFit
                : Integer.compare(pool.node(other).gpus(), pool.node(n).gpus());
        return byGpus != 0 ? byGpus : Integer.compare(n, other);
    }

    /** The most that fits in each cell of a depth that has idle nodes, if it gets all of those that count. */
    private Map<Integer, Integer> most(int at, int depth, int cell, List<Integer> idle) {
        Map<Integer, List<Integer>> onIdle = new HashMap<>();
        idle.forEach(n -> onIdle.computeIfAbsent(pool.ancestor(at, n), c -> new ArrayList<>())
                .add(counts.fit(n)));
        int slots = slots(depth, cell);
        Map<Integer, Integer> most = new HashMap<>();
        onIdle.forEach((part, fits) -> most.put(
                part,
                fits.stream()
                        .sorted(Comparator.reverseOrder())
                        .limit(slots)
                        .mapToInt(fit -> fit)
                        .sum()));
        Set<Integer> counted = new HashSet<>(idle);
        pool.supply().forEachNode(depth, cell, n -> {
            if (counts.fit(n) > 0 && !counted.contains(n)) {
                most.computeIfPresent(pool.ancestor(at, n), (part, fit) -> fit + counts.fit(n));
            }
        });
        return most;
    }

    /** Idle nodes without which as many whole slices fit into their cells. */
    private Set<Integer> beyondWholeSlices(List<Integer> idle, Comparator<Integer> order) {
        Map<Integer, Integer> left = new HashMap<>();
        idle.forEach(n -> left.merge(pool.ancestor(sliceDepth, n), counts.fit(n), Integer::sum));
        left.replaceAll((cell, pods) -> pods / slicePods * slicePods);
        Set<Integer> beyond = new HashSet<>();
        for (int n : idle.stream().sorted(order).toList()) {
            if (left.merge(pool.ancestor(sliceDepth, n), -counts.fit(n), Integer::sum) <= -counts.fit(n)) {
                beyond.add(n);
            }
        }
        return beyond;
    }

    /** Idle nodes of a cell that it has to give: in cells above one that is bound, the whole of that is in use already. */
    private int idle(int d, int cell) {
        return pool.supply().branches().sum(d, cell, idleOfLeaf);
    }

    private int idleOfLeaf(int d, int leaf) {
        if (!right.isLent()) {
            return counts.idle(leaf, d >= unitDepth);
        }
        return isInBound(d, leaf) ? 0 : counts.idle(leaf, true);
    }

    /** Whether a cell has to give an idle node if that is taken. */
    private boolean isGiven(int d, int n) {
        return right.isLent() ? !isInBound(d, pool.supply().leaves().leaf(n)) : d >= unitDepth || !counts.inside(n);
    }

    /** Whether a leaf lies in a cell inside one of a depth that somebody has bound, whoever that is. */
    private boolean isInBound(int depth, int leaf) {
        for (int d = limited.length - 1; d > depth; d--) {
            if (pool.cells(d).owner(pool.supply().ancestorOfLeaf(d, leaf)) != CellTree.NOBODY) {
                return true;
            }
        }
        return false;
    }

    private int slots(int d, int cell) {
        return reach == Fits.Reach.EMPTY && pool.cells(d).isKnown(cell)
                ? pool.levels().sellableNodes(d)
                : right.cells(pool, d).idleNodesToGive(cell);
    }
}
