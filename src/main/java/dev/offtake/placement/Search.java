package dev.offtake.placement;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the place of one gang in one pool, on one account: quota, shape and Rule 2 in one search.
 *
 * <p>Domains are tried from the tightest level outward, cells the account has bound before new ones. In each domain the
 * pods are spread over the fewest cells; where that would break a promise everywhere, {@link Stepwise} looks for the
 * place that breaks none. Every candidate is put into the state, checked exactly, and taken back if it fails; the one
 * that is found stays.
 */
final class Search {
    /** Domains tried per level before the next level is. */
    static final int TRIES = 16;

    private final PoolState pool;
    private final Right right;
    private final GangDemand gang;
    private final List<BitSet> accepted;
    private final boolean hasBound;
    private final boolean onlyBound;
    private final Trial trial;
    /** What fits of each pod set before anything of the gang is placed. */
    private final List<Fits> counted = new ArrayList<>();
    /** What fits of a pod set beside those that are placed. */
    private final Fits beside;
    /** The pod sets, those first whose slices or lone pods are largest: what is small fits beside what is large. */
    private final List<Integer> largestFirst;
    /** The same by their pods, as a slice may spread. */
    private final List<Integer> largestPodsFirst;

    private final int unitDepth;

    /** @param onlyBound nothing but the cells that the owner has bound already may be used */
    Search(PoolState pool, Right right, GangDemand gang, List<BitSet> accepted, boolean onlyBound, Trial trial) {
        this.pool = pool;
        this.right = right;
        this.gang = gang;
        this.accepted = accepted;
        this.onlyBound = onlyBound;
        this.trial = trial;
        int owner = right.owner();
        hasBound =
                owner != PoolState.OPEN && pool.unitRow(owner) != pool.levels().gpuRow() && pool.claimed(owner) > 0;
        unitDepth = right.unitDepth(pool);
        gang.podSets().forEach(podSet -> counted.add(new Fits(pool, right, podSet.shape())));
        beside = new Fits(pool, right, gang.podSets().get(0).shape());
        largestPodsFirst = order(podSet -> -charge(podSet));
        largestFirst = order(podSet ->
                -charge(podSet) * podSet.slice().map(GangDemand.Slice::pods).orElse(1));
    }

    /** The pod sets in an order; where it leaves them equal those with larger pods first. */
    private List<Integer> order(ToIntFunction<GangDemand.PodSet> by) {
        List<GangDemand.PodSet> podSets = gang.podSets();
        return IntStream.range(0, podSets.size())
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(i -> by.applyAsInt(podSets.get(i)))
                        .thenComparingInt(i -> -charge(podSets.get(i))))
                .toList();
    }

    /** GPUs that a pod takes of a node; nodes that differ in CPU differ little enough for an order. */
    private int charge(GangDemand.PodSet podSet) {
        int node = accepted.get(0).nextSetBit(0);
        return node < 0 ? podSet.shape().gpus() : pool.charge(node, podSet.shape());
    }

    /** Whether a place was found, which is then in the trial. Levels that the pool lacks find nothing. */
    boolean run(Fits.@Nullable Domain within) {
        int nodeDepth = pool.levels().nodeDepth();
        int required = gang.required().map(pool.levels()::depthHolding).orElse(0);
        int preferred = gang.preferred().map(pool.levels()::depthHolding).orElse(-1);
        boolean knowsSlices = gang.podSets().stream()
                .flatMap(p -> p.slice().stream())
                .allMatch(s -> pool.levels().depthHolding(s.level()) >= 0);
        if (required < 0 || !knowsSlices || !pool.hasNodes()) {
            return false;
        }
        if (preferred > required) {
            return found(nodeDepth, preferred, within) || found(preferred - 1, required, within);
        }
        return found(nodeDepth, required, within);
    }

    private boolean found(int innermost, int outermost, Fits.@Nullable Domain within) {
        return (hasBound && found(Fits.Reach.BOUND, innermost, outermost, within))
                || (!onlyBound && found(Fits.Reach.ALL, innermost, outermost, within));
    }

    private boolean found(Fits.Reach reach, int innermost, int outermost, Fits.@Nullable Domain within) {
        for (int i = 0; i < counted.size(); i++) {
            GangDemand.PodSet podSet = gang.podSets().get(i);
            counted.get(i).count(podSet, accepted.get(i), reach, within, podSet.count());
            if (counted.get(i).of(0, 0) < podSet.count()) {
                return false;
            }
        }
        for (int d = innermost; d >= outermost; d--) {
            BitSet tried = new BitSet();
            for (int cell = tightest(d, tried); cell >= 0 && tried.cardinality() < TRIES; cell = tightest(d, tried)) {
                tried.set(cell);
                if (fill(new Fits.Domain(d, cell), reach)) {
                    return true;
                }
            }
        }
        BitSet tried = new BitSet();
        for (int cell = tightest(outermost, tried); cell >= 0 && tried.cardinality() < TRIES; ) {
            tried.set(cell);
            Fits.Domain domain = new Fits.Domain(outermost, cell);
            if (stepwise(largestFirst, domain, reach)
                    || (!largestPodsFirst.equals(largestFirst) && stepwise(largestPodsFirst, domain, reach))) {
                return true;
            }
            cell = tightest(outermost, tried);
        }
        return false;
    }

    private boolean stepwise(List<Integer> order, Fits.Domain domain, Fits.Reach reach) {
        return new Stepwise(pool, right, gang, accepted, beside, unitDepth, trial).fill(order, domain, reach);
    }

    private int tightest(int depth, BitSet tried) {
        return new Tightness(pool, right, counted.get(largestFirst.get(0)), unitDepth)
                .tightest(depth, c -> !tried.get(c) && isCandidate(depth, c));
    }

    private boolean isCandidate(int depth, int cell) {
        for (int i = 0; i < counted.size(); i++) {
            if (counted.get(i).of(depth, cell) < gang.podSets().get(i).count()) {
                return false;
            }
        }
        return depth == 0
                || depth == pool.levels().nodeDepth()
                || pool.cells(depth).isKnown(cell);
    }

    private boolean fill(Fits.Domain domain, Fits.Reach reach) {
        int start = trial.mark();
        boolean complete = true;
        for (int next = 0; next < largestFirst.size() && complete; next++) {
            int i = largestFirst.get(next);
            GangDemand.PodSet podSet = gang.podSets().get(i);
            Fits fits = next == 0 ? counted.get(i) : beside;
            if (next > 0) {
                fits.count(podSet, accepted.get(i), reach, domain, podSet.count());
            }
            Map<Integer, Integer> nodes = new Spread(pool, right, fits, unitDepth, podSet).overFewestCells(domain);
            int placed = 0;
            for (Map.Entry<Integer, Integer> entry : nodes.entrySet()) {
                placed += entry.getValue();
                trial.apply(new Trial.Use(entry.getKey(), i, podSet.shape(), entry.getValue()));
            }
            complete = placed == podSet.count();
        }
        if (complete && trial.holds()) {
            return true;
        }
        trial.undoTo(start);
        return false;
    }
}
