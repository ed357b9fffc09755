package dev.offtake.placement;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The best of a few places of a gang in cells of one level, by their {@link PlaceCost}; of equal ones the first. */
final class Best {
    /** So many places at most are compared. */
    private static final int MOST = 4;

    private final PlaceCost costs;
    private final Trial trial;
    private final int start;
    private int seen;
    private PlaceCost.@Nullable Value cost;
    private List<Trial.Use> uses = List.of();

    /** @param trial in which the places are put; what is in it already belongs to all of them */
    Best(PlaceCost costs, Trial trial) {
        this.costs = costs;
        this.trial = trial;
        start = trial.mark();
    }

    /** Whether the place that is in the trial, or one before it, is good enough and in it now; else it is taken back. */
    boolean isEnough() {
        List<Trial.Use> found = trial.usesSince(start);
        PlaceCost.Value here = costs.takeBack(trial, start);
        if (cost == null || here.isLessThan(cost)) {
            uses = found;
            cost = here;
        }
        return (here.isLeast() || ++seen == MOST) && take();
    }

    /** Puts the best into the trial, if there was any. */
    boolean take() {
        uses.forEach(trial::apply);
        return cost != null;
    }
}
