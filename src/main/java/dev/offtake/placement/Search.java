package dev.offtake.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    private final Seek seek;
    private final boolean hasBound;
    private final boolean onlyBound;
    private final Trial trial;

    /** @param onlyBound nothing but the cells that the owner has bound already may be used */
    Search(PoolState pool, Right right, GangDemand gang, Seek seek, boolean onlyBound, Trial trial) {
        this.pool = pool;
        this.right = right;
        this.gang = gang;
        this.seek = seek;
        this.onlyBound = onlyBound;
        this.trial = trial;
        int owner = right.owner();
        hasBound =
                owner != PoolState.OPEN && pool.unitRow(owner) != pool.levels().gpuRow() && pool.claimed(owner) > 0;
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
        List<Fits> fits = new ArrayList<>();
        for (int i = 0; i < gang.podSets().size(); i++) {
            GangDemand.PodSet podSet = gang.podSets().get(i);
            Fits ofPodSet = seek.fits(right, reach, i, podSet);
            fits.add(ofPodSet);
            if (in(ofPodSet, within) < podSet.count()) {
                return false;
            }
        }
        for (int d = innermost; d >= outermost; d--) {
            Candidates candidates = new Candidates(fits, d, within);
            for (int cell = candidates.next(); cell >= 0; cell = candidates.next()) {
                if (fill(new Fits.Domain(d, cell), reach)) {
                    return true;
                }
            }
        }
        Candidates candidates = new Candidates(fits, outermost, within);
        for (int cell = candidates.next(); cell >= 0; cell = candidates.next()) {
            if (new Stepwise(pool, right, gang, seek, trial).fill(new Fits.Domain(outermost, cell), reach)) {
                return true;
            }
        }
        return false;
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
            cells = fits.get(0)
                    .tightestFirst(depth, within, gang.podSets().get(0).count());
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

    private boolean fill(Fits.Domain domain, Fits.Reach reach) {
        int start = trial.mark();
        boolean complete = true;
        for (int i = 0; i < gang.podSets().size() && complete; i++) {
            GangDemand.PodSet podSet = gang.podSets().get(i);
            Fits fits = seek.fits(right, reach, i, podSet);
            Map<Integer, Integer> nodes = new Spread(pool, right, fits, podSet).overFewestCells(domain);
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
