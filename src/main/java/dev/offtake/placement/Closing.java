package dev.offtake.placement;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Counts what is reserved as if it were in use already, and those in its way as lent, for as long as a place is sought for
 * work on demand. So what is found is idle now, and at the time of the reservation all that is promised has room beside
 * both. Until then it has to have room beside those in the way as well: that is seen when they are counted again.
 */
final class Closing {
    /** No account: what is reserved is in nobody's use. */
    private static final Claimant RESERVATION = new Claimant("", Tier.ON_DEMAND);

    private final Cluster cluster;
    private final List<Keep.Reservation> closed;
    /** One may stand in the way of several reservations. */
    private final List<Clearing.Occupant> inTheWay = new ArrayList<>();

    private Closing(Cluster cluster, List<Keep.Reservation> reservations) {
        this.cluster = cluster;
        closed = reservations;
        Set<Held> seen = new HashSet<>();
        for (Keep.Reservation reservation : reservations) {
            for (Clearing.Occupant occupant : reservation.inTheWay()) {
                if (seen.add(new Held(occupant.holder(), occupant.claimant()))) {
                    inTheWay.add(occupant);
                }
            }
        }
    }

    private record Held(Object holder, Claimant claimant) {}

    /**
     * Looks for something while all is counted like that which is to be left.
     *
     * @param takeBack takes out of the state what was found
     */
    static <T> Optional<T> during(
            Cluster cluster, List<Keep> keeps, Supplier<Optional<T>> search, Consumer<T> takeBack) {
        List<Keep.Reservation> reservations = reservations(keeps);
        if (reservations.isEmpty()) {
            return search.get();
        }
        Closing closing = new Closing(cluster, reservations);
        Map<String, Integer> entitled = cluster.quotas().entitled();
        closing.close();
        boolean isClosed = cluster.quotas().entitled().equals(entitled);
        if (!isClosed) {
            // Supply was lost since: who is entitled to what is left goes before anybody on demand.
            closing.open();
        }
        Optional<T> found;
        try {
            found = search.get();
        } finally {
            if (isClosed) {
                closing.open();
            }
        }
        if (found.isPresent() && !cluster.quotas().isEntitledTo(entitled)) {
            long freed = cluster.freed();
            takeBack.accept(found.get());
            cluster.nothingFreedSince(freed);
            return Optional.empty();
        }
        return found;
    }

    /** Whether everybody will have as much as that when what is reserved is in use. */
    static boolean leaves(Cluster cluster, Keep keep, Map<String, Integer> entitled) {
        List<Keep.Reservation> reservations = reservations(List.of(keep));
        if (reservations.isEmpty()) {
            return true;
        }
        Closing closing = new Closing(cluster, reservations);
        closing.close();
        boolean leaves = cluster.quotas().isEntitledTo(entitled);
        closing.open();
        return leaves;
    }

    private static List<Keep.Reservation> reservations(List<Keep> keeps) {
        Set<Keep.Reservation> reservations = Set.of();
        for (Keep keep : keeps) {
            if (!keep.reservations().isEmpty()) {
                reservations = reservations.isEmpty() ? new LinkedHashSet<>() : reservations;
                reservations.addAll(keep.reservations());
            }
        }
        return List.copyOf(reservations);
    }

    private void close() {
        long freed = cluster.freed();
        inTheWay.forEach(occupant -> occupant.count(cluster, -1));
        closed.forEach(reservation -> count(reservation, 1));
        cluster.nothingFreedSince(freed);
    }

    private void count(Keep.Reservation reservation, int sign) {
        reservation.seats().forEach(of -> cluster.seat(of.node(), RESERVATION, of.shape(), sign * of.pods()));
    }

    private void open() {
        long freed = cluster.freed();
        closed.forEach(reservation -> count(reservation, -1));
        inTheWay.forEach(occupant -> occupant.count(cluster, 1));
        cluster.nothingFreedSince(freed);
    }
}
