package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.GangDemand;
import dev.offtake.placement.Outcome;
import dev.offtake.placement.Placer;
import dev.offtake.placement.Refusal;
import dev.offtake.placement.Tier;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** Other seats for gangs that run already: for those whose node is lost, and more of them for elastic gangs. */
final class Growth {
    private final Placer placer;
    private final Seating seating;

    /**
     * What came of looking for seats.
     *
     * @param any whether there are others now, so that the record has to be written anew
     * @param refusal the last one, by which a pod still waits
     */
    record Found(boolean any, Optional<Refusal> refusal) {
        static final Found NOTHING = new Found(false, Optional.empty());

        static Found of(Outcome outcome) {
            return outcome instanceof Outcome.Refused refused
                    ? new Found(false, Optional.of(refused.refusal()))
                    : new Found(true, Optional.empty());
        }

        Found and(Found next) {
            return new Found(any || next.any(), next.refusal().or(() -> refusal));
        }
    }

    Growth(Placer placer, Seating seating) {
        this.placer = placer;
        this.seating = seating;
    }

    /** Whether there may be something to do for the gang. */
    static boolean isWanted(Gang gang) {
        return gang.phase() == Gang.Phase.PLACED
                && !gang.seats().isEmpty()
                && gang.spec().podSets().stream().anyMatch(p -> gang.pods().countUnseated(p) > 0);
    }

    /**
     * Moves free seats that are wanted and whose node takes no work. A gang that runs is made whole before anybody who
     * waits is served.
     */
    Found repair(Gang gang) {
        if (beside(gang).isEmpty()) {
            return moveAll(gang);
        }
        Found found = Found.NOTHING;
        for (GangSpec.PodSet podSet : gang.spec().podSets()) {
            for (Seat seat : wanted(gang, podSet)) {
                found = found.and(move(gang, List.of(seat)));
            }
        }
        return found;
    }

    /** Whether pods wait for seats that are lost. */
    boolean wantsRepair(Gang gang) {
        return gang.spec().podSets().stream().anyMatch(p -> !wanted(gang, p).isEmpty());
    }

    private List<Seat> wanted(Gang gang, GangSpec.PodSet podSet) {
        return lost(gang, podSet.name()).stream()
                .limit(gang.pods().countUnseated(podSet))
                .toList();
    }

    private List<Seat> lost(Gang gang, String podSet) {
        return gang.seatsOf(podSet).stream()
                .filter(s -> s.isFree() && !seating.takesWork(s.node()))
                .toList();
    }

    /**
     * None of its nodes is left to say where it belongs: its seats move together, also those not wanted yet. What is lent
     * to it beside a firm part follows.
     */
    private Found moveAll(Gang gang) {
        boolean firm = SpotPart.isFirm(gang);
        List<Seat> lost = gang.spec().podSets().stream()
                .flatMap(p -> lost(gang, p.name()).stream())
                .filter(seat -> !firm || !SpotPart.isSpot(seat))
                .toList();
        GangSpec.PodSet first = gang.spec().podSets().get(0);
        boolean elastic = gang.spec().podSets().size() == 1;
        int least = elastic ? Math.min(first.minCount(), lost.size()) : lost.size();
        Found found = Found.NOTHING;
        for (int seats = lost.size(); seats > 0 && seats >= least && !found.any(); seats = Demands.next(seats, least)) {
            found = move(gang, lost.subList(0, seats));
        }
        return found;
    }

    /**
     * Seats as many of the waiting pods as there is room for: on the gang's own account, then, if it accepts that, on
     * what is idle.
     *
     * @param keptOn what of an account is kept for others
     */
    Found grow(Gang gang, ToIntFunction<Claimant> keptOn, Instant now) {
        Found found = Found.NOTHING;
        if (beside(gang).isEmpty()) {
            // First the seats that it had: with fewer it could not run.
            return found;
        }
        for (GangSpec.PodSet podSet : gang.spec().podSets()) {
            for (Claimant claimant : claimants(gang)) {
                found = found.and(grow(gang, podSet, claimant, keptOn.applyAsInt(claimant), now));
            }
        }
        return found;
    }

    private Found grow(Gang gang, GangSpec.PodSet podSet, Claimant claimant, int kept, Instant now) {
        Found found = Found.NOTHING;
        int free =
                (int) gang.seatsOf(podSet.name()).stream().filter(Seat::isFree).count();
        int wanted =
                Math.min(podSet.count() - gang.seats(podSet.name()), gang.pods().countUnseated(podSet) - free);
        int pods = wanted;
        while (pods > 0) {
            GangDemand demand = Demands.more(gang, podSet, pods);
            Outcome outcome = find(demand, claimant, kept, beside(gang));
            if (outcome instanceof Outcome.Placed placed) {
                // What is its own it has by the right by which it runs.
                Instant since = claimant.tier() == Tier.SPOT
                        ? now
                        : gang.grant().orElseThrow().since();
                seating.found(gang, Demands.seats(demand, placed, since));
            }
            Found more = Found.of(outcome);
            found = found.and(more);
            wanted -= more.any() ? pods : 0;
            pods = more.any() ? Math.min(pods, wanted) : Demands.next(pods, 1);
        }
        return found;
    }

    /** On whose account it may grow, best first. */
    private static List<Claimant> claimants(Gang gang) {
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

    /** Moves seats, in the order of their pod sets, together. */
    private Found move(Gang gang, List<Seat> lost) {
        Optional<String> beside = beside(gang);
        lost.forEach(seat -> seating.count(gang, seat, -1));
        GangDemand demand = Demands.again(gang, lost);
        Outcome outcome = find(demand, lost.get(0).claimant(), 0, beside);
        if (outcome instanceof Outcome.Placed placed) {
            List<Seat> found = Demands.seats(demand, placed, Instant.EPOCH);
            for (int i = 0; i < found.size(); i++) {
                seating.move(
                        gang, lost.get(i), found.get(i).heldSince(lost.get(i).since()));
            }
        }
        lost.forEach(seat -> seating.count(gang, seat, 1));
        return Found.of(outcome);
    }

    private Outcome find(GangDemand demand, Claimant claimant, int kept, Optional<String> beside) {
        return beside.isPresent()
                ? placer.placeBeside(demand, claimant, beside.get(), kept)
                : placer.place(demand, claimant, kept);
    }

    /** A node in the domain that the gang must not leave, best one that takes work; empty where none is left. */
    private Optional<String> beside(Gang gang) {
        List<String> nodes = gang.seats().stream().map(Seat::node).toList();
        return nodes.stream()
                .filter(seating::takesWork)
                .findFirst()
                .or(() -> nodes.stream().filter(seating::isThere).findFirst());
    }
}
