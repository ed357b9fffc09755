package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Keep;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Lets a gang pass those of its account that came before it and wait for quota (Rule 5).
 *
 * <p>When they can start at the earliest follows from the ends that those who hold the quota have declared: no sooner
 * than their GPUs are enough for the smallest of those who wait and are not held back for each other. A gang that ends by then may take all that is free; any
 * other may take what is left of it if what ends by then is enough for all who wait. This is EASY backfilling (Lifka, "The
 * ANL/IBM SP Scheduling System", 1995), counted in quota; where quota does not say where work goes, the cells of one gang
 * are left as well ({@link Drains}). Whoever would wait for ever by declared ends is passed until {@link Patience} ends;
 * from then on all that is free is kept for him, for the first of them on each account.
 */
final class Backfill {
    private final Kept kept;
    private final Ends ends;
    private final Patience patience;
    private final Drains drains;

    /**
     * What a gang must leave of an account.
     *
     * @param endBy it need not if it ends by then
     * @param since everything is kept since then for a gang that was passed for long enough
     * @param shortage of the sub-tenant for which everything is kept as it is so far below its share
     */
    record Hold(Keep keep, Optional<Instant> endBy, Optional<Instant> since, Optional<Patience.Shortage> shortage) {
        static final Hold NOTHING = new Hold(Keep.NOTHING, Optional.empty(), Optional.empty(), Optional.empty());

        /** A reason with what is known of when this ends. */
        Reason explain(Reason reason) {
            Reason whose = shortage.map(s -> s.explain(reason)).orElse(reason);
            Reason more =
                    since.map(at -> whose.with("keptSince", at.toString())).orElse(whose);
            return endBy.map(at -> more.with("endBy", at.toString())).orElse(more);
        }
    }

    /**
     * Of a kind that waits.
     *
     * @param at when its gangs can start if nobody else does
     */
    private record Estimate(Kind kind, Instant at) {
        /** Where the first of them stands of those before somebody. */
        Position first(Optional<Position> there) {
            return kind.rows().values().stream()
                    .map(Row::positionOfFirst)
                    .filter(position -> position.goesBefore(there))
                    .reduce((a, b) -> b.goesBefore(a) ? b : a)
                    .orElseThrow();
        }
    }

    /** Where something is kept: of a commitment on nodes, on demand as a place. */
    private record Cells(Set<String> nodes, List<Keep.Reservation> reservations) {
        void add(Drains.Drain drain) {
            if (drain.reservation().isPresent()) {
                reservations.add(drain.reservation().get());
            } else {
                nodes.addAll(drain.cells().nodes());
            }
        }

        boolean isNone() {
            return nodes.isEmpty() && reservations.isEmpty();
        }
    }

    /**
     * What must be left in units of the account.
     *
     * @param left for those whose start can be estimated; not if the gang ends by {@code endBy}
     * @param drained for the holder, however soon the gang ends
     */
    private record Units(long left, int drained, Optional<Instant> endBy, Optional<Patience.Holder> holder) {
        static final Units NONE = new Units(0, 0, Optional.empty(), Optional.empty());

        Hold beside(Cells cells, Instant now) {
            return new Hold(
                    cells.isNone() ? Keep.of(sum()) : new Keep(sum(), cells.nodes(), cells.reservations()),
                    endBy.filter(at -> holder.isEmpty() && now.isBefore(at)),
                    holder.flatMap(Patience.Holder::since),
                    holder.flatMap(Patience.Holder::shortage));
        }

        private int sum() {
            return (int) Math.min(Integer.MAX_VALUE, left + drained);
        }

        /** With what one leaves who does not end before the cells of another are cleared. */
        Units unless(Instant end, int more) {
            return new Units(
                    left + more,
                    drained,
                    Optional.of(Earliest.of(endBy, Optional.of(end)).orElse(end)),
                    holder);
        }

        /** With what nobody may take. */
        Units draining(int units, Optional<Patience.Holder> by) {
            return new Units(left, units, endBy, by);
        }
    }

    Backfill(Kept kept, Ends ends, Patience patience, Drains drains) {
        this.kept = kept;
        this.ends = ends;
        this.patience = patience;
        this.drains = drains;
    }

    /**
     * What the gang must leave of an account to those who go before it.
     *
     * @param there where it stands; empty for behind everybody
     */
    Hold hold(Gang gang, Claimant claimant, Optional<Position> there, Instant now) {
        if (claimant.tier() == Tier.SPOT ? !drains.isAnyForBorrowers() : kept.isNobodyBefore(claimant)) {
            return Hold.NOTHING;
        }
        Units units = kept.on(claimant).isEmpty() ? Units.NONE : units(gang, claimant, there, now);
        List<Drains.Drain> before = drains.of(gang, claimant, there, now);
        Cells cells = new Cells(new HashSet<>(), new ArrayList<>());
        for (Drains.Drain drain : before) {
            if (drain.until().filter(until -> ends(gang, until, now)).isEmpty()) {
                units = with(drain, claimant, units, cells);
            }
        }
        return units.beside(cells, now);
    }

    /** What is to be left besides for one who has cells; of a commitment that is not the gang's own only these. */
    private static Units with(Drains.Drain drain, Claimant claimant, Units units, Cells cells) {
        boolean isOwn = drain.share().claimant().equals(claimant);
        boolean isByShape = isOwn && drain.share().by() == Kind.Short.SHAPE;
        if (drain.until().isPresent()) {
            cells.add(drain);
            return units.unless(drain.until().get(), isByShape ? drain.cells().units() : 0);
        }
        boolean isFirst =
                drain.holder().filter(of -> of.isBefore(units.holder())).isPresent();
        if (isByShape && !isFirst) {
            // All is kept for another already.
            return units;
        }
        cells.add(drain);
        return isFirst ? units.draining(isByShape ? drain.cells().units() : units.drained(), drain.holder()) : units;
    }

    private Units units(Gang gang, Claimant claimant, Optional<Position> there, Instant now) {
        long units = 0;
        List<Estimate> estimates = new ArrayList<>();
        int drained = 0;
        Optional<Patience.Holder> holder = Optional.empty();
        for (Kept.ForKind of : kept.on(claimant)) {
            int count = of.countBefore(there);
            Optional<Instant> at = count > 0 ? estimate(of, claimant, now) : Optional.empty();
            if (at.isPresent()) {
                units += (long) count * of.share().units();
                estimates.add(new Estimate(of.kind(), at.get()));
            } else if (count > 0) {
                Optional<Patience.Holder> first = patience.holder(of.kind(), Optional.of(gang), there, now);
                if (first.isPresent() && first.get().isBefore(holder)) {
                    holder = first;
                    drained = of.share().units();
                }
            }
        }
        Optional<Instant> start = units == 0 ? Optional.empty() : start(estimates, there, now);
        boolean passes = start.filter(at -> !ends(gang, at, now)).isEmpty();
        long left = passes ? 0 : Math.max(0, units - ends.freed(claimant, start.orElseThrow()));
        return new Units(left, drained, start.filter(at -> left > 0), holder);
    }

    /**
     * When the first of those who wait can start. Who would have enough now and stands behind somebody who has not is held
     * back for that one, and cannot start before.
     */
    private static Optional<Instant> start(List<Estimate> estimates, Optional<Position> there, Instant now) {
        Optional<Position> head = estimates.stream()
                .filter(of -> of.at().isAfter(now))
                .map(of -> of.first(there))
                .reduce((a, b) -> b.goesBefore(a) ? b : a);
        return estimates.stream()
                .filter(of -> of.at().isAfter(now) || of.first(there).goesBefore(head))
                .map(Estimate::at)
                .min(Comparator.naturalOrder());
    }

    private static boolean ends(Gang gang, Instant by, Instant now) {
        return Ends.of(gang, now).filter(end -> !end.isAfter(by)).isPresent();
    }

    /** When gangs of a kind can start if nobody else does, where declared ends say so. */
    private Optional<Instant> estimate(Kept.ForKind of, Claimant claimant, Instant now) {
        return of.share().by() == Kind.Short.QUOTA
                ? ends.start(claimant, of.kind().leastGpus(), now)
                : Optional.empty();
    }

    /**
     * When another share is kept without an event: everything for the first of those that are passed, or less for those
     * whose estimate is over, as the next end of an account passes; or other cells.
     */
    Optional<Instant> nextChange(Instant now) {
        Optional<Instant> next = drains.due(now);
        for (Claimant claimant : kept.claimants()) {
            next = Earliest.of(next, nextDrain(claimant, now).filter(now::isBefore));
            next = Earliest.of(next, nextEnd(claimant, now).filter(now::isBefore));
        }
        return next;
    }

    /** The first declared end after the earliest start of those who wait: from then on it counts as given back as well. */
    private Optional<Instant> nextEnd(Claimant claimant, Instant now) {
        if (!ends.anyDeclared(claimant, now)) {
            return Optional.empty();
        }
        return kept.on(claimant).stream()
                .filter(of -> !of.kind().isEmpty())
                .flatMap(of -> estimate(of, claimant, now).stream())
                .min(Comparator.naturalOrder())
                .flatMap(start -> ends.firstAfter(claimant, start, now));
    }

    /** When the first of them was passed for long enough, or will have been. */
    private Optional<Instant> nextDrain(Claimant claimant, Instant now) {
        Optional<Instant> next = Optional.empty();
        for (Kept.ForKind of : kept.on(claimant)) {
            if (!of.kind().isEmpty() && estimate(of, claimant, now).isEmpty()) {
                for (Row row : of.kind().rows().values()) {
                    next = Earliest.of(next, patience.firstEnd(row));
                }
            }
        }
        return next;
    }

    /**
     * Gangs that are alike up to this are tried together: a length, in steps of about a tenth of it; -1 if the gang has
     * declared none.
     */
    static int length(GangSpec gang) {
        return gang.duration()
                .map(Duration::toSeconds)
                .map(seconds -> (int) Math.round(Math.log1p((double) Math.max(0, seconds)) * 8))
                .orElse(-1);
    }
}
