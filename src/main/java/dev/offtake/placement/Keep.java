package dev.offtake.placement;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What earlier gangs wait for, and what one that comes later must leave to them.
 *
 * @param units of its account; GPUs on demand
 * @param nodes that take no more of its work
 * @param reservations of work on demand, for work on demand
 */
public record Keep(int units, Set<String> nodes, List<Reservation> reservations) {
    public static final Keep NOTHING = new Keep(0, Set.of());

    /**
     * A place that a gang will have when others have ended. What else is placed has to fit beside it, and so has what is
     * promised, then.
     *
     * @param seats its place
     * @param inTheWay who has to end first, with what they have now
     */
    public record Reservation(List<Placer.Lying> seats, List<Clearing.Occupant> inTheWay) {
        public Reservation {
            seats = List.copyOf(seats);
            inTheWay = List.copyOf(inTheWay);
        }

        private Reservation without(Predicate<Clearing.Occupant> counted) {
            return new Reservation(
                    seats, inTheWay.stream().filter(counted.negate()).toList());
        }

        int nodes() {
            return (int) seats.stream().map(Placer.Lying::node).distinct().count();
        }
    }

    public Keep {
        nodes = Set.copyOf(nodes);
        reservations = List.copyOf(reservations);
    }

    public Keep(int units, Set<String> nodes) {
        this(units, nodes, List.of());
    }

    public static Keep of(int units) {
        return units == 0 ? NOTHING : new Keep(units, Set.of());
    }

    /**
     * The same while some of those in the way count as lent or as gone already, for a trial: what they have is to be taken
     * off once.
     */
    public Keep without(Predicate<Clearing.Occupant> counted) {
        return reservations.isEmpty()
                ? this
                : new Keep(
                        units,
                        nodes,
                        reservations.stream()
                                .map(reservation -> reservation.without(counted))
                                .toList());
    }

    /** The same, and no more work on other nodes either. */
    public Keep besides(Set<String> others) {
        Set<String> all = new HashSet<>(nodes);
        all.addAll(others);
        return new Keep(units, all, reservations);
    }

    /** Whether anything has to be left. */
    boolean isAny() {
        return units > 0 || isAnywhere();
    }

    /** Whether it matters where a place is. */
    boolean isAnywhere() {
        return !nodes.isEmpty() || !reservations.isEmpty();
    }

    /** On how many nodes something is kept. */
    int countNodes() {
        return nodes.size() + reservations.stream().mapToInt(Reservation::nodes).sum();
    }

    /** Whether who has to leave this has to leave the other as well. */
    public boolean covers(Keep other) {
        return units >= other.units
                && (nodes == other.nodes || nodes.containsAll(other.nodes))
                && reservations.containsAll(other.reservations);
    }
}
