package dev.offtake.schedule;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Gangs of one line and one priority, the oldest first; of one sub-tenant where they ask for the same. */
final class Row {
    private static final Comparator<Member> BY_AGE = Comparator.comparing(Member::age);

    private final Rank rank;
    private final Shares shares;
    private final List<Member> members = new ArrayList<>();
    private Optional<Position.Age> turn = Optional.empty();

    /** A gang with the age at which it came in. */
    private record Member(Position.Age age, Gang gang) {}

    Row(Rank rank, Shares shares) {
        this.rank = rank;
        this.shares = shares;
    }

    void add(Position.Age age, Gang gang) {
        Member member = new Member(age, gang);
        int at = Collections.binarySearch(members, member, BY_AGE);
        members.add(-at - 1, member);
    }

    void remove(Position.Age age, Gang gang) {
        members.remove(Collections.binarySearch(members, new Member(age, gang), BY_AGE));
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

    List<Gang> gangs() {
        return members.stream().map(Member::gang).toList();
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
