package dev.offtake.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gangs of one line and one priority, the oldest first; of one sub-tenant where they ask for the same. */
final class Row {
    private final Rank rank;
    private final Shares shares;
    private final List<Place> members = new ArrayList<>();
    private Optional<Position.Age> turn = Optional.empty();

    Row(Rank rank, Shares shares) {
        this.rank = rank;
        this.shares = shares;
    }

    /** Who comes is the youngest most often, and all who come at once are added by age: those are not searched for. */
    void add(Place place) {
        if (members.isEmpty() || youngest().compareTo(place.age()) < 0) {
            members.add(place);
        } else {
            members.add(firstNotBefore(place.age()), place);
        }
    }

    void remove(Place place) {
        int at = firstNotBefore(place.age());
        if (at == members.size() || members.get(at) != place) {
            throw new IllegalStateException(place.gang().id() + " does not stand here");
        }
        members.remove(at);
    }

    private int firstNotBefore(Position.Age age) {
        int low = 0;
        int high = members.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (members.get(middle).age().compareTo(age) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    Rank rank() {
        return rank;
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    int size() {
        return members.size();
    }

    Gang first() {
        return members.get(0).gang();
    }

    /** The gang so far behind the first. */
    Gang get(int i) {
        return members.get(i).gang();
    }

    Gang last() {
        return members.get(members.size() - 1).gang();
    }

    Position.Age youngest() {
        return members.get(members.size() - 1).age();
    }

    void addGangsTo(List<Gang> gangs) {
        for (Place member : members) {
            gangs.add(member.gang());
        }
    }

    /** Nobody here has a turn before this one. */
    void standBehind(Optional<Position.Age> youngestBefore) {
        turn = youngestBefore;
    }

    Position positionOfFirst() {
        return position(0);
    }

    Position positionOfLast() {
        return position(members.size() - 1);
    }

    /** Where the gang stands that is so far behind the first, which will all have been served when it is its turn. */
    Position position(int i) {
        Position.Age age = members.get(i).age();
        Portion portion = rank.subTenant().isEmpty()
                ? Portion.NONE
                : shares.portion(rank).plus((long) i * first().spec().gpus());
        return new Position(rank, turn.filter(t -> t.compareTo(age) > 0).orElse(age), age, portion);
    }

    /** How many go before somebody who stands there. */
    int countBefore(Position there) {
        int low = 0;
        int high = members.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (position(middle).goesBefore(there)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
