package dev.offtake.schedule;

import dev.offtake.placement.Tier;
import java.time.Instant;
import java.util.Optional;

/**
 * Where a gang stands in the order of Rule 5 among all that wait.
 *
 * <p>In its own line a gang goes before those of lower priority whatever their age; and as the head of a line stands
 * for it, those behind have their turn no earlier than it has.
 *
 * <p>Shares of sub-tenants change with each turn, so an order of many positions does not look at them; which of two gangs
 * goes first as things stand, {@link #goesBefore} says.
 *
 * @param turn the youngest of those in its line that have a higher priority, and itself
 * @param portion how much its sub-tenant has of its share when it is its turn
 */
record Position(Rank rank, Age turn, Age age, Portion portion) implements Comparable<Position> {
    /** How long a gang has been there; of those made at the same instant the first by name counts as the oldest. */
    record Age(Instant createdAt, GangId id) implements Comparable<Age> {
        static Age of(Gang gang) {
            return new Age(gang.spec().createdAt(), gang.id());
        }

        @Override
        public int compareTo(Age other) {
            int byInstant = createdAt.compareTo(other.createdAt);
            return byInstant != 0 ? byInstant : id.compareTo(other.id);
        }
    }

    /** The same when its sub-tenant has so much of its share. */
    Position with(Portion now) {
        return new Position(rank, turn, age, now);
    }

    Tier tier() {
        return rank.line().tier();
    }

    int priority() {
        return rank.priority();
    }

    /** Whether it has its turn first. */
    boolean goesBefore(Position other) {
        int byShare = rank.competesByShare(other.rank) ? portion.compareTo(other.portion) : 0;
        return byShare != 0 ? byShare < 0 : compareTo(other) < 0;
    }

    /** The same, or whether somebody stands there who goes behind everybody if there is none. */
    boolean goesBefore(Optional<Position> there) {
        return there.isEmpty() || goesBefore(there.get());
    }

    /** Not by share. */
    @Override
    public int compareTo(Position other) {
        int byTier = tier().compareTo(other.tier());
        if (byTier != 0) {
            return byTier;
        }
        int byTurn = turn.compareTo(other.turn);
        if (byTurn != 0) {
            return byTurn;
        }
        // Only gangs of one line share a turn.
        return priority() != other.priority()
                ? Integer.compare(other.priority(), priority())
                : age.compareTo(other.age);
    }
}
