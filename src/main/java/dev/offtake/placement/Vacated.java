package dev.offtake.placement;

import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/** Looks for places that gangs would have if others were gone. Nothing of that stays in the state. */
final class Vacated {
    private final Cluster cluster;
    private final Placer placer;

    Vacated(Cluster cluster, Placer placer) {
        this.cluster = cluster;
        this.placer = placer;
    }

    /** The place that a gang would have if these were gone. */
    Optional<Outcome.Placed> find(GangDemand gang, Terms account, List<? extends Clearing.Occupant> gone) {
        long freed = cluster.freed();
        gone.forEach(occupant -> occupant.gone(cluster, -1));
        Optional<Outcome.Placed> found = placer.find(gang, account, false);
        found.ifPresent(placed -> placer.takeBack(gang, placed));
        gone.forEach(occupant -> occupant.gone(cluster, 1));
        cluster.nothingFreedSince(freed);
        return found;
    }

    /**
     * What is found with as few gone as possible.
     *
     * @param most so many may be gone
     * @param ifGone what is found with so many gone; with more something is found, too
     * @return empty if nothing is found with all of them gone
     */
    static <T> Optional<T> withFewest(int most, IntFunction<Optional<T>> ifGone) {
        int least = 0;
        int enough = most;
        Optional<T> found = ifGone.apply(most);
        while (found.isPresent() && least < enough) {
            int middle = (least + enough) / 2;
            Optional<T> sooner = ifGone.apply(middle);
            if (sooner.isPresent()) {
                found = sooner;
                enough = middle;
            } else {
                least = middle + 1;
            }
        }
        return found;
    }
}
