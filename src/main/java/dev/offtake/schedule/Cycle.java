package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.GangDemand;
import dev.offtake.placement.Outcome;
import dev.offtake.placement.Placer;
import dev.offtake.placement.Refusal;
import dev.offtake.placement.Tier;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private final Map<Asked, Refusal> refused = new HashMap<>();
    private final Kept kept = new Kept();
    private final Backfill backfill;
    private long tries;

    private record Asked(Claimant claimant, int demand, int length) {}

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
            arrived.forEach(gang -> join(gang, decisions));
        } else {
            boolean anyPlaced = serveArrived(arrived, now, decisions);
            all = anyPlaced && !line.waiting().isEmpty();
        }
        boolean goOn = all;
        while (goOn) {
            boolean anyPlaced = serveAll(now, decisions);
            // What was bound or broken for one may have room for those who needed whole cells before.
            goOn = anyPlaced && !line.waiting().isEmpty();
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
        refused.clear();
        kept.clear();
        int waited = line.waiting().size();
        line.waiting().inOrder(tenant -> accounts.lentShare(tenant, cluster), turn -> {
            ToIntFunction<Claimant> keptBefore =
                    claimant -> mustLeave(turn.gang(), claimant, kept.before(claimant, turn.position()), now);
            Kind kind = turn.kind();
            boolean mayBorrow = kind.mayBorrowInstead();
            Optional<Kind.Verdict> verdict = place(
                    turn.gang(),
                    tier -> !mayBorrow || turn.borrows() == (tier == Tier.SPOT),
                    keptBefore,
                    now,
                    decisions);
            if (verdict.isPresent() && mayBorrow && !turn.borrows()) {
                refuseUnlent(kind, verdict.get());
            } else {
                verdict.ifPresent(v -> refuse(kind, kind.unlent().orElse(v), decisions));
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
            Gang.Ask ask = gang.ask().orElseGet(() -> ask(gang));
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
                Optional<Kind> kind = join(gang, decisions);
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
    private Optional<Kind> join(Gang gang, List<Decision> decisions) {
        Gang.Ask ask = gang.ask().orElseGet(() -> ask(gang));
        ask.missing().filter(reason -> isToBeTold(gang, reason)).ifPresent(reason -> tell(gang, reason, decisions));
        return line.waiting()
                .put(
                        gang,
                        ask.missing().isPresent() ? Optional.empty() : Optional.of(Kind.Key.of(gang, ask.demands())));
    }

    private Gang.Ask ask(Gang gang) {
        Optional<Reason> missing = Readiness.missing(gang);
        Gang.Ask ask = new Gang.Ask(missing, missing.isPresent() ? List.of() : demands.of(gang));
        gang.ask(Optional.of(ask));
        return ask;
    }

    /** While the pods of a gang that was taken back are made anew, the cause of that is still why it waits. */
    private static boolean isToBeTold(Gang gang, Reason reason) {
        return reason.code() != Reason.Code.PODS_NOT_CREATED
                || gang.told()
                        .filter(told ->
                                told.code() == Reason.Code.REFUSED_BY_SCHEDULER || told.code() == Reason.Code.RECLAIMED)
                        .isEmpty();
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
        for (Accounts.Choice choice : choices) {
            if (!tiers.test(choice.claimant().tier())) {
                continue;
            }
            Optional<Refusal> least = Optional.empty();
            Claimant claimant = choice.claimant();
            for (Demands.Demand demand : gang.ask().orElseThrow().demands()) {
                Refusal known = refused.get(new Asked(claimant, demand.number(), length));
                if (known == null) {
                    Outcome outcome = placer.place(
                            demand.value(),
                            claimant,
                            keptOn.applyAsInt(claimant),
                            lent.evictables(choice.lending().minRuntime(), now, false),
                            !gang.id().isLonePod());
                    if (outcome instanceof Outcome.Placed placed) {
                        grant(gang, choice, demand.value(), placed, now, decisions);
                        return Optional.empty();
                    }
                    known = ((Outcome.Refused) outcome).refusal();
                    refused.put(new Asked(claimant, demand.number(), length), known);
                }
                least = Optional.of(known);
            }
            leastOfFirst = leastOfFirst.isPresent() ? leastOfFirst : least;
        }
        Refusal refusal = leastOfFirst.orElseThrow();
        Claimant first = choices.get(0).claimant();
        Optional<Instant> start = refusal.code() == Refusal.Code.QUOTA_REACHED
                ? backfill.start(first, gang.spec().leastGpus(), now)
                : Optional.empty();
        return Optional.of(new Kind.Verdict(
                gang.reason(refusal), Optional.of(refusal), Kept.share(refusal, first), start.filter(now::isBefore)));
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
        gang.why(placed.why());
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
