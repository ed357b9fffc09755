package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.Keep;
import dev.offtake.placement.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whose cells are kept from a gang that comes later (Rule 5), where it is not only how much is left of a commitment that
 * decides, but where: one gang's of each commitment, the first in order that has any, and that of the first on demand. Until all in their way have ended as
 * they declared, whoever ends by then may pass; where nobody can tell, everybody may until {@link Patience} ends.
 */
final class Drains {
    /** So many gangs at most are asked for, the first in order: others may be in the way of each. */
    private static final int MOST = 8;

    private final Cluster cluster;
    private final Kept kept;
    private final Holders holders;
    private final Ends ends;
    private final Patience patience;
    private final Clearances clearances;
    private final Map<Claimant, Known> known = new HashMap<>();

    /**
     * The cells of a gang that goes first.
     *
     * @param share that it waits for
     * @param until who ends by then may pass, if anybody may
     * @param holder why nobody may
     * @param reservation the place itself, of work on demand
     */
    record Drain(
            Kind.Share share,
            Clearances.Cells cells,
            Optional<Instant> until,
            Optional<Patience.Holder> holder,
            Optional<Keep.Reservation> reservation) {}

    /** Who has cells of a commitment, and where he stands. */
    private record First(Drain drain, Position position) {}

    /** The first of a commitment for everybody of other tenants, as long as all this is the same. */
    private record Known(Optional<First> first, Instant now, long holders, int waiting) {}

    /** One that waits before another, and may keep cells from it. */
    private record Candidate(Gang gang, Position position, Kept.ForKind of, Optional<Patience.Holder> holder) {
        /** That some may pass goes before that nobody may. */
        static final Comparator<Candidate> ORDER = Comparator.comparing(Candidate::position)
                .thenComparing(candidate -> candidate.holder().isPresent());
    }

    Drains(Cluster cluster, Kept kept, Holders holders, Ends ends, Patience patience, Clearances clearances) {
        this.cluster = cluster;
        this.kept = kept;
        this.holders = holders;
        this.ends = ends;
        this.patience = patience;
        this.clearances = clearances;
    }

    /** Everybody is served anew. */
    void begin() {
        clearances.begin();
        forget();
    }

    /** Somebody came, or waits no more. */
    void forget() {
        known.clear();
    }

    /** Another number after cells are kept no longer from those who were asked before. */
    long givenUp() {
        return clearances.givenUp();
    }

    /** When other cells may be kept without an event. */
    Optional<Instant> due(Instant now) {
        return clearances.due(now);
    }

    /** Whether cells may be kept from anybody. */
    boolean isAny() {
        return clearances.isAny();
    }

    /** Whether cells are kept on an account for a gang that goes behind this one. */
    boolean isAnyBehind(Gang gang, Claimant claimant) {
        return clearances.isAnyBehind(gang, claimant);
    }

    /**
     * When, by declared ends, the cells are free that would fit a gang of the commitment with the least work in the way.
     *
     * @return empty where nobody can tell
     */
    Optional<Instant> clearedAt(Gang gang, Claimant commitment, Instant now) {
        return isAnyDeclared(commitment, now)
                ? Optional.of(clearances.of(gang, commitment, now))
                        .filter(Clearances.Cells::isAny)
                        .flatMap(Clearances.Cells::end)
                : Optional.empty();
    }

    /**
     * Whose cells a gang must not take on an account; what is on demand goes behind all that is Reserved, and behind what
     * came before it on demand, whosoever that is.
     */
    List<Drain> of(Gang gang, Claimant claimant, Optional<Position> there, Instant now) {
        Collection<Claimant> commitments = switch (claimant.tier()) {
            case RESERVED -> List.of(claimant);
            case ON_DEMAND -> kept.commitments();
            case SPOT -> List.of();
        };
        List<Drain> drains = new ArrayList<>();
        if (claimant.tier() == Tier.ON_DEMAND) {
            List<Claimant> accounts = kept.onDemand().stream()
                    .filter(account -> cluster.sharePool(account.account(), claimant.account()))
                    .toList();
            first(gang, accounts, there, now).map(First::drain).ifPresent(drains::add);
        }
        for (Claimant commitment : commitments) {
            Optional<First> first = isOfOther(gang, commitment)
                    ? ofOther(gang, commitment, now)
                            .filter(of -> there.filter(t -> !of.position().goesBefore(t))
                                    .isEmpty())
                    : first(gang, List.of(commitment), there, now);
            first.map(First::drain).ifPresent(drains::add);
        }
        return drains;
    }

    /** Whether anybody who may be in the way has declared an end: what is on demand is in each other's. */
    private boolean isAnyDeclared(Claimant account, Instant now) {
        return account.tier() == Tier.ON_DEMAND
                ? holders.claimants().stream().anyMatch(of -> of.tier() == Tier.ON_DEMAND && ends.anyDeclared(of, now))
                : ends.anyDeclared(account, now);
    }

    /** Whether those who wait for the commitment are of another tenant than the gang: only by age it goes behind them. */
    private boolean isOfOther(Gang gang, Claimant commitment) {
        return waiting(commitment).stream()
                .findFirst()
                .filter(of ->
                        of.kind().line().tenant().equals(gang.rank().line().tenant()))
                .isEmpty();
    }

    /** On demand each gang has to leave the cells of all commitments: they are not sought anew for each. */
    private Optional<First> ofOther(Gang gang, Claimant commitment, Instant now) {
        int waiting = kept.on(commitment).size() + kept.byShape(commitment).size();
        Known before = known.get(commitment);
        if (before == null
                || !before.now().equals(now)
                || before.holders() != holders.changes()
                || before.waiting() != waiting) {
            before =
                    new Known(first(gang, List.of(commitment), Optional.empty(), now), now, holders.changes(), waiting);
            known.put(commitment, before);
        }
        return before.first();
    }

    private Optional<First> first(Gang from, List<Claimant> accounts, Optional<Position> there, Instant now) {
        List<Candidate> candidates = new ArrayList<>();
        accounts.forEach(account -> candidates.addAll(candidates(from, account, there, now)));
        candidates.sort(Candidate.ORDER);
        for (Candidate candidate : candidates.subList(0, Math.min(MOST, candidates.size()))) {
            Claimant account = candidate.of().share().claimant();
            Clearances.Cells cells = clearances.of(candidate.gang(), account, now);
            Optional<Instant> until = cells.end().flatMap(end -> until(candidate, end, now));
            if (cells.isAny() && (until.isPresent() || candidate.holder().isPresent())) {
                Optional<Keep.Reservation> reservation = account.tier() == Tier.ON_DEMAND
                        ? Optional.of(clearances.reservation(candidate.gang(), cells, now))
                        : Optional.empty();
                return Optional.of(new First(
                        new Drain(candidate.of().share(), cells, until, candidate.holder(), reservation),
                        candidate.position()));
            }
        }
        return Optional.empty();
    }

    /** The quota may be there before the cells are, but not the other way round. */
    private Optional<Instant> until(Candidate candidate, Instant end, Instant now) {
        Kind.Share share = candidate.of().share();
        return switch (share.by()) {
            case SHAPE -> Optional.of(end);
            case QUOTA ->
                ends.start(share.claimant(), candidate.of().kind().leastGpus(), now)
                        .map(start -> start.isBefore(end) ? start : end);
            case SUPPLY -> Optional.empty();
        };
    }

    private List<Candidate> candidates(Gang from, Claimant commitment, Optional<Position> there, Instant now) {
        List<Candidate> candidates = new ArrayList<>();
        for (Kept.ForKind of : waiting(commitment)) {
            if (of.countBefore(there) > 0) {
                if (isAnyDeclared(commitment, now)) {
                    of.kind().rows().values().stream()
                            .filter(row -> there.filter(
                                            t -> !row.positionOfFirst().goesBefore(t))
                                    .isEmpty())
                            .min(Comparator.comparing(Row::positionOfFirst))
                            .ifPresent(row -> candidates.add(
                                    new Candidate(row.first(), row.positionOfFirst(), of, Optional.empty())));
                }
                patience.holder(of.kind(), from, there, now)
                        .ifPresent(holder -> candidates.add(
                                new Candidate(holder.gang(), holder.position(), of, Optional.of(holder))));
            }
        }
        return candidates;
    }

    /** Who waits for cells: also for quota, where work goes into cells that are bound without taking any. */
    private List<Kept.ForKind> waiting(Claimant commitment) {
        List<Kept.ForKind> byShape = kept.byShape(commitment);
        List<Kept.ForKind> onQuota = kept.on(commitment);
        boolean isInCells = commitment.tier() == Tier.RESERVED && cluster.unitGpus(commitment.account()) > 1;
        if (onQuota.isEmpty() || !isInCells) {
            return byShape;
        }
        return byShape.isEmpty()
                ? onQuota
                : Stream.concat(byShape.stream(), onQuota.stream()).toList();
    }
}
