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
    private final Shares shares;
    private Duration reserveAfter = WaitRules.DEFAULT.reserveAfter();

    Patience(Shares shares) {
        this.shares = shares;
    }

    void reserveAfter(Duration duration) {
        reserveAfter = duration;
    }

    /** Who was made before this goes first, where others go before their elders. */
    Instant overdue(Instant now) {
        return now.minus(reserveAfter);
    }

    /** From when on everything is kept for the gang; empty where that is so from the start. Only time in the queue counts. */
    Optional<Instant> end(Gang gang) {
        return reserveAfter.isZero() ? Optional.empty() : Optional.of(over(gang));
    }

    private Instant earliestEnd(Gang gang) {
        return gang.spec().createdAt().plus(reserveAfter);
    }

    /**
     * The first gang of a kind for which everything is kept from another, if there is one.
     *
     * @param from empty for somebody of another tenant
     */
    Optional<Holder> holder(Kind kind, Optional<Gang> from, Optional<Position> there, Instant now) {
        Optional<Holder> first = Optional.empty();
        for (Row row : kind.rows().values()) {
            // Nobody passes more urgent work of his own queue: he may borrow what lies idle meanwhile.
            Optional<Shortage> shortage = from.flatMap(gang -> shortage(row, gang));
            boolean isMoreUrgent = from.isPresent() && isMoreUrgent(row, from.get());
            Optional<Holder> holder = isMoreUrgent || shortage.isPresent()
                    ? Optional.of(new Holder(row.first(), row.positionOfFirst(), overSince(row.first(), now), shortage))
                    : firstOver(row, now);
            Optional<Holder> before = holder.filter(
                    h -> there.map(t -> h.position().goesBefore(t)).orElse(true));
            if (before.isPresent() && before.get().isBefore(first)) {
                first = before;
            }
        }
        return first;
    }

    private static boolean isMoreUrgent(Row row, Gang from) {
        return row.rank().line().equals(from.rank().line())
                && row.rank().priority() > from.rank().priority();
    }

    /**
     * How a sub-tenant is below its share that would have no more of it than that of the gang has already, even with
     * what it waits for. Otherwise those of the one may pass those of the other, or what is free would lie idle for
     * nothing: they have about the same.
     */
    private Optional<Shortage> shortage(Row row, Gang from) {
        if (!row.rank().competesByShare(from.rank())) {
            return Optional.empty();
        }
        Portion has = row.positionOfFirst().portion();
        Portion passing = shares.portion(from.rank());
        return has.plus(row.first().spec().leastGpus()).compareTo(passing) <= 0
                ? Optional.of(new Shortage(row.rank().subTenant().orElseThrow().name(), has, passing))
                : Optional.empty();
    }

    private Optional<Instant> overSince(Gang gang, Instant now) {
        return end(gang).filter(at -> !now.isBefore(at));
    }

    private Optional<Holder> firstOver(Row row, Instant now) {
        for (int i = 0; i < row.size() && (reserveAfter.isZero() || !now.isBefore(earliestEnd(row.get(i)))); i++) {
            Optional<Instant> since = overSince(row.get(i), now);
            if (since.isPresent() || reserveAfter.isZero()) {
                return Optional.of(new Holder(row.get(i), row.position(i), since, Optional.empty()));
            }
        }
        return Optional.empty();
    }

    /** When the first gang of a row has been passed for long enough, or has been; empty where nobody is passed. */
    Optional<Instant> firstEnd(Row row) {
        return end(longest(row));
    }

    /** The gang of a row that has been in the queue for the longest time. */
    Gang longest(Row row) {
        Gang longest = row.first();
        for (int i = 1; i < row.size() && row.get(i).spec().createdAt().isBefore(queuedSince(longest)); i++) {
            longest = queuedSince(row.get(i)).isBefore(queuedSince(longest)) ? row.get(i) : longest;
        }
        return longest;
    }

    /** From when on a gang would have been in the queue, had it been there ever since. */
    static Instant queuedSince(Gang gang) {
        return gang.spec().createdAt().plus(gang.ran());
    }

    /** Before that nobody of a row has been in the queue for long enough. */
    Instant earliestOver(Row row) {
        return earliestEnd(row.first());
    }

    /** From when on nobody passes the gang. */
    Instant over(Gang gang) {
        return queuedSince(gang).plus(reserveAfter);
    }

    /**
     * A sub-tenant that has less of its share than another one.
     *
     * @param subTenant empty for those that no name is for
     */
    record Shortage(String subTenant, Portion has, Portion other) {
        /** A reason with what both have. */
        Reason explain(Reason reason) {
            return reason.with(Reason.SUB_TENANT, subTenant)
                    .with("subTenantGpus", String.valueOf(has.gpus()))
                    .with("subTenantWeight", String.valueOf(has.weight()))
                    .with("ownGpus", String.valueOf(other.gpus()))
                    .with("ownWeight", String.valueOf(other.weight()));
        }
    }

    /**
     * A gang for which everything is kept.
     *
     * @param since when others ceased to pass it, if they passed it before
     * @param shortage of its sub-tenant, if that is why
     */
    record Holder(Gang gang, Position position, Optional<Instant> since, Optional<Shortage> shortage) {
        /** Whether it goes before the other, if there is one. */
        boolean isBefore(Optional<Holder> other) {
            return other.map(o -> position.goesBefore(o.position())).orElse(true);
        }
    }
}
