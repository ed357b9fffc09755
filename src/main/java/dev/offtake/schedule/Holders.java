package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** How many GPUs each gang holds of each account. */
final class Holders {
    private final Map<Claimant, Map<Gang, Integer>> gpus = new HashMap<>();
    private long changes;

    /** A gang has a seat more, or fewer where negative. */
    void count(Gang gang, Seat seat, int seats) {
        Map<Gang, Integer> here = gpus.computeIfAbsent(seat.counted(), c -> new HashMap<>());
        if (here.merge(gang, seats * seat.shape().gpus(), Integer::sum) == 0) {
            here.remove(gang);
        }
        if (here.isEmpty()) {
            gpus.remove(seat.counted());
        }
        changes++;
    }

    /** Of whose accounts anything is held, in no order. */
    Collection<Claimant> claimants() {
        return gpus.keySet();
    }

    /** GPUs by gang; not to be changed. */
    Map<Gang, Integer> of(Claimant claimant) {
        return gpus.getOrDefault(claimant, Map.of());
    }

    /** GPUs by account and gang; not to be changed. */
    Map<Claimant, Map<Gang, Integer>> all() {
        return gpus;
    }

    /** Grows with each change. */
    long changes() {
        return changes;
    }
}
