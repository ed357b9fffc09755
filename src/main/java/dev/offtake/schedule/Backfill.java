package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lets a gang pass those of its account that came before it and wait for quota (Rule 5).
 *
 * <p>When they can start at the earliest follows from the ends that those who hold the quota have declared: no sooner
 * than their GPUs are enough for the smallest of those who wait. A gang that ends by then may take all that is free; any
 * other may take what is left of it if what ends by then is enough for all who wait. This is EASY backfilling (Lifka, "The
 * ANL/IBM SP Scheduling System", 1995), counted in quota. Whoever would wait for ever by declared ends is passed until
 * {@link Patience} ends; from then on all that is free is kept for him, for the first of them on each account.
 */
final class Backfill {
    private final Cluster cluster;
    private final Holders holders;
    private final Kept kept;
    private final Patience patience;
    private final Map<Claimant, Frees> known = new HashMap<>();
    private Instant knownAt = Instant.MIN;
    private long knownOf = -1;

    private record End(Instant at, int gpus) {}

    /** What is free of an account, and what is given back when, in order. */
    private record Frees(long free, List<End> ends) {}

    /**
     * What a gang must leave of an account.
     *
     * @param endBy it need not if it ends by then
     * @param since everything is kept since then for a gang that was passed for long enough
     * @param shortage of the sub-tenant for which everything is kept as it is so far below its share
     */
    record Hold(int units, Optional<Instant> endBy, Optional<Instant> since, Optional<Patience.Shortage> shortage) {
        /** A reason with what is known of when this ends. */
        Reason explain(Reason reason) {
            Reason whose = shortage.map(s -> s.explain(reason)).orElse(reason);
            Reason more =
                    since.map(at -> whose.with("keptSince", at.toString())).orElse(whose);
            return endBy.map(at -> more.with("endBy", at.toString())).orElse(more);
        }
    }

    Backfill(Cluster cluster, Holders holders, Kept kept, Patience patience) {
        this.cluster = cluster;
        this.holders = holders;
        this.kept = kept;
        this.patience = patience;
    }

    /**
     * What the gang must leave of an account to those who go before it.
     *
     * @param there where it stands; empty for behind everybody
     */
    Hold hold(Gang gang, Claimant claimant, Optional<Position> there, Instant now) {
        long units = 0;
        long least = Long.MAX_VALUE;
        int drained = 0;
        Optional<Patience.Holder> holder = Optional.empty();
        for (Kept.ForKind of : kept.on(claimant)) {
            int count = of.countBefore(there);
            if (count > 0 && isEstimated(of, claimant, now)) {
                units += (long) count * of.share().units();
                least = Math.min(least, of.kind().leastGpus());
            } else if (count > 0) {
                Optional<Patience.Holder> first = patience.holder(of.kind(), gang, there, now);
                if (first.isPresent() && first.get().isBefore(holder)) {
                    holder = first;
                    drained = of.share().units();
                }
            }
        }
        Optional<Instant> start = units == 0 ? Optional.empty() : start(claimant, least, now);
        boolean passes = start.isEmpty()
                || end(gang, now).filter(end -> !end.isAfter(start.get())).isPresent();
        long left = passes ? 0 : Math.max(0, units - freed(claimant, start.orElseThrow()));
        boolean endsByItself = left > 0 && drained == 0;
        return new Hold(
                (int) Math.min(Integer.MAX_VALUE, left + drained),
                start.filter(at -> endsByItself && now.isBefore(at)),
                holder.flatMap(Patience.Holder::since),
                holder.flatMap(Patience.Holder::shortage));
    }

    /** Whether declared ends say when gangs of a kind can start. */
    private boolean isEstimated(Kept.ForKind of, Claimant claimant, Instant now) {
        return !of.share().bySupply()
                && start(claimant, of.kind().leastGpus(), now).isPresent();
    }

    private static Optional<Instant> end(Gang gang, Instant now) {
        return gang.seats().isEmpty() ? gang.spec().duration().map(now::plus) : declaredEnd(gang);
    }

    /**
     * When another share is kept without an event: everything for the first of those that are passed, or less for those
     * whose estimate is over, as the next end of an account passes.
     */
    Optional<Instant> nextChange(Instant now) {
        Optional<Instant> next = Optional.empty();
        for (Claimant claimant : kept.claimants()) {
            next = earlier(next, nextDrain(claimant, now).filter(now::isBefore));
            next = earlier(next, nextEnd(claimant, now).filter(now::isBefore));
        }
        return next;
    }

    private static Optional<Instant> earlier(Optional<Instant> a, Optional<Instant> b) {
        return a.isEmpty() || (b.isPresent() && b.get().isBefore(a.get())) ? b : a;
    }

    /** The first declared end after the earliest start of those who wait: from then on it counts as given back as well. */
    private Optional<Instant> nextEnd(Claimant claimant, Instant now) {
        if (frees(claimant, now).ends().isEmpty()) {
            return Optional.empty();
        }
        return kept.on(claimant).stream()
                .filter(of -> !of.kind().isEmpty() && isEstimated(of, claimant, now))
                .flatMap(of -> start(claimant, of.kind().leastGpus(), now).stream())
                .min(Comparator.naturalOrder())
                .flatMap(start -> frees(claimant, now).ends().stream()
                        .map(End::at)
                        .filter(start::isBefore)
                        .findFirst());
    }

    /** When the first of them was passed for long enough, or will have been. */
    private Optional<Instant> nextDrain(Claimant claimant, Instant now) {
        Optional<Instant> next = Optional.empty();
        for (Kept.ForKind of : kept.on(claimant)) {
            if (!of.kind().isEmpty() && !isEstimated(of, claimant, now)) {
                for (Row row : of.kind().rows().values()) {
                    next = earlier(next, patience.firstEnd(row));
                }
            }
        }
        return next;
    }

    /**
     * When so many GPUs of an account will be free at the earliest, by the ends that were declared.
     *
     * @return empty for never
     */
    Optional<Instant> start(Claimant claimant, long gpus, Instant now) {
        Frees frees = frees(claimant, now);
        long free = frees.free();
        Instant at = now;
        for (End end : frees.ends()) {
            if (free >= gpus) {
                break;
            }
            free += end.gpus();
            at = end.at().isAfter(at) ? end.at() : at;
        }
        return free >= gpus ? Optional.of(at) : Optional.empty();
    }

    private Frees frees(Claimant claimant, Instant now) {
        if (!now.equals(knownAt) || holders.changes() != knownOf) {
            known.clear();
            knownAt = now;
            knownOf = holders.changes();
        }
        return known.computeIfAbsent(claimant, this::frees);
    }

    private Frees frees(Claimant claimant) {
        long free = claimant.tier() == Tier.RESERVED
                ? cluster.committedGpus(claimant.account())
                : cluster.onDemandLimit(claimant.account());
        List<End> ends = new ArrayList<>();
        for (Map.Entry<Gang, Integer> held : holders.of(claimant).entrySet()) {
            free -= held.getValue();
            declaredEnd(held.getKey()).ifPresent(at -> ends.add(new End(at, held.getValue())));
        }
        ends.sort(Comparator.comparing(End::at));
        return new Frees(free, ends);
    }

    /** One that is over leaves pod by pod: what the first of them leave is not for those who need less. */
    private static Optional<Instant> declaredEnd(Gang gang) {
        return gang.phase() == Gang.Phase.CLOSING
                ? Optional.of(Instant.EPOCH)
                : gang.grant().flatMap(Decision.Grant::declaredEnd);
    }

    /** Units that are given back by then, cells that a gang shares with others not counted. */
    private int freed(Claimant claimant, Instant by) {
        int unit = claimant.tier() == Tier.RESERVED ? Math.max(1, cluster.unitGpus(claimant.account())) : 1;
        int units = 0;
        for (Map.Entry<Gang, Integer> held : holders.of(claimant).entrySet()) {
            if (declaredEnd(held.getKey()).filter(end -> !end.isAfter(by)).isPresent()) {
                units += held.getValue() % unit == 0 ? held.getValue() / unit : 0;
            }
        }
        return units;
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
