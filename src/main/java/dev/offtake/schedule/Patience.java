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
    private Duration reserveAfter = WaitLimits.DEFAULT.reserveAfter();

    void reserveAfter(Duration duration) {
        reserveAfter = duration;
    }

    /** From when on everything is kept for the gang; empty where that is so from the start. Only time in the queue counts. */
    Optional<Instant> end(Gang gang) {
        return reserveAfter.isZero()
                ? Optional.empty()
                : Optional.of(earliestEnd(gang).plus(gang.ran()));
    }

    private Instant earliestEnd(Gang gang) {
        return gang.spec().createdAt().plus(reserveAfter);
    }

    /** The first gang of a kind for which everything is kept from another, if there is one. */
    Optional<Holder> holder(Kind kind, Gang from, Optional<Position> there, Instant now) {
        boolean sameLine = kind.line().equals(Queue.Line.of(from));
        Optional<Holder> first = Optional.empty();
        for (Row row : kind.rows().values()) {
            // Nobody passes more urgent work of his own queue: he may borrow what lies idle meanwhile.
            boolean isUrgent = sameLine && row.priority() > from.spec().priority();
            Optional<Holder> holder = isUrgent
                    ? Optional.of(new Holder(row.positionOfFirst(), overSince(row.first(), now)))
                    : firstOver(row, now);
            Optional<Holder> before = holder.filter(
                    h -> there.map(t -> h.position().compareTo(t) < 0).orElse(true));
            if (before.isPresent() && before.get().isBefore(first)) {
                first = before;
            }
        }
        return first;
    }

    private Optional<Instant> overSince(Gang gang, Instant now) {
        return end(gang).filter(at -> !now.isBefore(at));
    }

    private Optional<Holder> firstOver(Row row, Instant now) {
        for (int i = 0; i < row.size() && (reserveAfter.isZero() || !now.isBefore(earliestEnd(row.get(i)))); i++) {
            Optional<Instant> since = overSince(row.get(i), now);
            if (since.isPresent() || reserveAfter.isZero()) {
                return Optional.of(new Holder(row.position(i), since));
            }
        }
        return Optional.empty();
    }

    /** When the first gang of a row has been passed for long enough, or has been; empty where nobody is passed. */
    Optional<Instant> firstEnd(Row row) {
        Optional<Instant> first = Optional.empty();
        for (int i = 0;
                !reserveAfter.isZero()
                        && i < row.size()
                        && first.filter(earliestEnd(row.get(i))::isAfter).isEmpty();
                i++) {
            Optional<Instant> end = end(row.get(i));
            first = end.isPresent() && first.filter(end.get()::isAfter).isEmpty() ? end : first;
        }
        return first;
    }

    /**
     * A gang for which everything is kept.
     *
     * @param since when others ceased to pass it, if they passed it before
     */
    record Holder(Position position, Optional<Instant> since) {
        /** Whether it goes before the other, if there is one. */
        boolean isBefore(Optional<Holder> other) {
            return other.map(o -> position.compareTo(o.position()) < 0).orElse(true);
        }
    }
}
