package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Who may keep cells of an account from those who come later: the first of each kind, and those passed for too long. */
final class Candidates {
    private final Cluster cluster;
    private final Kept kept;
    private final Holders holders;
    private final Ends ends;
    private final Patience patience;
    private Instant declaredAt = Instant.MIN;
    private long declaredHolders;
    /** Whether anybody on demand has declared an end, as of then. */
    private boolean declared;

    /** One that waits before another, and may keep cells from it. */
    record Candidate(Gang gang, Position position, Kept.ForKind of, Optional<Patience.Holder> holder) {
        /** That some may pass goes before that nobody may. */
        static final Comparator<Candidate> ORDER = Comparator.comparing(Candidate::position)
                .thenComparing(candidate -> candidate.holder().isPresent());
    }

    Candidates(Cluster cluster, Kept kept, Holders holders, Ends ends, Patience patience) {
        this.cluster = cluster;
        this.kept = kept;
        this.holders = holders;
        this.ends = ends;
        this.patience = patience;
    }

    /**
     * In order.
     *
     * @param from empty for somebody of another tenant
     */
    List<Candidate> of(Optional<Gang> from, Claimant account, Optional<Position> there, Instant now) {
        List<Candidate> candidates = new ArrayList<>();
        for (Kept.ForKind of : waiting(account)) {
            if (of.countBefore(there) > 0) {
                if (isAnyDeclared(account, now)) {
                    of.kind().rows().values().stream()
                            .filter(row -> row.positionOfFirst().goesBefore(there))
                            .min(Comparator.comparing(Row::positionOfFirst))
                            .ifPresent(row -> candidates.add(
                                    new Candidate(row.first(), row.positionOfFirst(), of, Optional.empty())));
                }
                patience.holder(of.kind(), from, there, now)
                        .ifPresent(holder -> candidates.add(
                                new Candidate(holder.gang(), holder.position(), of, Optional.of(holder))));
            }
        }
        candidates.sort(Candidate.ORDER);
        return candidates;
    }

    /** Who waits for cells: also for quota, where work goes into cells that are bound without taking any. */
    List<Kept.ForKind> waiting(Claimant commitment) {
        List<Kept.ForKind> byShape = kept.byShape(commitment);
        List<Kept.ForKind> onQuota = kept.on(commitment);
        boolean isInCells =
                commitment.tier() == Tier.RESERVED && cluster.quotas().unitGpus(commitment.account()) > 1;
        if (onQuota.isEmpty() || !isInCells) {
            return byShape;
        }
        return byShape.isEmpty()
                ? onQuota
                : Stream.concat(byShape.stream(), onQuota.stream()).toList();
    }

    /** Whether anybody who may be in the way has declared an end: what is on demand is in each other's. */
    boolean isAnyDeclared(Claimant account, Instant now) {
        return account.tier() == Tier.ON_DEMAND ? isAnyDeclaredOnDemand(now) : ends.anyDeclared(account, now);
    }

    private boolean isAnyDeclaredOnDemand(Instant now) {
        if (!now.equals(declaredAt) || declaredHolders != holders.changes()) {
            declaredAt = now;
            declaredHolders = holders.changes();
            declared = holders.claimants().stream()
                    .anyMatch(of -> of.tier() == Tier.ON_DEMAND && ends.anyDeclared(of, now));
        }
        return declared;
    }
}
