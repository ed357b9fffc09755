package dev.offtake.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * For how long others of its account pass a gang of which nobody can tell when it starts (Rule 5, {@code reserveAfter}).
 * Before that, what is free would lie idle for it, maybe for days; after that everything that is free is kept for it, or
 * smaller gangs would take it again and again.
 */
final class Patience {
    private Duration reserveAfter = Scheduler.RESERVE_AFTER;

    void reserveAfter(Duration duration) {
        reserveAfter = duration;
    }

    /** From when on everything is kept for the gang; empty where that is so from the start. */
    Optional<Instant> end(Gang gang) {
        return reserveAfter.isZero()
                ? Optional.empty()
                : Optional.of(gang.spec().createdAt().plus(reserveAfter));
    }

    /** The first gang of a kind for which everything is kept from another, if there is one. */
    Optional<Holder> holder(Kind kind, Gang from, Optional<Position> there, Instant now) {
        boolean sameLine = kind.line().equals(Queue.Line.of(from));
        Optional<Holder> first = Optional.empty();
        for (Row row : kind.rows().values()) {
            Optional<Instant> end = end(row.first());
            boolean isOver = end.filter(now::isBefore).isEmpty();
            Holder holder = new Holder(row.positionOfFirst(), end.filter(at -> isOver));
            boolean isBefore =
                    there.map(t -> holder.position().compareTo(t) < 0).orElse(true);
            // Nobody passes more urgent work of his own queue: it may borrow what lies idle meanwhile.
            boolean isUrgent = sameLine && row.priority() > from.spec().priority();
            if (isBefore && (isUrgent || isOver)) {
                first = Optional.of(holder.orBefore(first));
            }
        }
        return first;
    }

    /**
     * A gang for which everything is kept.
     *
     * @param since when others ceased to pass it, if they passed it before
     */
    record Holder(Position position, Optional<Instant> since) {
        Holder orBefore(Optional<Holder> other) {
            return other.filter(o -> o.position().compareTo(position) < 0).orElse(this);
        }
    }
}
