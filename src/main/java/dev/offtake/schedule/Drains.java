package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.Keep;
import dev.offtake.placement.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whose cells are kept from a gang that comes later (Rule 5), where it is not only how much is left of a commitment that
 * decides, but where: one gang's of each commitment, the first in order that has any, and that of the first on demand.
 * Until all in their way have ended as they declared, whoever ends by then may pass; where nobody can tell, everybody may
 * until {@link Patience} ends.
 */
final class Drains {
    /** So many gangs at most are asked for, the first in order: others may be in the way of each. */
    private static final int MOST = 8;

    private final Cluster cluster;
    private final Kept kept;
    private final Holders holders;
    private final Ends ends;
    private final Clearances clearances;
    private final Candidates candidates;
    private final LentDrains lentDrains;
    /** On demand each gang has to leave the cells of everybody: who goes first is not sought anew for each. */
    private final Map<Claimant, Known> known = new HashMap<>();

    /** What of that is of the same tenant. */
    private final Map<String, List<Known>> byTenant = new HashMap<>();

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

    /** Those who wait for an account as they are for everybody of other tenants, as long as the numbers are the same. */
    private final class Known {
        final Optional<String> tenant;
        private final Claimant account;
        private final Instant now;
        private final long holdersThen = holders.changes();
        private final int waiting;
        private boolean isStale;
        /** Those of the tenant itself ask for neither: they are counted when others do. */
        private boolean isCounted;

        private List<Candidates.Candidate> waitingFirst = List.of();
        private boolean isSought;
        private Optional<First> first = Optional.empty();

        Known(Claimant account, int waiting, Instant now) {
            this.account = account;
            this.waiting = waiting;
            this.now = now;
            tenant = candidates.waiting(account).stream()
                    .findFirst()
                    .map(one -> one.kind().line().tenant());
        }

        boolean holds(int waitingNow, Instant at) {
            return !isStale && waiting == waitingNow && holdersThen == holders.changes() && now.equals(at);
        }

        List<Candidates.Candidate> candidates() {
            if (!isCounted) {
                isCounted = true;
                waitingFirst = candidates.of(Optional.empty(), account, Optional.empty(), now);
            }
            return waitingFirst;
        }

        Optional<First> first() {
            if (!isSought) {
                isSought = true;
                first = Drains.this.first(candidates(), now);
            }
            return first;
        }
    }

    Drains(
            Cluster cluster,
            Kept kept,
            Holders holders,
            Ends ends,
            Patience patience,
            Clearances clearances,
            LentDrains lentDrains) {
        this.cluster = cluster;
        this.kept = kept;
        this.holders = holders;
        this.ends = ends;
        candidates = new Candidates(cluster, kept, holders, ends, patience);
        this.clearances = clearances;
        this.lentDrains = lentDrains;
    }

    /** Everybody is served anew. */
    void begin() {
        clearances.begin();
        known.clear();
        byTenant.clear();
    }

    /** Somebody of the tenant of a gang came, or waits no more. */
    void forget(Gang gang) {
        List<Known> ofTenant = byTenant.remove(gang.rank().line().tenant());
        if (ofTenant != null) {
            ofTenant.forEach(of -> of.isStale = true);
        }
    }

    /** Another number after cells are kept no longer from those who were asked before. */
    long givenUp() {
        return clearances.givenUp();
    }

    /** When other cells may be kept without an event. */
    Optional<Instant> due(Instant now) {
        return Earliest.of(clearances.due(now), lentDrains.due(now));
    }

    /** Keeps cells for borrowers that have waited for long enough by now. */
    void keepForBorrowers(Instant now) {
        lentDrains.choose(now);
    }

    /** Whether cells are kept for any borrower. */
    boolean isAnyForBorrowers() {
        return lentDrains.isAny();
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
        return candidates.isAnyDeclared(commitment, now)
                ? Optional.of(clearances.of(gang, commitment, now))
                        .filter(Clearances.Cells::isAny)
                        .flatMap(Clearances.Cells::end)
                : Optional.empty();
    }

    /**
     * Whose cells a gang must not take on an account; what is on demand goes behind all that is Reserved, and behind what
     * came before it on demand, whosoever that is. Who borrows leaves those of the borrower that has waited longest.
     */
    List<Drain> of(Gang gang, Claimant claimant, Optional<Position> there, Instant now) {
        if (claimant.tier() == Tier.SPOT) {
            return lentDrains.of(gang, claimant);
        }
        Collection<Claimant> commitments = claimant.tier() == Tier.RESERVED ? List.of(claimant) : kept.commitments();
        List<Drain> drains = new ArrayList<>();
        if (claimant.tier() == Tier.ON_DEMAND) {
            first(onDemand(gang, claimant, there, now), now).map(First::drain).ifPresent(drains::add);
        }
        for (Claimant commitment : commitments) {
            Known ofOthers = known(commitment, now);
            Optional<First> first = isOfOther(gang, ofOthers)
                    ? ofOthers.first().filter(of -> of.position().goesBefore(there))
                    : first(candidates.of(Optional.of(gang), commitment, there, now), now);
            first.map(First::drain).ifPresent(drains::add);
        }
        return drains;
    }

    /** Who waits on demand before a gang for what it might take, the first of them. */
    private List<Candidates.Candidate> onDemand(Gang gang, Claimant claimant, Optional<Position> there, Instant now) {
        List<Candidates.Candidate> first = new ArrayList<>();
        for (Claimant account : kept.onDemand()) {
            if (cluster.sharePool(account.account(), claimant.account())) {
                Known ofOthers = known(account, now);
                List<Candidates.Candidate> all = isOfOther(gang, ofOthers)
                        ? ofOthers.candidates()
                        : candidates.of(Optional.of(gang), account, there, now);
                for (Candidates.Candidate candidate : all) {
                    if (candidate.position().goesBefore(there)) {
                        addToFirst(first, candidate);
                    }
                }
            }
        }
        return first;
    }

    private static void addToFirst(List<Candidates.Candidate> first, Candidates.Candidate candidate) {
        int at = first.size();
        while (at > 0 && Candidates.Candidate.ORDER.compare(candidate, first.get(at - 1)) < 0) {
            at--;
        }
        if (at < MOST) {
            first.add(at, candidate);
        }
        if (first.size() > MOST) {
            first.remove(MOST);
        }
    }

    /** Whether those who wait for an account are of another tenant than the gang: only by age it goes behind them. */
    private static boolean isOfOther(Gang gang, Known of) {
        return of.tenant.isEmpty() || !of.tenant.get().equals(gang.rank().line().tenant());
    }

    private Known known(Claimant account, Instant now) {
        int waiting = kept.on(account).size() + kept.byShape(account).size();
        Known before = known.get(account);
        if (before == null || !before.holds(waiting, now)) {
            if (before != null && before.tenant.isPresent() && !before.isStale) {
                byTenant.getOrDefault(before.tenant.get(), new ArrayList<>()).remove(before);
            }
            before = new Known(account, waiting, now);
            known.put(account, before);
            if (before.tenant.isPresent()) {
                byTenant.computeIfAbsent(before.tenant.get(), tenant -> new ArrayList<>())
                        .add(before);
            }
        }
        return before;
    }

    /** The first of some who has cells. */
    private Optional<First> first(List<Candidates.Candidate> candidates, Instant now) {
        for (Candidates.Candidate candidate : candidates.subList(0, Math.min(MOST, candidates.size()))) {
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
    private Optional<Instant> until(Candidates.Candidate candidate, Instant end, Instant now) {
        Kind.Share share = candidate.of().share();
        return switch (share.by()) {
            case SHAPE -> Optional.of(end);
            case QUOTA ->
                ends.start(share.claimant(), candidate.of().kind().leastGpus(), now)
                        .map(start -> start.isBefore(end) ? start : end);
            case SUPPLY -> Optional.empty();
        };
    }
}
