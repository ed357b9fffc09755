package dev.offtake.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Has a place that was found do with fewer nodes: what is on one of them goes to the others, as long as that makes it
 * better by its {@link PlaceCost}. The search places one pod set after the other, and so may leave room on each node.
 */
final class Polish {
    private final PoolState pool;
    private final Right right;
    private final GangDemand gang;
    private final Seek seek;
    private final Trial trial;
    private final PlaceCost costs;
    private final int nodeDepth;

    Polish(PoolState pool, GangDemand gang, Seek seek, Trial trial, PlaceCost costs) {
        this.pool = pool;
        this.gang = gang;
        this.seek = seek;
        this.trial = trial;
        this.costs = costs;
        right = trial.right();
        nodeDepth = pool.levels().nodeDepth();
    }

    /** Changes the place that is in the trial since a mark. */
    void run(int start) {
        if (trial.mark() - start < 2) {
            // It is on one node already.
            return;
        }
        List<Trial.Use> best = trial.usesSince(start);
        PlaceCost.Value cost = costs.takeBack(trial, start);
        List<Integer> nodes = nodes(best);
        for (int i = 0; i < nodes.size() && nodes.size() > 1; i++) {
            Optional<List<Trial.Use>> other = without(best, nodes.get(i));
            Optional<PlaceCost.Value> here = other.flatMap(uses -> cost(uses, start));
            if (here.isPresent() && here.get().isLessThan(cost)) {
                best = other.orElseThrow();
                cost = here.get();
                nodes = nodes(best);
                i = -1;
            }
        }
        best.forEach(trial::apply);
    }

    private static List<Integer> nodes(List<Trial.Use> place) {
        return place.stream().map(Trial.Use::node).distinct().toList();
    }

    /** What a place costs, if it holds; nothing of it stays in the trial. */
    private Optional<PlaceCost.Value> cost(List<Trial.Use> uses, int start) {
        uses.forEach(trial::apply);
        if (trial.holds()) {
            return Optional.of(costs.takeBack(trial, start));
        }
        trial.undoTo(start);
        return Optional.empty();
    }

    /** The place without one of its nodes, if its other nodes have room; nothing of it is in the trial. */
    private Optional<List<Trial.Use>> without(List<Trial.Use> place, int node) {
        int start = trial.mark();
        List<Trial.Use> moved = new ArrayList<>();
        List<Trial.Use> rest = new ArrayList<>();
        place.forEach(use -> (use.node() == node ? moved : rest).add(use));
        rest.forEach(trial::apply);
        boolean all = true;
        for (int i = 0; i < moved.size() && all; i++) {
            all = spread(moved.get(i), nodes(rest));
        }
        List<Trial.Use> changed = trial.usesSince(start);
        trial.undoTo(start);
        return all ? Optional.of(changed) : Optional.empty();
    }

    /** Puts these pods on other nodes, beside what is in the trial, each on the first with room; answers whether all are. */
    private boolean spread(Trial.Use use, List<Integer> nodes) {
        int left = use.pods();
        for (int i = 0; i < nodes.size() && left > 0; i++) {
            int n = nodes.get(i);
            int taken = Math.min(left, room(use, n));
            if (taken > 0) {
                trial.apply(new Trial.Use(n, use.podSet(), use.shape(), taken));
                left -= taken;
            }
        }
        return left == 0;
    }

    /** How many of these pods may go to a node. Slices stay whole: in their cell, or, of nodes and below, as they are. */
    private int room(Trial.Use use, int n) {
        Optional<GangDemand.Slice> slice = gang.podSets().get(use.podSet()).slice();
        int depth = slice.map(s -> pool.levels().depthHolding(s.level())).orElse(0);
        boolean whole = depth >= nodeDepth;
        if (seek.avoid().get(n)
                || !seek.accepted().get(use.podSet()).get(n)
                || (!whole && pool.ancestor(depth, use.node()) != pool.ancestor(depth, n))) {
            return 0;
        }
        NodeFits fits = new NodeFits(pool, right, Fits.Reach.ALL, use.shape(), seek.spared());
        fits.enter(pool.supply().leaves().leaf(n));
        int fit = fits.of(n);
        return whole && fit < use.pods() ? 0 : fit;
    }
}
