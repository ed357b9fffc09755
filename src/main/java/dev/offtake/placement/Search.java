package dev.offtake.placement;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    /** Places of gangs of more pods are not compared. */
    private static final int MOST_COMPARED = 16;

    private final PoolState pool;
    private final Right right;
    private final GangDemand gang;
    private final Seek seek;
    private final boolean hasBound;
    private final boolean onlyBound;
    private final Trial trial;
    private final PlaceCost costs;
    /** Where it has to be compact. */
    private final Optional<Compactness> compactness;

    private final PodSetOrders podSetOrders;
    /** Whether a few places are compared. Large gangs take whole cells in any case, and each place of theirs costs. */
    private final boolean compares;
    /** Orders of the pod sets that are tried in each domain. */
    private final List<List<Integer>> orders;
    /** @param onlyBound nothing but the cells that the owner has bound already may be used */
    Search(PoolState pool, Right right, GangDemand gang, Seek seek, boolean onlyBound, Trial trial) {
        this.pool = pool;
        this.right = right;
        this.gang = gang;
        this.seek = seek;
        this.onlyBound = onlyBound;
        this.trial = trial;
        costs = new PlaceCost(pool, right);
        compactness = Compactness.of(pool, right, gang, seek);
        int owner = right.owner();
        hasBound =
                owner != PoolState.OPEN && pool.unitRow(owner) != pool.levels().gpuRow() && pool.claimed(owner) > 0;
        podSetOrders = new PodSetOrders(pool, gang, seek);
        compares = !right.isLent() && gang.pods() <= MOST_COMPARED && mayDiffer();
        orders = podSetOrders.toFill(compares);
    }

    /** Whether the tightest cell may not hold the best place: what takes whole nodes only finds them alike. */
    private boolean mayDiffer() {
        return gang.podSets().size() > 1
                || podSetOrders.charge(gang.podSets().get(0)) < pool.levels().gpusPerNode();
    }

    /** Whether a place was found, which is then in the trial. Levels that the pool lacks find nothing. */
    boolean run(Fits.@Nullable Domain within) {
        int start = trial.mark();
        boolean found = found(within);
        if (found && compares && !right.reclaims()) {
            new Polish(pool, gang, seek, trial, costs).run(start);
        }
        return found;
    }

    private boolean found(Fits.@Nullable Domain within) {
        int nodeDepth = pool.levels().nodeDepth();
        int required = gang.required().map(pool.levels()::depthHolding).orElse(0);
        int preferred = gang.preferred().map(pool.levels()::depthHolding).orElse(-1);
        if (required < 0 || !pool.levels().holdsSlicesOf(gang) || !pool.hasNodes()) {
            return false;
        }
        int outermost = compactness.map(c -> Math.max(required, c.outermost())).orElse(required);
        if (preferred > outermost) {
            return found(nodeDepth, preferred, within) || found(preferred - 1, outermost, within);
        }
        return found(nodeDepth, outermost, within);
    }

    private boolean found(int innermost, int outermost, Fits.@Nullable Domain within) {
        return (hasBound && found(Fits.Reach.BOUND, innermost, outermost, within))
                || (!onlyBound && found(Fits.Reach.ALL, innermost, outermost, within))
                || (!onlyBound
                        && mayNeedMost(outermost, within)
                        && found(Fits.Reach.MOST, innermost, outermost, within));
    }

    /** Whether it is in cells below which it may go anywhere that too little fits, though there are GPUs enough. */
    private boolean mayNeedMost(int outermost, Fits.@Nullable Domain within) {
        if (outermost > 0 || within != null || pool.wholeFree(pool.levels().gpuRow()) < gang.gpus()) {
            return false;
        }
        for (int i = 0; i < gang.podSets().size(); i++) {
            if (seek.fits(right, Fits.Reach.ALL, i, gang.podSets().get(i)).leavesOut()) {
                return true;
            }
        }
        return false;
    }

    private boolean found(Fits.Reach reach, int innermost, int outermost, Fits.@Nullable Domain within) {
        List<Fits> fits = new ArrayList<>();
        for (int i = 0; i < gang.podSets().size(); i++) {
            GangDemand.PodSet podSet = gang.podSets().get(i);
            Fits ofPodSet = seek.fits(right, reach, i, podSet);
            fits.add(ofPodSet);
            if (in(ofPodSet, within) < podSet.count()
                    || (within == null && holdsNowhere(ofPodSet, podSet, outermost))) {
                return false;
            }
        }
        NewUnits newUnits = new NewUnits(pool, right, gang, seek, hasBound, trial.mostUnits());
        if (newUnits.exceedIn(within == null ? Fits.Domain.POOL : within)) {
            return false;
        }
        for (int d = innermost; d >= outermost; d--) {
            Candidates candidates = new Candidates(fits, d, within);
            Best best = new Best(costs, trial);
            for (int cell = candidates.next(); cell >= 0; cell = candidates.next()) {
                Fits.Domain domain = new Fits.Domain(d, cell);
                if (!newUnits.exceedIn(domain) && fillBest(domain, reach, best)) {
                    return true;
                }
            }
            if (best.take()) {
                return true;
            }
        }
        if (compactness.isPresent()) {
            // Pod by pod it would be spread.
            return false;
        }
        Candidates candidates = new Candidates(fits, outermost, within);
        for (int cell = candidates.next(); cell >= 0; cell = candidates.next()) {
            Fits.Domain domain = new Fits.Domain(outermost, cell);
            if (!newUnits.exceedIn(domain)
                    && podSetOrders.stepwise().stream().anyMatch(order -> stepwise(order, domain, reach))) {
                return true;
            }
        }
        return false;
    }

    private boolean fillBest(Fits.Domain domain, Fits.Reach reach, Best best) {
        boolean anyHolds = false;
        for (List<Integer> order : orders) {
            boolean holds = fill(order, domain, reach);
            if (holds && isEnough(domain, best)) {
                return true;
            }
            anyHolds |= holds;
        }
        return !anyHolds
                && podSetOrders.ofNarrowed().stream()
                        .anyMatch(order ->
                                !orders.contains(order) && fill(order, domain, reach) && isEnough(domain, best));
    }

    private boolean isEnough(Fits.Domain domain, Best best) {
        return !compares(domain.depth()) || best.isEnough();
    }

    /** One pod set finds its best node first. */
    private boolean compares(int depth) {
        return compares && (depth < pool.levels().nodeDepth() || gang.podSets().size() > 1);
    }

    private boolean stepwise(List<Integer> order, Fits.Domain domain, Fits.Reach reach) {
        return new Stepwise(pool, right, gang, seek, trial).fill(order, domain, reach);
    }

    /** Whether no cell of a depth has room for all of a pod set, and so none inside of one. Of slices cells may count less. */
    static boolean holdsNowhere(Fits fits, GangDemand.PodSet podSet, int depth) {
        return podSet.slice().isEmpty() && fits.most(depth) < podSet.count();
    }

    private static int in(Fits fits, Fits.@Nullable Domain within) {
        return within == null ? fits.of(0, 0) : fits.of(within.depth(), within.cell());
    }

    /** The cells of a depth in which each pod set fits by itself, the tightest first, at most {@link #TRIES}. */
    private final class Candidates {
        private final List<Fits> fits;
        private final int depth;
        private final Fits.Cells cells;
        private int tries;

        Candidates(List<Fits> fits, int depth, Fits.@Nullable Domain within) {
            this.fits = fits;
            this.depth = depth;
            fits.forEach(Fits::refresh);
            int largest = podSetOrders.largest();
            cells = fits.get(largest)
                    .tightestFirst(depth, within, gang.podSets().get(largest).count());
        }

        int next() {
            // What was tried is taken back, but what was counted meanwhile counts it.
            fits.forEach(Fits::refresh);
            int cell = tries < TRIES ? cells.next() : -1;
            while (cell >= 0 && !isCandidate(cell)) {
                cell = cells.next();
            }
            tries++;
            return cell;
        }

        private boolean isCandidate(int cell) {
            for (int i = 0; i < fits.size(); i++) {
                if (fits.get(i).of(depth, cell) < gang.podSets().get(i).count()) {
                    return false;
                }
            }
            return depth == 0
                    || depth == pool.levels().nodeDepth()
                    || pool.cells(depth).isKnown(cell);
        }
    }

    private boolean fill(List<Integer> order, Fits.Domain domain, Fits.Reach reach) {
        int start = trial.mark();
        boolean complete = true;
        Set<Integer> used = new HashSet<>();
        for (int next = 0; next < order.size() && complete; next++) {
            int i = order.get(next);
            GangDemand.PodSet podSet = gang.podSets().get(i);
            Fits fits = seek.fits(right, reach, i, podSet);
            Map<Integer, Integer> nodes = new Spread(pool, right, fits, podSet).overFewestCells(domain);
            int placed = 0;
            if (compactness.isPresent()) {
                used.addAll(nodes.keySet());
                if (!compactness.get().holds(used)) {
                    complete = false;
                    break;
                }
            }
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
