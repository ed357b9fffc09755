package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.GangDemand;
import dev.offtake.placement.Outcome;
import dev.offtake.placement.Placer;
import dev.offtake.placement.Refusal;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Serves the queue. What an equal demand was refused since the state last changed for the better is not asked again,
 * and what earlier gangs of an account wait for is kept from later ones.
 */
final class Cycle {
    private final Accounts accounts;
    private final Placer placer;
    private final Seating seating;
    private final Growth growth;
    private final Demands demands = new Demands();
    private final Map<Asked, Refusal> refused = new HashMap<>();
    private final Kept kept = new Kept();

    private record Asked(Claimant claimant, int demand) {}

    Cycle(Cluster cluster, Accounts accounts, Seating seating) {
        this.accounts = accounts;
        placer = new Placer(cluster);
        this.seating = seating;
        growth = new Growth(placer, seating);
    }

    /** Something may fit now that did not before. */
    void startAnew() {
        refused.clear();
        kept.clear();
    }

    /** Whether the gang goes before one that has been served already since {@link #startAnew}. */
    boolean isLate(Gang gang, Instant now) {
        return accounts.choices(gang.spec(), now).stream()
                .map(Accounts.Choice::claimant)
                .flatMap(claimant -> kept.last(claimant).stream())
                .anyMatch(before -> before != gang && Queue.isBefore(gang, before));
    }

    /** Tries the gangs in this order. */
    void serve(List<Gang> inOrder, Instant now, List<Decision> decisions) {
        for (Gang gang : inOrder) {
            kept.forget(gang.id());
            Gang.Ask ask = gang.ask().orElseGet(() -> ask(gang));
            Optional<Reason> reason = ask.missing().or(() -> place(gang, ask.demands(), now, decisions));
            if (reason.isPresent() && isToBeTold(gang, reason.get()) && gang.tell(reason.get())) {
                decisions.add(new Decision.Explain(gang.id(), reason.get()));
            }
        }
    }

    private Gang.Ask ask(Gang gang) {
        Optional<Reason> missing = Readiness.missing(gang);
        Gang.Ask ask = new Gang.Ask(missing, missing.isPresent() ? List.of() : demands.of(gang));
        gang.ask(Optional.of(ask));
        return ask;
    }

    /** While the pods of a gang that was rolled back are made anew, the refusal is still why it waits. */
    private static boolean isToBeTold(Gang gang, Reason reason) {
        return reason.code() != Reason.Code.PODS_NOT_CREATED
                || gang.told()
                        .filter(told -> told.code() == Reason.Code.REFUSED_BY_SCHEDULER)
                        .isEmpty();
    }

    /** Releases for the pods of a placed gang that have come, or its record first, where that is out of date. */
    void seatOrRecord(Gang gang, List<Decision> decisions) {
        if (gang.phase() == Gang.Phase.PLACED) {
            seating.leaveSurplus(gang);
            if (gang.seats().equals(gang.durable()) || gang.id().isLonePod()) {
                decisions.addAll(seating.seat(gang));
            } else {
                settle(gang, decisions);
            }
        }
    }

    /** Other seats for gangs whose seats are on nodes that take no work; answers whether any were found. */
    boolean repair(Collection<Gang> placed, List<Decision> decisions) {
        boolean any = false;
        for (Gang gang : placed) {
            if (Growth.isWanted(gang) && growth.repair(gang)) {
                settle(gang, decisions);
                any = true;
            }
        }
        return any;
    }

    /** More seats for gangs that run already; answers whether any were found. */
    boolean grow(Collection<Gang> placed, List<Decision> decisions) {
        boolean any = false;
        for (Gang gang : placed) {
            if (Growth.isWanted(gang) && growth.grow(gang, kept)) {
                settle(gang, decisions);
                any = true;
            }
        }
        return any;
    }

    private Optional<Reason> place(Gang gang, List<Demands.Demand> anyOf, Instant now, List<Decision> decisions) {
        List<Accounts.Choice> choices = accounts.choices(gang.spec(), now);
        if (choices.isEmpty()) {
            return Optional.of(accounts.none(gang.spec(), now));
        }
        Optional<Refusal> leastOfFirst = Optional.empty();
        for (Accounts.Choice choice : choices) {
            Optional<Refusal> least = Optional.empty();
            Claimant claimant = choice.claimant();
            for (Demands.Demand demand : anyOf) {
                Refusal known = refused.get(new Asked(claimant, demand.number()));
                if (known == null) {
                    Outcome outcome = placer.place(demand.value(), claimant, kept.on(claimant));
                    if (outcome instanceof Outcome.Placed placed) {
                        grant(gang, choice, demand.value(), placed, now, decisions);
                        return Optional.empty();
                    }
                    known = ((Outcome.Refused) outcome).refusal();
                    refused.put(new Asked(claimant, demand.number()), known);
                }
                least = Optional.of(known);
            }
            leastOfFirst = leastOfFirst.isPresent() ? leastOfFirst : least;
        }
        Refusal refusal = leastOfFirst.orElseThrow();
        kept.keep(gang, refusal, choices.get(0).claimant());
        return Optional.of(reason(gang, refusal));
    }

    private static Reason reason(Gang gang, Refusal refusal) {
        boolean onlyAvoidedAreLeft = refusal.code() == Refusal.Code.CONSTRAINTS_MATCH_NO_NODE
                && !gang.refusals().nodes().isEmpty();
        return onlyAvoidedAreLeft ? gang.refusedByScheduler() : Reason.of(refusal);
    }

    private void grant(
            Gang gang,
            Accounts.Choice choice,
            GangDemand demand,
            Outcome.Placed placed,
            Instant now,
            List<Decision> decisions) {
        Demands.addSeats(gang, demand, placed);
        Optional<Instant> declaredEnd = gang.spec().duration().map(now::plus);
        gang.grant(new Decision.Grant(choice.commitment(), choice.claimant().tier(), now, declaredEnd));
        gang.tellNothing();
        settle(gang, decisions);
    }

    /** A lone pod is released at once, its claim being its record; others when their record is durable. */
    private void settle(Gang gang, List<Decision> decisions) {
        if (gang.id().isLonePod()) {
            gang.enter(Gang.Phase.PLACED);
            gang.recorded();
            decisions.addAll(seating.seat(gang));
        } else {
            gang.enter(Gang.Phase.RECORDING);
            decisions.add(new Decision.Record(gang.id(), gang.grant().orElseThrow(), gang.record()));
        }
    }
}
