package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.GangDemand;
import dev.offtake.placement.Outcome;
import dev.offtake.placement.Placer;
import dev.offtake.placement.Refusal;
import java.time.Instant;
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
    private final Upkeep upkeep;
    private final Demands demands = new Demands();
    private final Map<Asked, Refusal> refused = new HashMap<>();
    private final Kept kept = new Kept();

    private record Asked(Claimant claimant, int demand) {}

    Cycle(Placer placer, Accounts accounts, Upkeep upkeep) {
        this.accounts = accounts;
        this.placer = placer;
        this.upkeep = upkeep;
    }

    /** What earlier gangs wait for. */
    Kept kept() {
        return kept;
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
        return Optional.of(gang.reason(refusal));
    }

    private void grant(
            Gang gang,
            Accounts.Choice choice,
            GangDemand demand,
            Outcome.Placed placed,
            Instant now,
            List<Decision> decisions) {
        gang.seats().addAll(Demands.seats(demand, placed));
        Optional<Instant> declaredEnd = gang.spec().duration().map(now::plus);
        gang.grant(new Decision.Grant(choice.commitment(), choice.claimant().tier(), now, declaredEnd));
        gang.tellNothing();
        upkeep.settle(gang, decisions);
    }
}
