package dev.offtake.placement;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Small changes to a place that was found, as long as they make it better by its {@link PlaceCost}: the search goes one
 * pod set after the other, and of the idle nodes of a cell it sees only as many as the cell has left to give, those in
 * which most fits.
 *
 * <ul>
 *   <li>What is on one of its nodes goes to the others.
 *   <li>What is on a whole node goes to a degraded one: spares are a number, so it does not matter which stay idle.
 * </ul>
 */
final class Polish {
    /** So many degraded nodes at most are tried in place of each node. */
    private static final int MOST_DEGRADED = 16;

    private final PoolState pool;
    private final Right right;
    private final GangDemand gang;
    private final Seek seek;
    private final Trial trial;
    private final PlaceCost costs;
    private final int nodeDepth;
    /** Whether what is on one node may go to any node of the pool. */
    private final boolean anywhere;

    Polish(PoolState pool, GangDemand gang, Seek seek, Trial trial, PlaceCost costs, boolean anywhere) {
        this.pool = pool;
        this.gang = gang;
        this.seek = seek;
        this.trial = trial;
        this.costs = costs;
        this.anywhere = anywhere;
        right = trial.right();
        nodeDepth = pool.levels().nodeDepth();
    }

    /** Changes the place that is in the trial since a mark. */
    void run(int start) {
        List<Trial.Use> best = trial.usesSince(start);
        PlaceCost.Value cost = costs.takeBack(trial, start);
        for (boolean better = !cost.isLeast(); better; ) {
            better = false;
            for (int node : best.stream().map(Trial.Use::node).distinct().toList()) {
                for (List<Trial.Use> other : without(best, node)) {
                    PlaceCost.Value here = cost(other, start);
                    if (here != null && here.isLessThan(cost)) {
                        best = other;
                        cost = here;
                        better = true;
                        break;
                    }
                }
                if (better) {
                    break;
                }
            }
        }
        best.forEach(trial::apply);
    }

    private PlaceCost.@Nullable Value cost(List<Trial.Use> uses, int start) {
        uses.forEach(trial::apply);
        if (trial.holds()) {
            return costs.takeBack(trial, start);
        }
        trial.undoTo(start);
        return null;
    }

    /** The place without one of its nodes; nothing of the place is in the trial. */
    private List<List<Trial.Use>> without(List<Trial.Use> place, int node) {
        int start = trial.mark();
        List<Trial.Use> moved = new ArrayList<>();
        List<Trial.Use> rest = new ArrayList<>();
        place.forEach(use -> (use.node() == node ? moved : rest).add(use));
        rest.forEach(trial::apply);
        List<List<Trial.Use>> others = new ArrayList<>();
        List<Integer> nodes = rest.stream().map(Trial.Use::node).distinct().toList();
        onto(moved, nodes).ifPresent(changed -> others.add(changed));
        int tried = 0;
        BitSet degraded = pool.degraded();
        boolean breaks = right.findsWhole(pool, nodeDepth, node);
        for (int n = degraded.nextSetBit(0);
                breaks && n >= 0 && tried < MOST_DEGRADED;
                n = degraded.nextSetBit(n + 1)) {
            if (right.findsIdle(pool, n)
                    && (isBeside(n, node) || (anywhere && nodes.isEmpty() && hasRoom(n)))
                    && !nodes.contains(n)) {
                tried++;
                onto(moved, List.of(n)).ifPresent(others::add);
            }
        }
        trial.undoTo(start);
        return others.stream()
                .map(changed -> {
                    List<Trial.Use> all = new ArrayList<>(rest);
                    all.addAll(changed);
                    return all;
                })
                .toList();
    }

    /** These pods on other nodes, beside what is in the trial; as far as slices allow, each on the first with room. */
    private Optional<List<Trial.Use>> onto(List<Trial.Use> pods, List<Integer> nodes) {
        int start = trial.mark();
        for (Trial.Use use : pods) {
            int left = use.pods();
            for (int i = 0; i < nodes.size() && left > 0; i++) {
                int n = nodes.get(i);
                int taken = mayMove(use, n) ? Math.min(left, fit(use, n)) : 0;
                if (taken > 0) {
                    trial.apply(new Trial.Use(n, use.podSet(), use.shape(), taken));
                    left -= taken;
                }
            }
            if (left > 0) {
                trial.undoTo(start);
                return Optional.empty();
            }
        }
        List<Trial.Use> result = trial.usesSince(start);
        trial.undoTo(start);
        return Optional.of(result);
    }

    private int fit(Trial.Use use, int n) {
        if (seek.avoid().get(n) || !seek.accepted().get(use.podSet()).get(n)) {
            return 0;
        }
        NodeFits fits = new NodeFits(pool, right, Fits.Reach.ALL, use.shape(), seek.spared());
        fits.enter(pool.supply().leaves().leaf(n));
        return fits.of(n);
    }

    /** Slices stay whole if they stay in their cell; those of a level below the cells only as a whole. */
    private boolean mayMove(Trial.Use use, int n) {
        Optional<GangDemand.Slice> slice = gang.podSets().get(use.podSet()).slice();
        int depth = slice.map(s -> pool.levels().depthHolding(s.level())).orElse(0);
        return depth < nodeDepth
                ? pool.ancestor(depth, use.node()) == pool.ancestor(depth, n)
                : fit(use, n) >= use.pods();
    }

    /** Whether the cells around an idle node have one more to give. */
    private boolean hasRoom(int n) {
        for (int d = 1; d < nodeDepth; d++) {
            boolean isCounted = pool.levels().rowOfDepth(d) >= 0;
            if (isCounted && right.cells(pool, d).idleNodesToGive(pool.ancestor(d, n)) <= 0) {
                return false;
            }
        }
        return true;
    }

    private boolean isBeside(int a, int b) {
        return pool.ancestor(nodeDepth - 1, a) == pool.ancestor(nodeDepth - 1, b);
    }
}
