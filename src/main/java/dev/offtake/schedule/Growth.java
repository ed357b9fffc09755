package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Evictables;
import dev.offtake.placement.GangDemand;
import dev.offtake.placement.Keep;
import dev.offtake.placement.Outcome;
import dev.offtake.placement.Placer;
import dev.offtake.placement.Refusal;
import dev.offtake.placement.Terms;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Other seats for gangs that run already: for those whose node is lost, and more of them for elastic gangs. What is lent
 * is taken back for seats on a gang's own account, as for one that waits.
 */
final class Growth {
    private final Placer placer;
    private final Seating seating;
    private final Lent lent;
    private final Accounts accounts;
    private final Line line;

    /**
     * What came of looking for seats.
     *
     * @param any whether there are others now, so that the record has to be written anew
     * @param victims who has to leave them first
     * @param refusal the last one, by which a pod still waits
     */
    record Found(boolean any, List<Evictables.Victim> victims, Optional<Refusal> refusal) {
        static final Found NOTHING = new Found(false, List.of(), Optional.empty());

        Found {
            victims = List.copyOf(victims);
        }

        static Found of(Outcome outcome) {
            return outcome instanceof Outcome.Placed placed
                    ? new Found(true, placed.victims(), Optional.empty())
                    : new Found(false, List.of(), Optional.of(((Outcome.Refused) outcome).refusal()));
        }

        Found and(Found next) {
            List<Evictables.Victim> all = new ArrayList<>(victims);
            all.addAll(next.victims());
            return new Found(any || next.any(), all, next.refusal().or(() -> refusal));
        }
    }

    Growth(Placer placer, Seating seating, Lent lent, Accounts accounts, Line line) {
        this.placer = placer;
        this.seating = seating;
        this.lent = lent;
        this.accounts = accounts;
        this.line = line;
    }

    /** Whether there may be something to do for the gang. */
    static boolean isWanted(Gang gang) {
        return gang.phase() == Gang.Phase.PLACED
                && !gang.seats().isEmpty()
                && gang.spec().podSets().stream().anyMatch(p -> gang.pods().countUnseated(p) > 0);
    }

    /**
     * Moves free seats that are wanted and whose node takes no work. A gang that runs is made whole before anybody who
     * waits is served: by what is idle, and for the rest of its own by what is lent, for all of that together, so that
     * nobody has to go for a part of a gang that is of no use.
     */
    Found repair(Gang gang, Instant now) {
        if (beside(gang).isEmpty()) {
            return moveAll(gang, now);
        }
        Found found = Found.NOTHING;
        List<Seat> left = new ArrayList<>();
        boolean isOfUse = true;
        for (GangSpec.PodSet podSet : gang.spec().podSets()) {
            for (List<Seat> together : together(gang, podSet)) {
                Optional<Seat> mate = mate(gang, podSet, together);
                Found moved = mate.isPresent()
                        ? moveNextTo(gang, podSet, together, mate.get())
                        : move(gang, together, Evictables.NONE);
                found = found.and(moved);
                if (!moved.any() && !SpotPart.isSpot(together.get(0))) {
                    left.addAll(together);
                    isOfUse &= mate.isEmpty();
                }
            }
        }
        return left.isEmpty() || !isOfUse ? found : found.and(takeBack(gang, left, now));
    }

    /** The seats to move, those together that belong to one slice. */
    private List<List<Seat>> together(Gang gang, GangSpec.PodSet podSet) {
        List<Seat> wanted = wanted(gang, podSet);
        return wanted.isEmpty()
                ? List.of()
                : slices(gang, podSet).stream()
                        .filter(slice -> slice.stream().anyMatch(wanted::contains))
                        .map(slice -> slice.stream().filter(seating::isLost).toList())
                        .toList();
    }

    /** The seats of a pod set by slices, or each by itself: seats are in the order of the topology, and so are pods. */
    private static List<List<Seat>> slices(Gang gang, GangSpec.PodSet podSet) {
        int pods = podSet.slice().map(GangDemand.Slice::pods).orElse(1);
        List<Seat> all = gang.seatsOf(podSet.name());
        List<List<Seat>> slices = new ArrayList<>();
        for (int from = 0; from < all.size(); from += pods) {
            slices.add(all.subList(from, Math.min(from + pods, all.size())));
        }
        return slices;
    }

    /** A seat that stays of the slice of which these are lost; empty where none does. */
    private Optional<Seat> mate(Gang gang, GangSpec.PodSet podSet, List<Seat> lost) {
        return slices(gang, podSet).stream()
                .filter(slice -> slice.contains(lost.get(0)))
                .flatMap(List::stream)
                .filter(seat -> !seating.isLost(seat))
                .findFirst();
    }

    /** Moves a part of a slice: nobody has to go for that, as the slice may not be whole again by it. */
    private Found moveNextTo(Gang gang, GangSpec.PodSet podSet, List<Seat> lost, Seat mate) {
        GangDemand demand = Demands.within(
                gang, podSet, lost.size(), podSet.slice().orElseThrow().level());
        return move(gang, lost, demand, Optional.of(mate.node()), Evictables.NONE);
    }

    private Found takeBack(Gang gang, List<Seat> lost, Instant now) {
        Evictables others = others(gang, lost.get(0).claimant(), now);
        int least = SpotPart.isElastic(gang.spec()) ? 1 : lost.size();
        return others == Evictables.NONE ? Found.NOTHING : moveMost(gang, lost, least, others);
    }

    /** As many of these seats as there is room for, if for so many at least. */
    private Found moveMost(Gang gang, List<Seat> lost, int least, Evictables others) {
        Found found = Found.NOTHING;
        for (int seats = lost.size(); seats > 0 && seats >= least && !found.any(); seats = Demands.next(seats, least)) {
            found = move(gang, lost.subList(0, seats), others);
        }
        return found;
    }

    /**
     * Who may be evicted for seats of a gang: nobody for what is lent to it, and nothing of its own; nobody either for one
     * that is to go itself, or to leave seats, as who waits for that would have to wait for its plan first.
     */
    Evictables others(Gang gang, Claimant claimant, Instant now) {
        if (claimant.tier() == Tier.SPOT || line.isInAnyPlan(gang)) {
            return Evictables.NONE;
        }
        Duration minRuntime = accounts.lending(gang.grant().orElseThrow().commitment(), claimant.tier())
                .minRuntime();
        Evictables all = lent.evictables(minRuntime, now, false);
        return all == Evictables.NONE
                ? all
                : node -> all.on(node).stream()
                        .filter(victim -> Lent.gang(victim) != gang)
                        .toList();
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
        return gang.seatsOf(podSet).stream().filter(seating::isLost).toList();
    }

    /**
     * None of its nodes is left to say where it belongs: its seats move together, also those not wanted yet. What is lent
     * to it beside a firm part follows.
     */
    private Found moveAll(Gang gang, Instant now) {
        boolean firm = SpotPart.isFirm(gang);
        List<Seat> lost = gang.spec().podSets().stream()
                .flatMap(p -> lost(gang, p.name()).stream())
                .filter(seat -> !firm || !SpotPart.isSpot(seat))
                .toList();
        GangSpec.PodSet first = gang.spec().podSets().get(0);
        boolean elastic = gang.spec().podSets().size() == 1;
        int least = elastic ? Math.min(first.minCount(), lost.size()) : lost.size();
        return lost.isEmpty()
                ? Found.NOTHING
                : moveMost(gang, lost, least, others(gang, lost.get(0).claimant(), now));
    }

    /**
     * Seats as many of the waiting pods as there is room for: on the gang's own account, also where others have to leave
     * it first, then, if it accepts that, on what is idle.
     *
     * @param keptOn what of an account is kept for others
     */
    Found grow(Gang gang, Function<Claimant, Keep> keptOn, Instant now) {
        Found found = Found.NOTHING;
        if (beside(gang).isEmpty()) {
            // First the seats that it had: with fewer it could not run.
            return found;
        }
        for (GangSpec.PodSet podSet : gang.spec().podSets()) {
            for (Claimant claimant : claimants(gang)) {
                found = found.and(grow(gang, podSet, claimant, keptOn, now));
            }
        }
        return found;
    }

    private Found grow(
            Gang gang, GangSpec.PodSet podSet, Claimant claimant, Function<Claimant, Keep> keptOn, Instant now) {
        Found found = Found.NOTHING;
        int free =
                (int) gang.seatsOf(podSet.name()).stream().filter(Seat::isFree).count();
        int wanted =
                Math.min(podSet.count() - gang.seats(podSet.name()), gang.pods().countUnseated(podSet) - free);
        if (wanted <= 0) {
            return found;
        }
        Terms account = new Terms(claimant, keptOn.apply(claimant), others(gang, claimant, now));
        int pods = wanted;
        while (pods > 0) {
            GangDemand demand = Demands.more(gang, podSet, pods);
            Outcome outcome = find(demand, account, beside(gang));
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
    private Found move(Gang gang, List<Seat> lost, Evictables others) {
        return move(gang, lost, Demands.again(gang, lost), beside(gang), others);
    }

    private Found move(Gang gang, List<Seat> lost, GangDemand demand, Optional<String> beside, Evictables others) {
        lost.forEach(seat -> seating.count(gang, seat, -1));
        // It is not new work: nothing is kept from it.
        Outcome outcome = find(demand, new Terms(lost.get(0).claimant(), Keep.NOTHING, others), beside);
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

    private Outcome find(GangDemand demand, Terms account, Optional<String> beside) {
        return beside.isPresent()
                ? placer.placeBeside(demand, account, beside.get())
                : placer.place(demand, List.of(account), false);
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
