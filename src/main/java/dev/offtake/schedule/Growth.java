package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.GangDemand;
import dev.offtake.placement.Outcome;
import dev.offtake.placement.Refusal;
import dev.offtake.placement.Terms;
import dev.offtake.placement.Tier;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * More seats for elastic gangs that run already, when they have their turn ({@link GrowthTurns}). What is lent is taken
 * back for seats on a gang's own account, as for one that waits.
 */
final class Growth {
    private final Seating seating;
    private final Beside beside;

    Growth(Seating seating, Beside beside) {
        this.seating = seating;
        this.beside = beside;
    }

    /** Whether there may be something to do for the gang. */
    static boolean isWanted(Gang gang) {
        if (gang.phase() != Gang.Phase.PLACED || gang.seats().isEmpty()) {
            return false;
        }
        for (GangSpec.PodSet podSet : gang.spec().podSets()) {
            if (gang.pods().countUnseated(podSet) > 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Seats so many of the waiting pods, or as many of them as there is room for; also where others have to leave it
     * first.
     *
     * @param pods at most; a whole number of slices
     */
    Found grow(Gang gang, GangSpec.PodSet podSet, int pods, Terms account, Instant now) {
        Found found = Found.NOTHING;
        for (int few = pods; few > 0 && !found.any(); few = Demands.next(few, podSet.step(), podSet.step())) {
            GangDemand demand = Demands.more(gang, podSet, few);
            Outcome outcome = beside.find(demand, account, beside.node(gang));
            if (outcome instanceof Outcome.Placed placed) {
                // What is its own it has by the right by which it runs.
                Instant since = account.claimant().tier() == Tier.SPOT
                        ? now
                        : gang.grant().orElseThrow().since();
                seating.found(gang, Demands.seats(demand, placed, since));
            }
            found = found.and(Found.of(outcome));
        }
        return found;
    }

    /** Seats that the gang would have more now: whole slices, for as many as there are pods to fill them. */
    static int wanted(Gang gang, GangSpec.PodSet podSet) {
        int missing = podSet.count() - gang.seats(podSet.name());
        return Math.max(0, podSet.inSteps(Math.min(missing, coming(gang, podSet))));
    }

    /** Pods for which there is no seat yet. */
    private static int coming(Gang gang, GangSpec.PodSet podSet) {
        int free =
                (int) gang.seatsOf(podSet.name()).stream().filter(Seat::isFree).count();
        return gang.pods().countUnseated(podSet) - free;
    }

    /** What is missing where pods wait that are too few to fill a slice. */
    static Optional<Reason> sliceIncomplete(Gang gang) {
        return gang.spec().podSets().stream()
                .filter(podSet -> gang.seats(podSet.name()) < podSet.count() && coming(gang, podSet) > 0)
                .filter(podSet -> coming(gang, podSet) < podSet.step())
                .findFirst()
                .map(podSet -> Reason.of(
                        Reason.Code.PODS_NOT_CREATED,
                        "created",
                        String.valueOf(coming(gang, podSet)),
                        "needed",
                        String.valueOf(podSet.step())));
    }

    /** On whose account it may grow, best first. */
    static List<Claimant> claimants(Gang gang) {
        Decision.Grant grant = gang.grant().orElseThrow();
        String account = grant.commitment().toString();
        Claimant own = new Claimant(account, grant.tier());
        return SpotPart.mayBorrow(gang) ? List.of(own, new Claimant(account, Tier.SPOT)) : List.of(own);
    }

    /** Why a gang does not grow. */
    static Reason reason(Gang gang, Refusal refusal) {
        Reason reason = gang.reason(refusal);
        return SpotPart.borrowsNothingAsPodsCannotBeSpared(gang) ? reason.with(Reason.SPARES_PODS, "false") : reason;
    }
}
