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
 * <p>In the domain that must hold the gang {@link Descent} finds the nodes. What that finds may break promises; then the
 * same is tried in as few cells as hold it, then without the cells that cannot be spared, and at last {@link Search}, which
 * finds a place if there is one, but looks at no cost.
 */
final class Reclaim {
    /** What a gang spread beyond its preferred level loses, in seconds of each of its GPUs. */
    static final double LEAVE_PREFERRED = 600;

    private final PoolState pool;
    private final Right right;
    private final GangDemand gang;
    private final Seek seek;
    private final ToIntFunction<String> numbers;
    private final Trial trial;
    private final NodeVictims nodeVictims;
    private final SpareVictims spareVictims;
    private final GangVictims gangVictims;
    /** What each pod set costs on each node without the others. */
    private final List<NodePrices> prices;
    /** The pod sets, as they are sought a place one beside the other. */
    private final List<Integer> order;

    /** What is sought together breaks fewer whole cells, and so fewer promises. */
    private static final List<Boolean> SPREAD_FIRST = List.of(true, false);

    private static final List<Boolean> TOGETHER = List.of(false);

    /**
     * Where a place is sought, and how.
     *
     * @param seek with the rows in whose whole cells nothing is sought
     * @param spreads whether it may lie in more cells than it needs, if less is lost there
     */
    private record Sought(Seek seek, Fits.@Nullable Domain within, Fits.Reach reach, boolean spreads) {}

    /**
     * The cheapest place in one cell.
     *
     * @param pick of the pod set that is first in order
     * @param cost of all pod sets, each without the others
     * @param atLeast of the dearest of them, which they cost together at least
     */
    private record Candidate(Fits.Domain domain, Descent.Pick pick, double cost, double atLeast) {}

    /** @param numbers of nodes by their names; negative for those in other pools */
    Reclaim(
            PoolState pool,
            Right right,
            GangDemand gang,
            Seek seek,
            Evictables evictables,
            ToIntFunction<String> numbers,
            Trial trial) {
        this.pool = pool;
        this.right = right;
        this.gang = gang;
        this.seek = seek;
        this.numbers = numbers;
        this.trial = trial;
        nodeVictims = new NodeVictims(pool, evictables);
        spareVictims = new SpareVictims(pool, right, nodeVictims);
        gangVictims = new GangVictims(pool, nodeVictims, numbers);
        prices = gang.podSets().stream().map(this::prices).toList();
        order = new PodSetOrders(pool, gang, seek).toReclaim();
    }

    /**
     * The victims of a place that was found, which is then in the trial.
     *
     * @param scarce rows of whose whole cells none can be spared
     */
    Optional<Set<Evictables.Victim>> run(Fits.@Nullable Domain within, boolean onlyBound, BitSet scarce) {
        int required = gang.required().map(pool.levels()::depthHolding).orElse(0);
        if (required < 0 || !pool.levels().holdsSlicesOf(gang) || !pool.hasNodes()) {
            return Optional.empty();
        }
        Optional<Set<Evictables.Victim>> victims = run(seek, within, onlyBound, scarce);
        // Where those may not go who would have to beside a place on idle nodes, one on nodes in use may do.
        return victims.isEmpty() && spareVictims.hasMissed()
                ? run(seek.avoiding(idleBesideSpares()), within, onlyBound, scarce)
                : victims;
    }

    /** Idle nodes of cells of which as many are in use as they may give. */
    private BitSet idleBesideSpares() {
        BitSet idle = new BitSet();
        for (int n : pool.nodes()) {
            for (int d = 1; d < pool.levels().nodeDepth() && pool.taken(n) == 0; d++) {
                if (pool.occupied(d).idleNodesToGive(pool.ancestor(d, n)) == 0) {
                    idle.set(n);
                }
            }
        }
        return idle;
    }

    private Optional<Set<Evictables.Victim>> run(
            Seek where, Fits.@Nullable Domain within, boolean onlyBound, BitSet scarce) {
        int required = gang.required().map(pool.levels()::depthHolding).orElse(0);
        int preferred = gang.preferred().map(pool.levels()::depthHolding).orElse(-1);
        Fits.Reach reach = onlyBound ? Fits.Reach.BOUND : Fits.Reach.ALL;
        List<BitSet> exclusions = scarce.isEmpty() ? List.of(new BitSet()) : List.of(new BitSet(), scarce);
        for (BitSet excluded : exclusions) {
            for (boolean spreads : gang.pods() > 1 ? SPREAD_FIRST : TOGETHER) {
                Sought sought = new Sought(where.sparing(excluded), within, reach, spreads);
                Optional<Set<Evictables.Victim>> victims = victims(required, preferred, sought);
                if (victims.isPresent()) {
                    return victims;
                }
            }
        }
        return search(where, within, onlyBound);
    }

    /** Who has to go for the cheapest place, where it costs as little as that in a cell of the level that is preferred. */
    private Optional<Set<Evictables.Victim>> victims(int required, int preferred, Sought sought) {
        int start = trial.mark();
        Optional<Descent.Pick> anywhere = cheapest(required, sought);
        if (preferred > required && anywhere.isPresent()) {
            List<Trial.Use> uses = trial.usesSince(start);
            trial.undoTo(start);
            Optional<Descent.Pick> together = cheapest(preferred, sought);
            double most = anywhere.get().cost() + LEAVE_PREFERRED * gang.gpus();
            if (together.filter(pick -> pick.cost() <= most).isPresent()) {
                return together.map(Descent.Pick::victims);
            }
            trial.undoTo(start);
            uses.forEach(trial::apply);
        }
        return anywhere.map(Descent.Pick::victims);
    }

    /** A place as {@link Search} finds it. */
    private Optional<Set<Evictables.Victim>> search(Seek where, Fits.@Nullable Domain within, boolean onlyBound) {
        int start = trial.mark();
        if (!new Search(pool, right, gang, where, onlyBound, trial).run(within)) {
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
        List<Trial.Use> uses = trial.usesSince(start);
        trial.undoTo(start);
        Set<Evictables.Victim> beside = spareVictims.beside(NodesInUse.place(pool, uses), 1, victims);
        if (beside == null) {
            return Optional.empty();
        }
        uses.forEach(trial::apply);
        victims.addAll(beside);
        return Optional.of(victims);
    }

    /** The cheapest place in one cell of a depth at which the promises hold, which is then in the trial. */
    private Optional<Descent.Pick> cheapest(int depth, Sought sought) {
        List<Candidate> candidates = candidates(depth, sought);
        // Of those that cost the same, the tightest stays first.
        candidates.sort(Comparator.comparingDouble(Candidate::cost));
        int start = trial.mark();
        Optional<Descent.Pick> best = Optional.empty();
        List<Trial.Use> uses = List.of();
        double least = Double.POSITIVE_INFINITY;
        for (Candidate candidate : candidates.subList(0, Math.min(Search.TRIES, candidates.size()))) {
            if (candidate.atLeast() >= least) {
                continue;
            }
            Optional<Descent.Pick> whole = complete(candidate, sought);
            if (whole.isPresent() && whole.get().cost() < least && trial.holds()) {
                best = whole;
                least = whole.get().cost();
                uses = trial.usesSince(start);
            }
            trial.undoTo(start);
        }
        uses.forEach(trial::apply);
        return best;
    }

    /** The cells that hold the gang, each with what its pod sets cost there, one without the others. */
    private List<Candidate> candidates(int depth, Sought sought) {
        List<Fits> fits = new ArrayList<>();
        List<Descent> descents = new ArrayList<>();
        for (int i = 0; i < gang.podSets().size(); i++) {
            Fits ofPodSet = fits(i, sought);
            fits.add(ofPodSet);
            descents.add(descent(i, ofPodSet, prices.get(i), sought));
        }
        List<Candidate> candidates = new ArrayList<>();
        Fits.Cells cells = fits.get(0)
                .tightestFirst(depth, sought.within(), gang.podSets().get(0).count());
        for (int cell = cells.next(); cell >= 0; cell = cells.next()) {
            boolean isCell = depth == 0
                    || depth == pool.levels().nodeDepth()
                    || pool.cells(depth).isKnown(cell);
            if (isCell) {
                candidate(new Fits.Domain(depth, cell), fits, descents, sought).ifPresent(candidates::add);
            }
        }
        return candidates;
    }

    private Optional<Candidate> candidate(Fits.Domain cell, List<Fits> fits, List<Descent> descents, Sought sought) {
        int i = order.get(0);
        Descent.Pick first = first(i, descents.get(i), fits.get(i), cell, sought);
        if (first == null) {
            return Optional.empty();
        }
        double cost = first.cost();
        double most = first.cost();
        for (int next : order.subList(1, order.size())) {
            int count = gang.podSets().get(next).count();
            Descent.Pick pick = fits.get(next).of(cell.depth(), cell.cell()) < count
                    ? null
                    : descents.get(next).pick(cell.depth(), cell.cell(), count);
            if (pick == null) {
                return Optional.empty();
            }
            cost += pick.cost();
            most = Math.max(most, pick.cost());
        }
        return Optional.of(new Candidate(cell, first, cost, most));
    }

    /** The place of the pod set that is the first in a cell. */
    private Descent.@Nullable Pick first(int i, Descent descent, Fits fits, Fits.Domain cell, Sought sought) {
        int pods = gang.podSets().get(i).count();
        Descent.Pick pick = fits.of(cell.depth(), cell.cell()) < pods
                ? null
                : inAll(i, descent.pick(cell.depth(), cell.cell(), pods), Set.of());
        return pick == null
                        || pick.cost() == 0
                        || pods == 1
                        || cell.depth() == pool.levels().nodeDepth()
                        || !sought.spreads()
                ? pick
                : gangVictims.cheapest(descent, fits, cell, pods, pick, beside -> inAll(i, beside, Set.of()));
    }

    /** Takes a place for the first pod set, and finds one for the others beside it. */
    private Optional<Descent.Pick> complete(Candidate candidate, Sought sought) {
        Fits.Domain domain = candidate.domain();
        Descent.Pick first = candidate.pick();
        Set<Evictables.Victim> victims = new LinkedHashSet<>(first.victims());
        double cost = first.cost();
        apply(order.get(0), first);
        for (int i : order.subList(1, order.size())) {
            GangDemand.PodSet podSet = gang.podSets().get(i);
            Fits fits = fits(i, sought);
            Ousted going = new Ousted(pool, numbers);
            going.add(victims);
            Descent.Pick pick = fits.of(domain.depth(), domain.cell()) < podSet.count()
                    ? null
                    : inAll(
                            i,
                            descent(i, fits, prices(podSet), sought)
                                    .pick(domain.depth(), domain.cell(), podSet.count(), going),
                            victims);
            if (pick == null) {
                return Optional.empty();
            }
            apply(i, pick);
            victims.addAll(pick.victims());
            cost += pick.cost();
        }
        return Optional.of(new Descent.Pick(cost, Map.of(), victims));
    }

    /** A place with those who have to go as too many nodes of any cell around it would be in use. */
    private Descent.@Nullable Pick inAll(int podSet, Descent.@Nullable Pick pick, Set<Evictables.Victim> going) {
        return spareVictims.complete(pick, gang.podSets().get(podSet).shape(), 1, going);
    }

    private Fits fits(int podSet, Sought sought) {
        return sought.seek().fits(right, sought.reach(), podSet, gang.podSets().get(podSet));
    }

    /** @param podPrices as long as the state is what it was when they were first asked */
    private Descent descent(int podSet, Fits fits, NodePrices podPrices, Sought sought) {
        return new Descent(
                pool,
                right,
                podPrices,
                spareVictims,
                numbers,
                fits,
                new Tightness(pool, right, fits),
                gang.podSets().get(podSet),
                sought.spreads());
    }

    private NodePrices prices(GangDemand.PodSet podSet) {
        return new NodePrices(nodeVictims, podSet.shape(), pool.levels().nodeDepth());
    }

    private void apply(int podSet, Descent.Pick pick) {
        Shape shape = gang.podSets().get(podSet).shape();
        pick.pods().forEach((n, pods) -> trial.apply(new Trial.Use(n, podSet, shape, pods)));
    }
}
