package dev.offtake.placement;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Places a gang pod by pod, or slice by slice, each where the promises hold with it.
 *
 * <p>By the theorem behind Rule 2 a claim within the entitlement always finds a cell that breaks no promise, and so
 * does each of several claims in turn. This finds it whatever the tree looks like, as every kind of cell is tried; the
 * price is a check per step.
 */
final class Stepwise {
    private final PoolState pool;
    private final Right right;
    private final GangDemand gang;
    private final Seek seek;
    private final Trial trial;

    Stepwise(PoolState pool, Right right, GangDemand gang, Seek seek, Trial trial) {
        this.pool = pool;
        this.right = right;
        this.gang = gang;
        this.seek = seek;
        this.trial = trial;
    }

    /** Cells that are alike: what holds for one of them holds for the others. */
    private record Kind(int parent, int fit, int free, int gpus, boolean inside, int fitInside) {}

    /** @param inOrder the pod sets as they are to be placed */
    boolean fill(List<Integer> inOrder, Fits.Domain domain, Fits.Reach reach) {
        int start = trial.mark();
        for (int i : inOrder) {
            GangDemand.PodSet podSet = gang.podSets().get(i);
            int most = podSet.slice().map(GangDemand.Slice::pods).orElse(1);
            for (int left = podSet.count(); left > 0; ) {
                int placed = step(i, podSet.withCount(Math.min(most, left)), left, domain, reach);
                if (placed == 0) {
                    trial.undoTo(start);
                    return false;
                }
                left -= placed;
            }
        }
        return true;
    }

    /** Places a part of a pod set of which so much is left, or more if that is known to go the same way; answers how much. */
    private int step(int i, GangDemand.PodSet part, int left, Fits.Domain domain, Fits.Reach reach) {
        int depth = part.slice()
                .map(s -> pool.levels().depthHolding(s.level()))
                .orElse(pool.levels().nodeDepth());
        int at = Math.max(depth, domain.depth());
        Fits fits = seek.fits(right, reach, i, part);
        int unitDepth = right.unitDepth(pool);
        Spread spread = new Spread(pool, right, fits, part)
                .fillingBound(unitDepth < 0 ? pool.levels().nodeDepth() : unitDepth);
        int before = trial.mark();
        Set<Kind> failed = new HashSet<>();
        Fits.Cells cells = fits.tightestFirst(at, domain, part.count());
        for (int cell = cells.next(); cell >= 0; cell = cells.next()) {
            if (fits.of(at, cell) >= part.count() && failed.add(kind(fits, at, cell))) {
                for (Map.Entry<Integer, Integer> use :
                        spread.overFewestCells(new Fits.Domain(at, cell)).entrySet()) {
                    trial.apply(new Trial.Use(use.getKey(), i, part.shape(), use.getValue()));
                }
                if (trial.holds()) {
                    boolean isFirstNode = at == pool.levels().nodeDepth() && failed.size() == 1;
                    int more = isFirstNode && part.count() == 1 ? goOn(cells, cell, fits, i, part, left - 1) : 0;
                    return part.count() + more;
                }
                trial.undoTo(before);
            }
        }
        return 0;
    }

    /**
     * Goes on with lone pods that fill a node each, as long as it is known which node the next step would try first: most of
     * them follow each other through a cell, and need not be counted anew one by one. Answers how many that are.
     */
    private int goOn(Fits.Cells cells, int from, Fits fits, int i, GangDemand.PodSet pod, int most) {
        int placed = 0;
        int n = isFilledByOne(fits, from) ? cells.nextOnceFull() : -1;
        while (n >= 0 && placed < most) {
            int before = trial.mark();
            trial.apply(new Trial.Use(n, i, pod.shape(), 1));
            if (!trial.holds()) {
                trial.undoTo(before);
                return placed;
            }
            placed++;
            n = cells.nextOnceFull();
        }
        return placed;
    }

    /** Whether a node on which nothing was placed when it was counted is full with one pod, which is charged GPUs of it. */
    private boolean isFilledByOne(Fits fits, int n) {
        return fits.of(pool.levels().nodeDepth(), n) == 1 && fits.charge(n) > 0;
    }

    private Kind kind(Fits fits, int depth, int cell) {
        boolean isNode = depth == pool.levels().nodeDepth();
        int parent = depth == 0
                ? 0
                : isNode
                        ? pool.ancestor(depth - 1, cell)
                        : pool.supply().branches().parent(depth, cell);
        return new Kind(
                parent,
                fits.of(depth, cell),
                isNode
                        ? pool.room().open(cell)
                        : right.breakable(pool, depth).avail(cell, pool.levels().gpuRow()),
                isNode ? pool.node(cell).gpus() : 0,
                fits.inside(depth, cell),
                isNode || right.owner() == PoolState.OPEN ? 0 : fitInside(fits, depth, cell));
    }

    /** Pods that fit on those nodes of a cell that the owner has bound already. */
    private int fitInside(Fits fits, int depth, int cell) {
        int nodeDepth = pool.levels().nodeDepth();
        int[] sum = {0};
        pool.supply().branches().forEachLeaf(depth, cell, leaf -> {
            for (int i = 0; i < Leaves.SIZE; i++) {
                int n = pool.supply().leaves().node(leaf, i);
                if (n >= 0 && fits.of(nodeDepth, n) > 0 && fits.inside(nodeDepth, n)) {
                    sum[0] += fits.of(nodeDepth, n);
                }
            }
        });
        return sum[0];
    }
}
