package dev.offtake.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among the places that were found for a gang, one in each pool: where the least work is lost (Rule 4; of places
 * that others have to leave first those in bound cells), then by Rule 7, as {@link PlaceCost} and {@link Tightness} do
 * inside a pool. Levels that not all pools have do not count. Of equal places the one in the first pool is taken.
 */
final class AcrossPools {
    private final GangDemand gang;
    private final List<Where> wheres;
    /** Levels above the node that all pools have, the outermost first. */
    private final List<String> levels;

    /**
     * A place, which is in the state.
     *
     * @param victims who has to go for it
     * @param pools how many had room for the gang
     */
    record Found(Where where, Trial trial, Set<Evictables.Victim> victims, int pools) {}

    /** A place that was taken back. */
    private static final class Candidate {
        private final Found found;
        private final List<Trial.Use> uses;
        private final double lost;
        /** Compared where as much is lost, the most important first: units bound anew. */
        private final long[] parts;

        Candidate(Found found, List<Trial.Use> uses, double lost, long[] parts) {
            this.found = found;
            this.uses = uses;
            this.lost = lost;
            this.parts = parts;
        }

        boolean isBetterThan(Candidate other) {
            if (found.trial().right().reclaims() && parts[0] != other.parts[0]) {
                // Or a commitment would take more cells than it needs, as one of its own is lent to dearer work.
                return parts[0] < other.parts[0];
            }
            return lost != other.lost ? lost < other.lost : Arrays.compare(parts, other.parts) < 0;
        }
    }

    AcrossPools(GangDemand gang, List<Where> wheres) {
        this.gang = gang;
        this.wheres = wheres;
        levels = wheres.size() > 1 ? common(wheres) : List.of();
    }

    private static List<String> common(List<Where> wheres) {
        LevelTable first = wheres.get(0).pool().levels();
        List<String> common = new ArrayList<>();
        for (int d = 1; d < first.nodeDepth(); d++) {
            String level = first.depthName(d);
            if (wheres.stream().allMatch(where -> where.pool().levels().depth(level) >= 0)) {
                common.add(level);
            }
        }
        return common;
    }

    /** @param search answers with a place in one pool, which is then in the state */
    Optional<Found> best(Function<Where, Optional<Found>> search) {
        if (wheres.size() == 1) {
            return search.apply(wheres.get(0));
        }
        @Nullable Candidate best = null;
        int pools = 0;
        for (Where where : wheres) {
            Optional<Candidate> candidate = search.apply(where).map(this::takeBack);
            if (candidate.isPresent()) {
                pools++;
                best = best == null || candidate.get().isBetterThan(best) ? candidate.get() : best;
            }
        }
        if (best == null) {
            return Optional.empty();
        }
        Found found = best.found;
        best.uses.forEach(found.trial()::apply);
        return Optional.of(new Found(found.where(), found.trial(), found.victims(), pools));
    }

    private Candidate takeBack(Found found) {
        PoolState pool = found.where().pool();
        Trial trial = found.trial();
        List<Trial.Use> uses = trial.uses();
        int charged = 0;
        int left = 0;
        for (Trial.Use use : uses) {
            charged += pool.charge(use.node(), use.shape()) * use.pods();
        }
        for (int n : uses.stream().mapToInt(Trial.Use::node).distinct().toArray()) {
            left += trial.right().isLent() ? pool.room().idle(n) : pool.room().open(n);
        }
        PlaceCost.Value cost = new PlaceCost(pool, trial.right()).takeBack(trial, 0);
        long[] parts = new long[levels.size() + 6];
        int at = 0;
        parts[at++] = cost.bound();
        int broken = cost.broken(pool.levels().nodeDepth());
        for (String level : levels) {
            parts[at++] = cost.cells(pool.levels().depth(level));
            broken += cost.broken(pool.levels().depth(level));
        }
        parts[at++] = cost.cells(pool.levels().nodeDepth());
        parts[at++] = broken;
        parts[at++] = charged;
        parts[at++] = left;
        parts[at] = trial.right().breakable(pool, 0).avail(0, pool.levels().gpuRow());
        return new Candidate(found, uses, lost(found, cost), parts);
    }

    private double lost(Found found, PlaceCost.Value cost) {
        PoolState pool = found.where().pool();
        int preferred = gang.preferred().map(pool.levels()::depthHolding).orElse(0);
        boolean isPreferred = preferred == 0 || (preferred > 0 && cost.cells(preferred) == 1);
        double lost = isPreferred ? 0 : Reclaim.LEAVE_PREFERRED * gang.gpus();
        for (Evictables.Victim victim : found.victims()) {
            lost += victim.cost();
        }
        return lost;
    }
}
