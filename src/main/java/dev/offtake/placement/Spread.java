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
    private final int sliceDepth;
    private final int slicePods;

    Spread(PoolState pool, Fits fits, Tightness tightness, GangDemand.PodSet podSet) {
        this.pool = pool;
        this.fits = fits;
        this.tightness = tightness;
        sliceDepth = podSet.slice().map(s -> pool.levels().depth(s.level())).orElse(-1);
        slicePods = podSet.slice().map(GangDemand.Slice::pods).orElse(1);
    }

    /**
     * Fewest cells at every level: one child that takes all, the tightest; else children in falling room, bound ones
     * first, until the rest fits into one, and that one the tightest.
     */
    Map<Integer, Integer> overFewestCells(Fits.Domain domain, int pods) {
        Map<Integer, Integer> result = new LinkedHashMap<>();
        List<Integer> nodes = new ArrayList<>();
        for (int n = 0; n < fits.nodes(); n++) {
            if (fits.of(pool.levels().nodeDepth(), n) > 0 && domain.contains(pool, n)) {
                nodes.add(n);
            }
        }
        descend(domain.depth(), domain.cell(), pods, nodes, result);
        return result;
    }

    private void descend(int depth, int cell, int pods, List<Integer> nodes, Map<Integer, Integer> result) {
        if (depth == pool.levels().nodeDepth()) {
            result.put(cell, pods);
            return;
        }
        Map<Integer, List<Integer>> children = new LinkedHashMap<>();
        for (int n : nodes) {
            int child = pool.ancestor(depth + 1, n);
            if (fits.of(depth + 1, child) > 0) {
                children.computeIfAbsent(child, c -> new ArrayList<>()).add(n);
            }
        }
        int left = pods;
        List<Integer> open = new ArrayList<>(children.keySet());
        Comparator<Integer> tightest = (a, b) -> tightness.compare(depth + 1, a, b);
        Comparator<Integer> roomiest = Comparator.<Integer>comparingInt(
                        c -> fits.inside(children.get(c).get(0)) ? 0 : 1)
                .thenComparingInt(c -> -fits.of(depth + 1, c))
                .thenComparing(tightest);
        open.sort(roomiest);
        while (left > 0 && !open.isEmpty()) {
            int need = left;
            Integer last = open.stream()
                    .filter(c -> fits.of(depth + 1, c) >= need)
                    .min(Comparator.<Integer>comparingInt(
                                    c -> fits.inside(children.get(c).get(0)) ? 0 : 1)
                            .thenComparing(tightest))
                    .orElse(null);
            Integer next = last == null ? open.get(0) : last;
            int take = Math.min(left, wholeSlices(depth + 1, fits.of(depth + 1, next)));
            if (take > 0) {
                descend(depth + 1, next, take, children.get(next), result);
                left -= take;
            }
            open.remove(next);
        }
    }

    private int wholeSlices(int depth, int fit) {
        return sliceDepth >= 0 && depth <= sliceDepth ? fit / slicePods * slicePods : fit;
    }

    /** Nodes of cells that are broken already first, so that as few whole cells as possible are broken. */
    Map<Integer, Integer> overBrokenFirst(Fits.Domain domain, int pods) {
        List<Integer> nodes = new ArrayList<>();
        int nodeDepth = pool.levels().nodeDepth();
        for (int n = 0; n < fits.nodes(); n++) {
            if (fits.of(nodeDepth, n) > 0 && domain.contains(pool, n)) {
                nodes.add(n);
            }
        }
        nodes.sort(Comparator.<Integer>comparingInt(n -> fits.inside(n) ? 0 : 1)
                .thenComparingInt(n -> tightness.wholeCellsBroken(nodeDepth, n))
                .thenComparing((a, b) -> tightness.compareAncestors(nodeDepth, a, b))
                .thenComparing((a, b) -> tightness.compare(nodeDepth, a, b)));
        Map<Integer, Integer> result = new LinkedHashMap<>();
        int left = pods;
        for (int n : nodes) {
            if (left == 0) {
                break;
            }
            int take = Math.min(left, fits.of(nodeDepth, n));
            result.put(n, take);
            left -= take;
        }
        return result;
    }
}
