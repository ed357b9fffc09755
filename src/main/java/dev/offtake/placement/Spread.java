package dev.offtake.placement;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Distributes the pods of one pod set over the nodes of a cell. */
final class Spread {
    private final Fits fits;
    private final int pods;
    private final int nodeDepth;
    private final int sliceDepth;
    private final int slicePods;
    /** Depth from which on cells that are bound already go before one that takes all; beyond the node for never. */
    private int boundFirstFrom;

    /** @param fits of this pod set, with nothing placed of it yet */
    Spread(PoolState pool, Right right, Fits fits, GangDemand.PodSet podSet) {
        this.fits = fits;
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
        descend(domain, pods, result);
        return result;
    }

    private void descend(Fits.Domain domain, int most, Map<Integer, Integer> result) {
        if (domain.depth() == nodeDepth) {
            // The cell may be the domain itself, in which other pod sets of the gang may have left less.
            int fit = Math.min(most, fits.of(nodeDepth, domain.cell()));
            if (fit > 0) {
                result.put(domain.cell(), fit);
            }
            return;
        }
        int depth = domain.depth() + 1;
        Set<Integer> taken = Set.of();
        Fits.Cells roomiest = fits.roomiestFirst(domain);
        int left = most;
        int first = roomiest.next();
        while (left > 0 && first >= 0) {
            // Behind those of the owner none has more room than the first.
            boolean mayTakeAll = fits.inside(depth, first) || fits.of(depth, first) >= left;
            boolean onlyBound = depth >= boundFirstFrom && fits.inside(depth, first);
            int one = mayTakeAll ? one(depth, domain, left, taken) : -1;
            one = onlyBound && one >= 0 && !fits.inside(depth, one) ? -1 : one;
            int child = one >= 0 ? one : first;
            int take = Math.min(left, wholeSlices(depth, fits.of(depth, child)));
            if (take > 0) {
                descend(new Fits.Domain(depth, child), take, result);
                left -= take;
            }
            if (left > 0) {
                taken = taken.isEmpty() ? new HashSet<>() : taken;
                taken.add(child);
            }
            while (first >= 0 && taken.contains(first)) {
                first = roomiest.next();
            }
        }
    }

    /** The tightest part that takes all that is left, -1 if there is none. */
    private int one(int depth, Fits.Domain domain, int left, Set<Integer> taken) {
        Fits.Cells tightest = fits.tightestFirst(depth, domain, left);
        int child = tightest.next();
        while (child >= 0 && (taken.contains(child) || fits.of(depth, child) < left)) {
            child = tightest.next();
        }
        return child;
    }

    private int wholeSlices(int depth, int fit) {
        return sliceDepth >= 0 && depth <= sliceDepth ? fit / slicePods * slicePods : fit;
    }
}
