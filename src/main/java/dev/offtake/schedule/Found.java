package dev.offtake.schedule;

import dev.offtake.placement.Evictables;
import dev.offtake.placement.Outcome;
import dev.offtake.placement.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What came of looking for seats for a gang that runs.
 *
 * @param any whether there are others now, so that the record has to be written anew
 * @param victims who has to leave them first
 * @param refusal the last one, by which a pod still waits
 */
record Found(boolean any, List<Evictables.Victim> victims, Optional<Refusal> refusal) {
    static final Found NOTHING = new Found(false, List.of(), Optional.empty());

    Found {
        victims = List.copyOf(victims);
    }

    static Found of(Outcome outcome) {
        return outcome instanceof Outcome.Placed placed
                ? new Found(true, placed.victims(), Optional.empty())
                : new Found(false, List.of(), Optional.of(((Outcome.Refused) outcome).refusal()));
    }

    Found and(Found next) {
        List<Evictables.Victim> all = new ArrayList<>(victims);
        all.addAll(next.victims());
        return new Found(any || next.any(), all, next.refusal().or(() -> refusal));
    }
}
