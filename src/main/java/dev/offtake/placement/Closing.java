package dev.offtake.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Counts what is reserved as if it were in use already, and those in its way as lent, for as long as a place is sought for
 * work on demand. So what is found is idle now, and at the time of the reservation all that is promised has room beside both.
 */
final class Closing {
    /** No account: what is reserved is in nobody's use. */
    private static final Claimant RESERVATION = new Claimant("", Tier.ON_DEMAND);

    private final Cluster cluster;
    private final List<Keep.Reservation> closed = new ArrayList<>();

    private Closing(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Does something while all is counted like that which is to be left. */
    static <T> T during(Cluster cluster, List<Keep> keeps, Supplier<T> search) {
        List<Keep.Reservation> reservations = keeps.stream()
                .flatMap(keep -> keep.reservations().stream())
                .distinct()
                .toList();
        if (reservations.isEmpty()) {
            return search.get();
        }
        Closing closing = new Closing(cluster);
        Map<String, Integer> entitled = cluster.entitled();
        reservations.forEach(closing::close);
        if (!cluster.entitled().equals(entitled)) {
            // Supply was lost since: who is entitled to what is left goes before anybody on demand.
            closing.open();
        }
        try {
            return search.get();
        } finally {
            closing.open();
        }
    }

    private void close(Keep.Reservation reservation) {
        closed.add(reservation);
        long freed = cluster.freed();
        reservation.inTheWay().forEach(occupant -> occupant.count(cluster, -1));
        count(reservation, 1);
        cluster.nothingFreedSince(freed);
    }

    private void count(Keep.Reservation reservation, int sign) {
        reservation.seats().forEach(of -> cluster.seat(of.node(), RESERVATION, of.shape(), sign * of.pods()));
    }

    private void open() {
        for (Keep.Reservation reservation : closed) {
            long freed = cluster.freed();
            count(reservation, -1);
            reservation.inTheWay().forEach(occupant -> occupant.count(cluster, 1));
            cluster.nothingFreedSince(freed);
        }
        closed.clear();
    }
}
