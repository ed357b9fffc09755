package dev.offtake.placement;

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
    private final List<String> levels;

    /**
     * A place, which is in the state.
     *
     * @param victims who has to go for it
     * @param pools how many of those that serve the account had room for the gang
     */
    record Found(Claimant claimant, Where where, Trial trial, Set<Evictables.Victim> victims, int pools) {}

    AcrossPools(GangDemand gang, List<Where> wheres) {
        this.gang = gang;
        this.wheres = wheres;
        levels = wheres.size() > 1 ? Contender.commonLevels(wheres) : List.of();
    }

    List<Where> wheres() {
        return wheres;
    }

    /** @param search answers with a place in one pool, which is then in the state */
    Optional<Found> best(Function<Where, Optional<Found>> search) {
        if (wheres.size() == 1) {
            return search.apply(wheres.get(0));
        }
        @Nullable Contender best = null;
        int pools = 0;
        for (Where where : wheres) {
            Optional<Contender> contender = search.apply(where).map(found -> Contender.takeBack(gang, levels, found));
            if (contender.isPresent()) {
                pools++;
                best = best == null || contender.get().isBetterInPoolThan(best) ? contender.get() : best;
            }
        }
        if (best == null) {
            return Optional.empty();
        }
        Found found = best.restore();
        return Optional.of(new Found(found.claimant(), found.where(), found.trial(), found.victims(), pools));
    }
}
