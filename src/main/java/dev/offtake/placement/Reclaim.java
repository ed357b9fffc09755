package dev.offtake.placement;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the place of one gang at which the least work is lost, by evicting what is lent (Rule 4).
 *
 * <p>Down from the domain that must hold the gang, the cell is taken again and again that holds all the rest of it at the
 * least cost, or else the one that holds a part of it at the least cost per pod. What that finds may break promises; then
 * the same is tried without the cells that cannot be spared, and at last {@link Search}, which finds a place if there is
 * one, but looks at no cost.
 */
final class Reclaim {
    /** What a gang spread beyond its preferred level loses, in seconds of each of its GPUs. */
    private static final double LEAVE_PREFERRED = 600;

    private final PoolState pool;
    private final Right right;
    private final GangDemand gang;
    private final List<BitSet> accepted;
    private final ToIntFunction<String> numbers;
    private final Trial trial;
    private final NodeVictims nodeVictims;
    private final int unitDepth;

    /** A place inside one cell: pods by node, who has to go for them, and what that destroys. */
    private record Pick(double cost, Map<Integer, Integer> pods, Set<Evictables.Victim> victims) {}

    /** @param numbers of nodes by their names; negative for those in other pools */
    Reclaim(
            PoolState pool,
            Right right,
            GangDemand gang,
            List<BitSet> accepted,
            Evictables evictables,
            ToIntFunction<String> numbers,
            Trial trial) {
        this.pool = pool;
        this.right = right;
        this.gang = gang;
        this.accepted = accepted;
        this.numbers = numbers;
        this.trial = trial;
        nodeVictims = new NodeVictims(pool, evictables);
        unitDepth = right.owner() == PoolState.OPEN ? -1 : pool.levels().depthOfRow(pool.unitRow(right.owner()));
    }

    /**
     * The victims of a place that was found, which is then in the trial.
     *
     * @param scarce rows of whose whole cells none can be spared
     */
    Optional<Set<Evictables.Victim>> run(Fits.@Nullable Domain within, boolean onlyBound, BitSet scarce) {
        int required = gang.required().map(pool.levels()::depthHolding).orElse(0);
        int preferred = gang.preferred().map(pool.levels()::depthHolding).orElse(-1);
        if (required < 0 || !pool.hasNodes()) {
            return Optional.empty();
        }
        Fits.Reach reach = onlyBound ? Fits.Reach.BOUND : Fits.Reach.ALL;
        List<BitSet> exclusions = scarce.isEmpty() ? List.of(new BitSet()) : List.of(new BitSet(), scarce);
        for (BitSet excluded : exclusions) {
            int start = trial.mark();
            Optional<Pick> anywhere = cheapest(required, within, reach, excluded);
            List<Trial.Use> uses = trial.usesSince(start);
            if (preferred > required && anywhere.isPresent()) {
                trial.undoTo(start);
                Optional<Pick> together = cheapest(preferred, within, reach, excluded);
                double most = anywhere.get().cost() + LEAVE_PREFERRED * gang.gpus();
                if (together.filter(pick -> pick.cost() <= most).isPresent()) {
                    return together.map(Pick::victims);
                }
                trial.undoTo(start);
                uses.forEach(trial::apply);
            }
            if (anywhere.isPresent()) {
                return anywhere.map(Pick::victims);
            }
        }
        return search(within, onlyBound);
    }

    /** A place as {@link Search} finds it. */
    private Optional<Set<Evictables.Victim>> search(Fits.@Nullable Domain within, boolean onlyBound) {
        int start = trial.mark();
        if (!new Search(pool, right, gang, accepted, onlyBound, trial).run(within)) {
            return Optional.empty();
        }
        Set<Evictables.Victim> victims = new LinkedHashSet<>();
        for (Trial.Use use : trial.usesSince(start)) {
            // With the use in the state, what is lacking is what is free below nothing.
            List<Evictables.Victim> more = nodeVictims.toFit(use.node(), use.shape(), 0, victims);
            if (more == null) {
                trial.undoTo(start);
                return Optional.empty();
            }
            victims.addAll(more);
        }
        return Optional.of(victims);
    }

    /** The cheapest place in one cell of a depth at which the promises hold, which is then in the trial. */
    private Optional<Pick> cheapest(int depth, Fits.@Nullable Domain within, Fits.Reach reach, BitSet excluded) {
        List<BitSet> allowed = accepted.stream().map(a -> without(a, excluded)).toList();
        GangDemand.PodSet first = gang.podSets().get(0);
        Fits fits = new Fits(pool, right, first.shape());
        fits.count(first, allowed.get(0), reach, within, first.count());
        List<Fits.Domain> domains = new ArrayList<>();
        Map<Fits.Domain, Pick> picks = new HashMap<>();
        Tightness tightness = new Tightness(pool, right, fits, unitDepth);
        for (int cell = 0; cell < fits.cells(depth); cell++) {
            boolean isCell = depth == 0
                    || depth == pool.levels().nodeDepth()
                    || pool.cells(depth).isKnown(cell);
            if (isCell && fits.of(depth, cell) >= first.count()) {
                Pick pick = new Descent(fits, tightness, first).pick(depth, cell, first.count(), Set.of());
                if (pick != null) {
                    Fits.Domain domain = new Fits.Domain(depth, cell);
                    domains.add(domain);
                    picks.put(domain, pick);
                }
            }
        }
        domains.sort((a, b) -> {
            int byCost = Double.compare(picks.get(a).cost(), picks.get(b).cost());
            return byCost != 0 ? byCost : tightness.compare(depth, a.cell(), b.cell());
        });
        int start = trial.mark();
        for (Fits.Domain domain : domains.subList(0, Math.min(Search.TRIES, domains.size()))) {
            Optional<Pick> whole = complete(domain, picks.get(domain), allowed, reach);
            if (whole.isPresent() && trial.holds()) {
                return whole;
            }
            trial.undoTo(start);
        }
        return Optional.empty();
    }

    /** Takes a place for the first pod set, and finds one for the others beside it. */
    private Optional<Pick> complete(Fits.Domain domain, Pick first, List<BitSet> allowed, Fits.Reach reach) {
        Set<Evictables.Victim> victims = new LinkedHashSet<>(first.victims());
        double cost = first.cost();
        apply(0, first);
        for (int i = 1; i < gang.podSets().size(); i++) {
            GangDemand.PodSet podSet = gang.podSets().get(i);
            Fits fits = new Fits(pool, right, podSet.shape());
            fits.count(podSet, allowed.get(i), reach, domain, podSet.count());
            Tightness tightness = new Tightness(pool, right, fits, unitDepth);
            Pick pick = fits.of(domain.depth(), domain.cell()) < podSet.count()
                    ? null
                    : new Descent(fits, tightness, podSet).pick(domain.depth(), domain.cell(), podSet.count(), victims);
            if (pick == null) {
                return Optional.empty();
            }
            apply(i, pick);
            victims.addAll(pick.victims());
            cost += pick.cost();
        }
        return Optional.of(new Pick(cost, Map.of(), victims));
    }

    private void apply(int podSet, Pick pick) {
        Shape shape = gang.podSets().get(podSet).shape();
        pick.pods().forEach((n, pods) -> trial.apply(new Trial.Use(n, podSet, shape, pods)));
    }

    /** The nodes in no whole cell of the rows, those of the owner's own unit aside. */
    private BitSet without(BitSet nodes, BitSet rows) {
        if (rows.isEmpty()) {
            return nodes;
        }
        BitSet rest = (BitSet) nodes.clone();
        LevelTable levels = pool.levels();
        for (int n = nodes.nextSetBit(0); n >= 0; n = nodes.nextSetBit(n + 1)) {
            int below = unitDepth > 0 ? unitDepth - 1 : levels.nodeDepth();
            for (int d = below; d > 0; d--) {
                int row = levels.rowOfDepth(d);
                boolean whole = d == levels.nodeDepth()
                        ? pool.isWholeNode(n)
                        : pool.cells(d).isWhole(pool.ancestor(d, n));
                if (row >= 0 && rows.get(row) && whole) {
                    rest.clear(n);
                }
            }
        }
        return rest;
    }

    /** The way down from a cell to nodes, for one pod set. */
    private final class Descent {
        private final Fits fits;
        private final Tightness tightness;
        private final Shape shape;
        private final int sliceDepth;
        private final int slicePods;
        private final int nodeDepth = pool.levels().nodeDepth();
        private final Map<Fits.Domain, Set<Integer>> children = new HashMap<>();

        Descent(Fits fits, Tightness tightness, GangDemand.PodSet podSet) {
            this.fits = fits;
            this.tightness = tightness;
            shape = podSet.shape();
            sliceDepth = podSet.slice()
                    .map(s -> pool.levels().depthHolding(s.level()))
                    .orElse(-1);
            slicePods = podSet.slice().map(GangDemand.Slice::pods).orElse(1);
            for (int n = 0; n < fits.nodes(); n++) {
                for (int d = nodeDepth; d > 0 && fits.of(nodeDepth, n) > 0; d--) {
                    Set<Integer> siblings = children.computeIfAbsent(
                            new Fits.Domain(d - 1, pool.ancestor(d - 1, n)), c -> new LinkedHashSet<>());
                    if (!siblings.add(pool.ancestor(d, n))) {
                        break;
                    }
                }
            }
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
            Set<Integer> open = new LinkedHashSet<>(children.getOrDefault(new Fits.Domain(depth, cell), Set.of()));
            Map<Integer, Pick> known = new HashMap<>();
            for (int left = pods; left > 0; ) {
                int child = next(depth + 1, open, left, all, known);
                if (child < 0) {
                    return null;
                }
                Pick best = known.get(child);
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

        /** The child to take next, whose place is then known; -1 if there is none. */
        private int next(
                int depth, Set<Integer> open, int left, Set<Evictables.Victim> going, Map<Integer, Pick> known) {
            boolean anyHoldsAll = false;
            boolean anyInside = false;
            for (int child : open) {
                anyInside |= fits.inside(fits.member(depth, child));
                anyHoldsAll |= share(depth, child, left) == left;
            }
            int best = -1;
            double least = Double.POSITIVE_INFINITY;
            for (int child : open) {
                int share = share(depth, child, left);
                boolean isCandidate = share > 0
                        && (anyInside ? fits.inside(fits.member(depth, child)) : !anyHoldsAll || share == left);
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
}
