package dev.offtake.schedule;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The record of a gang's seats, as runs of equal seats per node. */
final class SeatRuns {
    private final List<Seat> seats;
    private final Optional<Instant> since;

    private SeatRuns(Gang gang) {
        seats = gang.seats();
        since = gang.grant().map(Decision.Grant::since);
    }

    static List<Decision.Seats> of(Gang gang) {
        return new SeatRuns(gang).all();
    }

    private List<Decision.Seats> all() {
        List<Decision.Seats> runs = new ArrayList<>();
        int i = 0;
        while (i < seats.size()) {
            Seat first = seats.get(i);
            int perNode = run(i);
            List<String> nodes = new ArrayList<>();
            while (i < seats.size() && areAlike(first, seats.get(i)) && run(i) == perNode) {
                nodes.add(seats.get(i).node());
                i += perNode;
            }
            Optional<Instant> later = Optional.of(first.since()).filter(at -> !since.equals(Optional.of(at)));
            runs.add(new Decision.Seats(first.podSet(), first.claimant().tier(), perNode, nodes, later));
        }
        return runs;
    }

    /** How many seats from here on are alike and on one node. */
    private int run(int from) {
        Seat first = seats.get(from);
        int to = from;
        while (to < seats.size() && seats.get(to).node().equals(first.node()) && areAlike(first, seats.get(to))) {
            to++;
        }
        return to - from;
    }

    private static boolean areAlike(Seat one, Seat other) {
        return one.podSet().equals(other.podSet())
                && one.claimant().equals(other.claimant())
                && one.since().equals(other.since());
    }
}
