package dev.offtake.placement;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** The way down from a cell to nodes, for one pod set. */
final class Descent {
    private final PoolState pool;
    private final NodeVictims nodeVictims;
    private final ToIntFunction<String> numbers;
    private final Fits fits;
    private final Tightness tightness;
    private final Shape shape;
    private final int sliceDepth;
    private final int slicePods;
    private final int nodeDepth;

    /** A place inside one cell: pods by node, who has to go for them, and what that destroys. */
    record Pick(double cost, Map<Integer, Integer> pods, Set<Evictables.Victim> victims) {}

    /**
     * @param numbers of nodes by their names; negative for those in other pools
     * @param fits of the pod set
     */
    Descent(
            PoolState pool,
            NodeVictims nodeVictims,
            ToIntFunction<String> numbers,
            Fits fits,
            Tightness tightness,
            GangDemand.PodSet podSet) {
        this.pool = pool;
        this.nodeVictims = nodeVictims;
        this.numbers = numbers;
        nodeDepth = pool.levels().nodeDepth();
        this.fits = fits;
        this.tightness = tightness;
        shape = podSet.shape();
        sliceDepth =
                podSet.slice().map(s -> pool.levels().depthHolding(s.level())).orElse(-1);
        slicePods = podSet.slice().map(GangDemand.Slice::pods).orElse(1);
    }

    /** The place of so many pods inside a cell, beside victims who go in any case; null if there is none. */
    @Nullable
    Pick pick(int depth, int cell, int pods, Set<Evictables.Victim> going) {
        if (depth == nodeDepth) {
            List<Evictables.Victim> victims = nodeVictims.toFit(cell, shape, pods, going);
            return victims == null
                    ? null
                    : new Pick(
                            victims.stream()
                                    .mapToDouble(Evictables.Victim::cost)
                                    .sum(),
                            Map.of(cell, pods),
                            new LinkedHashSet<>(victims));
        }
        Map<Integer, Integer> placed = new HashMap<>();
        Set<Evictables.Victim> victims = new LinkedHashSet<>();
        Set<Evictables.Victim> all = new LinkedHashSet<>(going);
        double cost = 0;
        Set<Integer> open = parts(new Fits.Domain(depth, cell));
        Map<Integer, Pick> known = new HashMap<>();
        for (int left = pods; left > 0; ) {
            int child = next(depth + 1, open, left, all, known);
            if (child < 0) {
                return null;
            }
            Pick best = Objects.requireNonNull(known.get(child));
            int taken = share(depth + 1, child, left);
            open.remove(child);
            placed.putAll(best.pods());
            victims.addAll(best.victims());
            all.addAll(best.victims());
            cost += best.cost();
            left -= taken;
            forget(known, depth + 1, best.victims(), left);
        }
        return new Pick(cost, placed, victims);
    }

    /** The cells or nodes in a cell in which anything fits. */
    private Set<Integer> parts(Fits.Domain of) {
        Set<Integer> parts = new LinkedHashSet<>();
        Fits.Cells cells = fits.roomiestFirst(of);
        for (int cell = cells.next(); cell >= 0; cell = cells.next()) {
            parts.add(cell);
        }
        return parts;
    }

    /** The child to take next, whose place is then known; -1 if there is none. */
    private int next(int depth, Set<Integer> open, int left, Set<Evictables.Victim> going, Map<Integer, Pick> known) {
        boolean anyHoldsAll = false;
        boolean anyInside = false;
        for (int child : open) {
            anyInside |= fits.inside(depth, child);
            anyHoldsAll |= share(depth, child, left) == left;
        }
        int best = -1;
        double least = Double.POSITIVE_INFINITY;
        for (int child : open) {
            int share = share(depth, child, left);
            boolean isCandidate = share > 0 && (anyInside ? fits.inside(depth, child) : !anyHoldsAll || share == left);
            Pick pick = isCandidate ? known.get(child) : null;
            if (isCandidate && pick == null) {
                pick = pick(depth, child, share, going);
                if (pick != null) {
                    known.put(child, pick);
                }
            }
            if (pick != null) {
                double perPod = pick.cost() / share;
                if (best < 0 || perPod < least || (perPod == least && tightness.compare(depth, child, best) < 0)) {
                    best = child;
                    least = perPod;
                }
            }
        }
        return best;
    }

    /** How many of the pods that are left a child takes. */
    private int share(int depth, int child, int left) {
        int fit = Math.min(left, fits.of(depth, child));
        return sliceDepth >= 0 && depth <= sliceDepth ? fit / slicePods * slicePods : fit;
    }

    /** What is known of children changes if less is left than they hold, or they hold pods of victims that go now. */
    private void forget(Map<Integer, Pick> known, int depth, Set<Evictables.Victim> victims, int left) {
        known.keySet().removeIf(child -> fits.of(depth, child) > left);
        for (Evictables.Victim victim : victims) {
            if (victim.nodes().size() > 1) {
                for (String node : victim.nodes()) {
                    int n = numbers.applyAsInt(node);
                    if (n >= 0) {
                        known.remove(pool.ancestor(depth, n));
                    }
                }
            }
        }
    }
}
