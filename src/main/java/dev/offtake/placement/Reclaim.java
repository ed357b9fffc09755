package dev.offtake.placement;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
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

    /** The cheapest place in one cell. */
    private record Candidate(Fits.Domain domain, Descent.Pick pick) {}

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
        unitDepth = right.unitDepth(pool);
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
            Optional<Descent.Pick> anywhere = cheapest(required, within, reach, excluded);
            List<Trial.Use> uses = trial.usesSince(start);
            if (preferred > required && anywhere.isPresent()) {
                trial.undoTo(start);
                Optional<Descent.Pick> together = cheapest(preferred, within, reach, excluded);
                double most = anywhere.get().cost() + LEAVE_PREFERRED * gang.gpus();
                if (together.filter(pick -> pick.cost() <= most).isPresent()) {
                    return together.map(Descent.Pick::victims);
                }
                trial.undoTo(start);
                uses.forEach(trial::apply);
            }
            if (anywhere.isPresent()) {
                return anywhere.map(Descent.Pick::victims);
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
    private Optional<Descent.Pick> cheapest(
            int depth, Fits.@Nullable Domain within, Fits.Reach reach, BitSet excluded) {
        List<BitSet> allowed = accepted.stream().map(a -> without(a, excluded)).toList();
        GangDemand.PodSet first = gang.podSets().get(0);
        Fits fits = new Fits(pool, right, first.shape());
        fits.count(first, allowed.get(0), reach, within, first.count());
        List<Candidate> candidates = new ArrayList<>();
        Tightness tightness = new Tightness(pool, right, fits, unitDepth);
        Descent descent = descent(fits, tightness, first);
        for (int cell = 0; cell < fits.cells(depth); cell++) {
            boolean isCell = depth == 0
                    || depth == pool.levels().nodeDepth()
                    || pool.cells(depth).isKnown(cell);
            if (isCell && fits.of(depth, cell) >= first.count()) {
                Descent.Pick pick = descent.pick(depth, cell, first.count(), Set.of());
                if (pick != null) {
                    candidates.add(new Candidate(new Fits.Domain(depth, cell), pick));
                }
            }
        }
        candidates.sort(Comparator.<Candidate>comparingDouble(c -> c.pick().cost())
                .thenComparing((a, b) ->
                        tightness.compare(depth, a.domain().cell(), b.domain().cell())));
        int start = trial.mark();
        for (Candidate candidate : candidates.subList(0, Math.min(Search.TRIES, candidates.size()))) {
            Optional<Descent.Pick> whole = complete(candidate.domain(), candidate.pick(), allowed, reach);
            if (whole.isPresent() && trial.holds()) {
                return whole;
            }
            trial.undoTo(start);
        }
        return Optional.empty();
    }

    /** Takes a place for the first pod set, and finds one for the others beside it. */
    private Optional<Descent.Pick> complete(
            Fits.Domain domain, Descent.Pick first, List<BitSet> allowed, Fits.Reach reach) {
        Set<Evictables.Victim> victims = new LinkedHashSet<>(first.victims());
        double cost = first.cost();
        apply(0, first);
        for (int i = 1; i < gang.podSets().size(); i++) {
            GangDemand.PodSet podSet = gang.podSets().get(i);
            Fits fits = new Fits(pool, right, podSet.shape());
            fits.count(podSet, allowed.get(i), reach, domain, podSet.count());
            Tightness tightness = new Tightness(pool, right, fits, unitDepth);
            Descent.Pick pick = fits.of(domain.depth(), domain.cell()) < podSet.count()
                    ? null
                    : descent(fits, tightness, podSet).pick(domain.depth(), domain.cell(), podSet.count(), victims);
            if (pick == null) {
                return Optional.empty();
            }
            apply(i, pick);
            victims.addAll(pick.victims());
            cost += pick.cost();
        }
        return Optional.of(new Descent.Pick(cost, Map.of(), victims));
    }

    private Descent descent(Fits fits, Tightness tightness, GangDemand.PodSet podSet) {
        return new Descent(pool, nodeVictims, numbers, fits, tightness, podSet);
    }

    private void apply(int podSet, Descent.Pick pick) {
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
                if (row >= 0 && rows.get(row) && right.findsWhole(pool, d, n)) {
                    rest.clear(n);
                }
            }
        }
        return rest;
    }
}
