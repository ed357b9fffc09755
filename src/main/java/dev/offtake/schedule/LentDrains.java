package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * For whom cells are kept of those who borrow (Rule 5). Who waits for what is lent has no quota of which anything could be
 * kept, and small gangs that come later would take each node that is given back; so who has been in the queue for longer
 * than {@link Patience} has the cells kept that would fit it with the least work in the way, one gang at a time among those
 * that draw on the same pools. Nobody borrows there but who ends before all in the way have; owners, and what is on demand,
 * go where they always may.
 */
final class LentDrains {
    private final Waiting waiting;
    private final Accounts accounts;
    private final Cluster cluster;
    private final Patience patience;
    private final Clearances clearances;
    private List<Held> held = List.of();

    /** The cells of a gang. */
    private record Held(Gang gang, Claimant claimant, Clearances.Cells cells) {}

    LentDrains(Waiting waiting, Accounts accounts, Cluster cluster, Patience patience, Clearances clearances) {
        this.waiting = waiting;
        this.accounts = accounts;
        this.cluster = cluster;
        this.patience = patience;
        this.clearances = clearances;
    }

    /** When the next gang has waited for long enough; or would have, if nothing else is kept for it. */
    Optional<Instant> due(Instant now) {
        Optional<Instant> due = Optional.empty();
        for (Row row : rows()) {
            // Nobody has waited for longer than since the first of a row was made.
            if (due.filter(patience.earliestOver(row)::isBefore).isPresent() || due.isEmpty()) {
                Instant over = patience.over(patience.longest(row));
                due = now.isBefore(over) && due.filter(over::isAfter).isEmpty() ? Optional.of(over) : due;
            }
        }
        return due;
    }

    /** Whether cells are kept for anybody. */
    boolean isAny() {
        return !held.isEmpty() && held.stream().anyMatch(LentDrains::stillWaits);
    }

    private static boolean stillWaits(Held of) {
        return of.gang().place().isPresent();
    }

    /** Keeps cells for those who have waited for long enough by now. */
    void choose(Instant now) {
        List<Held> next = new ArrayList<>();
        for (Gang gang : overdue(now)) {
            for (Accounts.Choice choice : accounts.choices(gang, now)) {
                Claimant claimant = choice.claimant();
                if (claimant.tier() == Tier.SPOT
                        && next.stream().noneMatch(of -> of.gang() == gang || share(of, claimant))) {
                    Clearances.Cells cells = clearances.of(gang, claimant, now);
                    if (cells.isAny()) {
                        next.add(new Held(gang, claimant, cells));
                    }
                }
            }
        }
        held = next;
    }

    private boolean share(Held of, Claimant claimant) {
        return cluster.sharePool(of.claimant().account(), claimant.account());
    }

    /** Who has waited for long enough, those first that have for the longest time. */
    private List<Gang> overdue(Instant now) {
        List<Gang> overdue = new ArrayList<>();
        for (Row row : rows()) {
            if (!now.isBefore(patience.earliestOver(row))) {
                Gang gang = patience.longest(row);
                if (!now.isBefore(patience.over(gang)) && waitsForLentOnly(gang, now)) {
                    overdue.add(gang);
                }
            }
        }
        overdue.sort(Comparator.comparing(Patience::queuedSince).thenComparing(Gang::id));
        return overdue;
    }

    /** Of those who accept what is lent. */
    private List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (Kind kind : waiting.kinds()) {
            if (kind.key().asked().tiers().contains(Tier.SPOT)) {
                rows.addAll(kind.rows().values());
            }
        }
        return rows;
    }

    /** Whether it is larger than all that could be kept for it besides. */
    private boolean waitsForLentOnly(Gang gang, Instant now) {
        return accounts.choices(gang, now).stream()
                .map(Accounts.Choice::claimant)
                .allMatch(claimant -> claimant.tier() == Tier.SPOT
                        || most(claimant) < gang.spec().leastGpus());
    }

    /** GPUs that an account has if nobody else draws on it. */
    private long most(Claimant claimant) {
        return claimant.tier() == Tier.ON_DEMAND
                ? cluster.quotas().onDemandLimit(claimant.account())
                : cluster.quotas().committedGpus(claimant.account());
    }

    /** Whose cells a gang must not borrow; of those who ask for the same the first in order has its turn. */
    List<Drains.Drain> of(Gang gang, Claimant claimant) {
        Optional<Kind.Key> key = gang.ask().flatMap(Gang.Ask::kind);
        List<Drains.Drain> drains = new ArrayList<>();
        for (Held of : held) {
            boolean isAlike = key.isPresent() && key.equals(of.gang().ask().flatMap(Gang.Ask::kind));
            if (of.gang() != gang && !isAlike && stillWaits(of) && share(of, claimant)) {
                drains.add(drain(of));
            }
        }
        return drains;
    }

    private Drains.Drain drain(Held of) {
        Patience.Holder holder = new Patience.Holder(
                of.gang(), waiting.positionOf(of.gang()), Optional.of(patience.over(of.gang())), Optional.empty());
        return new Drains.Drain(
                new Kind.Share(of.claimant(), 0, Kind.Short.SHAPE),
                of.cells(),
                of.cells().end(),
                Optional.of(holder),
                Optional.empty());
    }
}
