package dev.offtake.schedule;

import java.util.Optional;

/**
 * Where a gang was put in the queue, by what it asked for then; one for all rows in which it stands, as there may be
 * very many. Mutable only in what the gang has been told.
 */
final class Place {
    private final Gang gang;
    private final Rank rank;
    private final Position.Age age;
    private final Optional<Kind> kind;
    private int untoldSince = -1;

    /** @param kind empty for one that has its place in line, but never a turn */
    Place(Gang gang, Rank rank, Optional<Kind> kind) {
        this.gang = gang;
        this.rank = rank;
        this.age = Position.Age.of(gang);
        this.kind = kind;
    }

    Gang gang() {
        return gang;
    }

    Queue.Line line() {
        return rank.line();
    }

    Rank rank() {
        return rank;
    }

    int priority() {
        return rank.priority();
    }

    /** At which the gang came in. */
    Position.Age age() {
        return age;
    }

    Optional<Kind> kind() {
        return kind;
    }

    /** How often all of its kind had been told when the gang became one that is not; -1 for one that went. */
    int untoldSince() {
        return untoldSince;
    }

    void untoldSince(int times) {
        untoldSince = times;
    }
}
