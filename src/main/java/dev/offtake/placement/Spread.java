package dev.offtake.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Distributes the pods of one pod set over the nodes of a cell. */
final class Spread {
    private final PoolState pool;
    private final Fits fits;
    private final Tightness tightness;
    private final int pods;
    private final int nodeDepth;
    private final int sliceDepth;
    private final int slicePods;
    /** Depth from which on cells that are bound already go before one that takes all; beyond the node for never. */
    private int boundFirstFrom;

    /** @param fits of this pod set */
    Spread(PoolState pool, Right right, Fits fits, int unitDepth, GangDemand.PodSet podSet) {
        this.pool = pool;
        this.fits = fits;
        tightness = new Tightness(pool, right, fits, unitDepth);
        pods = podSet.count();
        nodeDepth = pool.levels().nodeDepth();
        sliceDepth =
                podSet.slice().map(s -> pool.levels().depthHolding(s.level())).orElse(-1);
        slicePods = podSet.slice().map(GangDemand.Slice::pods).orElse(1);
        boundFirstFrom = nodeDepth + 1;
    }

    /** Binds no new cell of a depth, or below, before those are full that are bound: for where every unit counts. */
    Spread fillingBound(int fromDepth) {
        boundFirstFrom = fromDepth;
        return this;
    }

    /**
     * Fewest cells at every level: one child that takes all, the tightest; else children in falling room, bound ones
     * first, until the rest fits into one, and that one the tightest. Pods by node.
     */
    Map<Integer, Integer> overFewestCells(Fits.Domain domain) {
        Map<Integer, Integer> result = new LinkedHashMap<>();
        List<Integer> nodes = new ArrayList<>();
        if (domain.depth() < nodeDepth) {
            for (int n = 0; n < fits.nodes(); n++) {
                if (fits.of(nodeDepth, n) > 0 && domain.contains(pool, n)) {
                    nodes.add(n);
                }
            }
        }
        descend(domain.depth(), domain.cell(), pods, nodes, result);
        return result;
    }

    private void descend(int depth, int cell, int most, List<Integer> nodes, Map<Integer, Integer> result) {
        if (depth == nodeDepth) {
            // The cell may be the domain itself, in which other pod sets of the gang may have left less.
            int fit = Math.min(most, fits.of(depth, cell));
            if (fit > 0) {
                result.put(cell, fit);
            }
            return;
        }
        Map<Integer, List<Integer>> children = new LinkedHashMap<>();
        for (int n : nodes) {
            int child = pool.ancestor(depth + 1, n);
            if (fits.of(depth + 1, child) > 0) {
                children.computeIfAbsent(child, c -> new ArrayList<>()).add(n);
            }
        }
        Comparator<Integer> boundFirst = Comparator.comparing(c -> !isBound(c, children, nodes));
        Comparator<Integer> tightest = (a, b) -> tightness.compare(depth + 1, a, b);
        List<Integer> open = new ArrayList<>(children.keySet());
        open.sort(boundFirst.thenComparingInt(c -> -fits.of(depth + 1, c)).thenComparing(tightest));
        int left = most;
        while (left > 0 && !open.isEmpty()) {
            int need = left;
            boolean onlyBound = depth + 1 >= boundFirstFrom && isBound(open.get(0), children, nodes);
            Integer next = open.stream()
                    .filter(c -> fits.of(depth + 1, c) >= need && (!onlyBound || isBound(c, children, nodes)))
                    .min(tightest)
                    .orElse(open.get(0));
            int take = Math.min(left, wholeSlices(depth + 1, fits.of(depth + 1, next)));
            if (take > 0) {
                descend(depth + 1, next, take, children.getOrDefault(next, nodes), result);
                left -= take;
            }
            open.remove(next);
        }
    }

    private boolean isBound(int child, Map<Integer, List<Integer>> children, List<Integer> nodes) {
        return fits.inside(children.getOrDefault(child, nodes).get(0));
    }

    private int wholeSlices(int depth, int fit) {
        return sliceDepth >= 0 && depth <= sliceDepth ? fit / slicePods * slicePods : fit;
    }
}
