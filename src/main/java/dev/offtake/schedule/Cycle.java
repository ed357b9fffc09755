package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.GangDemand;
import dev.offtake.placement.Outcome;
import dev.offtake.placement.Placer;
import dev.offtake.placement.Refusal;
import dev.offtake.placement.Tier;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * Serves the queue. What an equal demand was refused since the state last changed for the better is not asked again,
 * and what earlier gangs of an account wait for is kept from later ones.
 */
final class Cycle {
    private final Line line;
    private final Accounts accounts;
    private final Cluster cluster;
    private final Placer placer;
    private final Upkeep upkeep;
    private final Seating seating;
    private final Lent lent;
    private final Demands demands = new Demands();
    private final AskedBefore askedBefore;
    private final StillRefused stillRefused;
    private final Kept kept = new Kept();
    private final Backfill backfill;
    private long tries;

    Cycle(
            Line line,
            Cluster cluster,
            Placer placer,
            Accounts accounts,
            Upkeep upkeep,
            Seating seating,
            Lent lent,
            Holders holders) {
        this.line = line;
        this.accounts = accounts;
        this.cluster = cluster;
        this.placer = placer;
        this.upkeep = upkeep;
        this.seating = seating;
        this.lent = lent;
        askedBefore = new AskedBefore(cluster);
        stillRefused = new StillRefused(cluster, placer, accounts);
        backfill = new Backfill(cluster, holders);
    }

    /** What gangs in the queue wait for. */
    Kept kept() {
        return kept;
    }

    /** How often a gang had its turn so far. */
    long tries() {
        return tries;
    }

    /**
     * Serves those that came; everybody who waits, if something may fit now that did not before or somebody came who
     * goes before others.
     *
     * @return whether it was everybody
     */
    boolean serve(boolean anew, Instant now, List<Decision> decisions) {
        List<Gang> arrived = Queue.inOrder(line.takeArrived());
        boolean all = anew || arrived.stream().anyMatch(gang -> isLate(gang, now));
        if (all) {
            arrived.forEach(gang -> join(gang, now, decisions));
        } else {
            long freed = cluster.freed();
            boolean anyPlaced = serveArrived(arrived, now, decisions);
            all = anyPlaced && !line.waiting().isEmpty() && (cluster.freed() != freed || kept.isForAny());
        }
        boolean goOn = all;
        while (goOn) {
            long freed = cluster.freed();
            boolean anyPlaced = serveAll(now, decisions);
            // What was bound or broken for one may have room for those who needed whole cells before, and what is kept
            // for those who borrow now is kept no longer.
            goOn = anyPlaced && !line.waiting().isEmpty() && (cluster.freed() != freed || kept.isForAny());
        }
        return all;
    }

    /** Whether the gang goes before one for which something is kept. */
    private boolean isLate(Gang gang, Instant now) {
        return accounts.choices(gang.spec(), now).stream()
                .map(Accounts.Choice::claimant)
                .flatMap(claimant -> kept.last(claimant).stream())
                .anyMatch(before -> before != gang && Queue.isBefore(gang, before));
    }

    /** Gives each kind of gang its turns until one is refused; answers whether any was placed. */
    private boolean serveAll(Instant now, List<Decision> decisions) {
        askedBefore.begin();
        kept.clear();
        int waited = line.waiting().size();
        line.waiting().inOrder(tenant -> accounts.lentShare(tenant, cluster), turn -> {
            ToIntFunction<Claimant> keptBefore =
                    claimant -> mustLeave(turn.gang(), claimant, kept.before(claimant, turn.position()), now);
            Kind kind = turn.kind();
            boolean mayBorrow = kind.mayBorrowInstead();
            Optional<Kind.Verdict> verdict = stillRefused.of(turn, now);
            if (verdict.isEmpty()) {
                verdict = place(
                        turn.gang(),
                        tier -> !mayBorrow || turn.borrows() == (tier == Tier.SPOT),
                        keptBefore,
                        now,
                        decisions);
                verdict.ifPresent(v -> stillRefused.remember(turn, v));
            }
            if (verdict.isPresent() && mayBorrow && !turn.borrows()) {
                refuseUnlent(kind, verdict.get());
            } else if (verdict.isPresent()) {
                Kind.Verdict lentVerdict = verdict.get();
                refuse(kind, kind.unlent().map(own -> own.beside(lentVerdict)).orElse(lentVerdict), decisions);
            }
        });
        kept.passed();
        return line.waiting().size() < waited;
    }

    private int mustLeave(Gang gang, Claimant claimant, int units, Instant now) {
        return units == 0 ? 0 : backfill.kept(gang, claimant, units, kept.leastGpus(claimant), now);
    }

    /** Serves gangs of which none goes before one that waits; answers whether any was placed. */
    private boolean serveArrived(List<Gang> inOrder, Instant now, List<Decision> decisions) {
        boolean anyPlaced = false;
        for (Gang gang : inOrder) {
            // What was kept for it before is not kept from itself.
            line.waiting().remove(gang);
            Gang.Ask ask = gang.ask().orElseGet(() -> ask(gang, now));
            Optional<Kind.Verdict> verdict = ask.missing().isPresent()
                    ? Optional.empty()
                    : line.waiting()
                            .find(Kind.Key.of(gang, ask.demands()))
                            .flatMap(Kind::verdict)
                            .or(() -> place(
                                    gang,
                                    tier -> true,
                                    claimant -> mustLeave(gang, claimant, kept.on(claimant), now),
                                    now,
                                    decisions));
            if (gang.phase() == Gang.Phase.WAITING) {
                Optional<Kind> kind = join(gang, now, decisions);
                verdict.ifPresent(v -> {
                    refuse(kind.orElseThrow(), v, decisions);
                    v.kept().ifPresent(share -> kept.came(gang, share));
                });
            } else {
                anyPlaced = true;
            }
        }
        return anyPlaced;
    }

    /** Puts a gang into the queue by what it asks for now, or tells it what is missing. */
    private Optional<Kind> join(Gang gang, Instant now, List<Decision> decisions) {
        Gang.Ask ask = gang.ask().orElseGet(() -> ask(gang, now));
        ask.compactUntil().ifPresent(end -> line.patience().begin(gang, end));
        ask.missing()
                .filter(reason -> Readiness.isToBeTold(gang, reason))
                .ifPresent(reason -> tell(gang, reason, decisions));
        return line.waiting()
                .put(
                        gang,
                        ask.missing().isPresent() ? Optional.empty() : Optional.of(Kind.Key.of(gang, ask.demands())));
    }

    private Gang.Ask ask(Gang gang, Instant now) {
        Optional<Reason> missing = Readiness.missing(gang);
        Optional<Instant> compactUntil =
                missing.isPresent() ? Optional.empty() : line.patience().until(gang.spec(), now);
        Gang.Ask ask = new Gang.Ask(
                missing, missing.isPresent() ? List.of() : demands.of(gang, compactUntil.isPresent()), compactUntil);
        gang.ask(Optional.of(ask));
        return ask;
    }

    private static void tell(Gang gang, Reason reason, List<Decision> decisions) {
        if (gang.tell(reason)) {
            decisions.add(new Decision.Explain(gang.id(), reason));
        }
    }

    /** What is kept for gangs of a kind is kept whether they borrow meanwhile or wait. */
    private void refuseUnlent(Kind kind, Kind.Verdict verdict) {
        kind.refuseUnlent(verdict);
        verdict.kept().ifPresent(share -> kept.keep(kind, share));
    }

    /** Refuses all gangs of a kind, and tells those for whom that is news. */
    private void refuse(Kind kind, Kind.Verdict verdict, List<Decision> decisions) {
        if (kind.verdict().isEmpty()) {
            kind.refuse(verdict);
            if (kind.unlent().isEmpty()) {
                verdict.kept().ifPresent(share -> kept.keep(kind, share));
            }
        }
        for (Gang gang : kind.takeUntold(verdict.reason().code())) {
            tell(gang, verdict.of(gang), decisions);
        }
    }

    /**
     * Places a gang on the first account that has room.
     *
     * @param tiers that are given out now
     * @param keptOn what of an account is kept for others
     * @return why it has to wait; empty if it is placed
     */
    private Optional<Kind.Verdict> place(
            Gang gang, Predicate<Tier> tiers, ToIntFunction<Claimant> keptOn, Instant now, List<Decision> decisions) {
        tries++;
        List<Accounts.Choice> choices = accounts.choices(gang.spec(), now);
        if (choices.isEmpty()) {
            return Optional.of(new Kind.Verdict(
                    accounts.none(gang.spec(), now), Optional.empty(), Optional.empty(), Optional.empty()));
        }
        int length = Backfill.length(gang.spec());
        Optional<Refusal> leastOfFirst = Optional.empty();
        boolean notCompact = false;
        for (Accounts.Choice choice : choices) {
            if (!tiers.test(choice.claimant().tier())) {
                continue;
            }
            Optional<Refusal> least = Optional.empty();
            Claimant claimant = choice.claimant();
            for (Demands.Demand demand : gang.ask().orElseThrow().demands()) {
                Optional<Refusal> known = askedBefore.refusal(claimant, demand.number(), length);
                if (known.isEmpty()) {
                    Outcome outcome = placer.place(
                            demand.value(),
                            claimant,
                            keptOn.applyAsInt(claimant),
                            lent.evictables(choice.lending().minRuntime(), now, false));
                    if (outcome instanceof Outcome.Placed placed) {
                        grant(gang, choice, demand.value(), placed, now, decisions);
                        return Optional.empty();
                    }
                    known = Optional.of(((Outcome.Refused) outcome).refusal());
                    askedBefore.refused(claimant, demand.number(), length, known.get());
                }
                least = known;
            }
            notCompact |=
                    least.filter(r -> r.code() == Refusal.Code.NOT_COMPACT).isPresent();
            leastOfFirst = leastOfFirst.isPresent() ? leastOfFirst : least;
        }
        Refusal refusal = leastOfFirst.orElseThrow();
        Claimant first = choices.get(0).claimant();
        Optional<Instant> start = refusal.code() == Refusal.Code.QUOTA_REACHED
                ? backfill.start(first, gang.spec().leastGpus(), now)
                : Optional.empty();
        return Optional.of(new Kind.Verdict(
                gang.reason(refusal),
                Optional.of(refusal),
                Kept.share(refusal, first),
                start.filter(now::isBefore),
                notCompact && refusal.code() != Refusal.Code.NOT_COMPACT));
    }

    private void grant(
            Gang gang,
            Accounts.Choice choice,
            GangDemand demand,
            Outcome.Placed placed,
            Instant now,
            List<Decision> decisions) {
        seating.found(gang, Demands.seats(demand, placed, now));
        gang.grant(choice.grant(gang.spec(), now));
        if (placed.victims().isEmpty()) {
            gang.tellNothing();
        } else {
            gang.plan(Optional.of(
                    Lent.plan(placed.victims(), now.plus(choice.lending().notice()))));
            // They may have free seats to leave, too.
            placed.victims().stream().map(Lent::gang).distinct().forEach(line::touch);
        }
        upkeep.settle(gang, decisions);
        gang.plan().ifPresent(plan -> {
            gang.tellNothing();
            tell(gang, Reclaims.reclaiming(gang, plan), decisions);
        });
        line.touch(gang);
    }
}
