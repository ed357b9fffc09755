package dev.offtake.placement;

import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

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
    private final List<BitSet> accepted;
    private final Fits fits;
    private final int unitDepth;
    private final Trial trial;

    Stepwise(
            PoolState pool,
            Right right,
            GangDemand gang,
            List<BitSet> accepted,
            Fits fits,
            int unitDepth,
            Trial trial) {
        this.pool = pool;
        this.right = right;
        this.gang = gang;
        this.accepted = accepted;
        this.fits = fits;
        this.unitDepth = unitDepth;
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
            for (int left = podSet.count(); left > 0; left -= most) {
                if (!step(i, podSet.withCount(Math.min(most, left)), domain, reach)) {
                    trial.undoTo(start);
                    return false;
                }
            }
        }
        return true;
    }

    private boolean step(int i, GangDemand.PodSet part, Fits.Domain domain, Fits.Reach reach) {
        int depth = part.slice()
                .map(s -> pool.levels().depthHolding(s.level()))
                .orElse(pool.levels().nodeDepth());
        int at = Math.max(depth, domain.depth());
        fits.count(part, accepted.get(i), reach, domain, part.count());
        Tightness tightness = new Tightness(pool, right, fits, unitDepth);
        Spread spread = new Spread(pool, right, fits, unitDepth, part)
                .fillingBound(unitDepth < 0 ? pool.levels().nodeDepth() : unitDepth);
        int before = trial.mark();
        Set<Kind> failed = new HashSet<>();
        IntPredicate candidate =
                c -> fits.of(at, c) >= part.count() && (failed.isEmpty() || !failed.contains(kind(at, c)));
        for (int cell = tightness.tightest(at, candidate); cell >= 0; cell = tightness.tightest(at, candidate)) {
            failed.add(kind(at, cell));
            for (Map.Entry<Integer, Integer> use :
                    spread.overFewestCells(new Fits.Domain(at, cell)).entrySet()) {
                trial.apply(new Trial.Use(use.getKey(), i, part.shape(), use.getValue()));
            }
            if (trial.holds()) {
                return true;
            }
            trial.undoTo(before);
        }
        return false;
    }

    private Kind kind(int depth, int cell) {
        int n = fits.member(depth, cell);
        boolean isNode = depth == pool.levels().nodeDepth();
        return new Kind(
                depth == 0 ? 0 : pool.ancestor(depth - 1, n),
                fits.of(depth, cell),
                isNode
                        ? pool.open(n)
                        : right.breakable(pool, depth).avail(cell, pool.levels().gpuRow()),
                isNode ? pool.node(n).gpus() : 0,
                fits.inside(n),
                isNode ? 0 : fitInside(depth, cell));
    }

    /** Pods that fit on those nodes of a cell that the owner has bound already. */
    private int fitInside(int depth, int cell) {
        int sum = 0;
        for (int n = 0; n < fits.nodes() && right.owner() != PoolState.OPEN; n++) {
            int fit = fits.of(pool.levels().nodeDepth(), n);
            sum += fit > 0 && fits.inside(n) && pool.ancestor(depth, n) == cell ? fit : 0;
        }
        return sum;
    }
}
