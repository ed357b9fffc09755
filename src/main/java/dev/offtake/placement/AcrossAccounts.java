package dev.offtake.placement;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among the accounts on which a gang may draw: each offers the place that it would give if there was no other.
 * First those for which nobody has to go, then where the least work is lost (Rule 4), then by Rule 7 as between pools; and
 * where one place does for several units the smallest is claimed. Of equal offers the first is taken.
 */
final class AcrossAccounts {
    private final GangDemand gang;
    private final List<String> levels;
    private @Nullable Contender best;

    /** @param wheres of all accounts */
    AcrossAccounts(GangDemand gang, List<Where> wheres) {
        this.gang = gang;
        levels = wheres.isEmpty() ? List.of() : Contender.commonLevels(wheres);
    }

    /** Takes back a place that is in the state, to be compared. */
    void offer(AcrossPools.Found found) {
        Contender offer = Contender.takeBack(gang, levels, found);
        best = best == null || offer.isBetterOnAccountThan(best) ? offer : best;
    }

    /** Whether nobody has to go for the best of them. */
    boolean isIdle() {
        return best != null && best.isIdle();
    }

    /** The best offer, which is then in the state. */
    Optional<AcrossPools.Found> best() {
        return Optional.ofNullable(best).map(Contender::restore);
    }
}
