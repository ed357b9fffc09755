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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
    private final Map<Claimant, Integer> kept = new HashMap<>();
    private final Map<Claimant, Gang> lastKept = new HashMap<>();
    private final Set<GangId> keeping = new HashSet<>();

    private record Asked(Claimant claimant, int demand) {}

    Cycle(Cluster cluster, Accounts accounts) {
        this.accounts = accounts;
        placer = new Placer(cluster);
        seating = new Seating(cluster);
        growth = new Growth(cluster, placer, seating);
    }

    /** Something may fit now that did not before. */
    void startAnew() {
        refused.clear();
        kept.clear();
        lastKept.clear();
        keeping.clear();
    }

    /** Whether the gang goes before one that has been served already since {@link #startAnew}. */
    boolean isLate(Gang gang, Instant now) {
        for (Accounts.Choice choice : accounts.choices(gang.spec(), now)) {
            Gang before = lastKept.get(claimant(choice));
            if (before != null
                    && before != gang
                    && Queue.inOrder(List.of(before, gang)).get(0) == gang) {
                return true;
            }
        }
        return false;
    }

    private static Claimant claimant(Accounts.Choice choice) {
        return new Claimant(choice.commitment().toString(), choice.tier());
    }

    /** Releases for the pods of a placed gang that have come. */
    void seat(Gang gang, List<Decision> decisions) {
        decisions.addAll(seating.seat(gang));
    }

    /** Tries the gangs in this order. */
    void serve(List<Gang> inOrder, Instant now, List<Decision> decisions) {
        for (Gang gang : inOrder) {
            Optional<Reason> reason = Readiness.missing(gang).or(() -> place(gang, now, decisions));
            if (reason.isPresent() && gang.tell(reason.get())) {
                decisions.add(new Decision.Explain(gang.id(), reason.get()));
            }
        }
    }

    /** More seats for gangs that run already. */
    void grow(Collection<Gang> placed, List<Decision> decisions) {
        for (Gang gang : placed) {
            if (Growth.isWanted(gang) && growth.grow(gang, kept)) {
                settle(gang, decisions);
            }
        }
    }

    private Optional<Reason> place(Gang gang, Instant now, List<Decision> decisions) {
        List<Accounts.Choice> choices = accounts.choices(gang.spec(), now);
        if (choices.isEmpty()) {
            return Optional.of(accounts.none(gang.spec(), now));
        }
        Optional<Refusal> first = Optional.empty();
        List<Demands.Demand> asked = demands.of(gang);
        for (Accounts.Choice choice : choices) {
            Claimant claimant = claimant(choice);
            for (Demands.Demand demand : asked) {
                Refusal known = refused.get(new Asked(claimant, demand.number()));
                if (known == null) {
                    Outcome outcome = placer.place(demand.value(), claimant, kept.getOrDefault(claimant, 0));
                    if (outcome instanceof Outcome.Placed placed) {
                        grant(gang, choice, demand.value(), placed, now, decisions);
                        return Optional.empty();
                    }
                    known = ((Outcome.Refused) outcome).refusal();
                    refused.put(new Asked(claimant, demand.number()), known);
                }
                first = first.isPresent() ? first : Optional.of(known);
            }
        }
        Refusal refusal = first.orElseThrow();
        keep(gang, refusal, claimant(choices.get(0)));
        return Optional.of(reason(gang, refusal));
    }

    private static Reason reason(Gang gang, Refusal refusal) {
        boolean onlyAvoidedAreLeft = refusal.code() == Refusal.Code.CONSTRAINTS_MATCH_NO_NODE
                && !gang.avoid().isEmpty();
        return onlyAvoidedAreLeft ? gang.refusedByScheduler() : Reason.of(refusal);
    }

    /** Later gangs on the account leave what an earlier one waits for, unless that could never be enough for it. */
    private void keep(Gang gang, Refusal refusal, Claimant claimant) {
        boolean byQuota = refusal.code() == Refusal.Code.QUOTA_REACHED
                || refusal.code() == Refusal.Code.BEHIND_IN_QUEUE
                || refusal.numbers().containsKey("entitled");
        if (byQuota && keeping.add(gang.id())) {
            int needed = Integer.parseInt(refusal.numbers().getOrDefault("needed", "0"));
            int most = Integer.parseInt(refusal.numbers().getOrDefault("committed", String.valueOf(needed)));
            if (needed <= most) {
                kept.merge(claimant, needed, Integer::sum);
                lastKept.put(claimant, gang);
            }
        }
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
        gang.grant(new Decision.Grant(choice.commitment(), choice.tier(), now, declaredEnd));
        gang.tellNothing();
        settle(gang, decisions);
    }

    /** A lone pod is released at once, its claim being its record; others when their record is durable. */
    private void settle(Gang gang, List<Decision> decisions) {
        if (gang.id().isLonePod()) {
            gang.enter(Gang.Phase.PLACED);
            seat(gang, decisions);
        } else {
            gang.enter(Gang.Phase.RECORDING);
            decisions.add(new Decision.Record(gang.id(), gang.grant().orElseThrow(), gang.record()));
        }
    }
}
