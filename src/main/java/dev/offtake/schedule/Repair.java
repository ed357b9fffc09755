package dev.offtake.schedule;

import dev.offtake.placement.Cluster;
import dev.offtake.placement.Evictables;
import dev.offtake.placement.GangDemand;
import dev.offtake.placement.Keep;
import dev.offtake.placement.Outcome;
import dev.offtake.placement.Placer;
import dev.offtake.placement.Refusal;
import dev.offtake.placement.Terms;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Other seats for gangs that run already and whose nodes are lost. What is lent is taken back for seats on a gang's own
 * account, as for one that waits.
 */
final class Repair {
    private final Cluster cluster;
    private final Placer placer;
    private final Seating seating;
    private final Beside beside;

    Repair(Cluster cluster, Placer placer, Seating seating, Beside beside) {
        this.cluster = cluster;
        this.placer = placer;
        this.seating = seating;
        this.beside = beside;
    }

    /**
     * Moves free seats that are wanted and whose node takes no work, or none of the gang. A gang that runs is made whole before anybody who
     * waits is served: by what is idle, and for the rest of its own by what is lent, for all of that together, so that
     * nobody has to go for a part of a gang that is of no use.
     */
    Found repair(Gang gang, Instant now) {
        if (beside.node(gang).isEmpty()) {
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
                        .map(slice -> slice.stream()
                                .filter(seat -> seating.nodes().isLost(gang, seat))
                                .toList())
                        .toList();
    }

    /** The seats of a pod set by slices, or each by itself: seats are in the order of the topology, and so are pods. */
    private static List<List<Seat>> slices(Gang gang, GangSpec.PodSet podSet) {
        int pods = podSet.step();
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
                .filter(seat -> !seating.nodes().isLost(gang, seat))
                .findFirst();
    }

    /** Moves a part of a slice: nobody has to go for that, as the slice may not be whole again by it. */
    private Found moveNextTo(Gang gang, GangSpec.PodSet podSet, List<Seat> lost, Seat mate) {
        GangDemand demand = Demands.within(
                gang, podSet, lost.size(), podSet.slice().orElseThrow().level());
        return move(gang, lost, demand, Optional.of(mate.node()), Evictables.NONE);
    }

    private Found takeBack(Gang gang, List<Seat> lost, Instant now) {
        Evictables others = beside.others(gang, lost.get(0).claimant(), now);
        int least = SpotPart.isElastic(gang.spec()) ? 1 : lost.size();
        return others == Evictables.NONE ? Found.NOTHING : moveMost(gang, lost, least, others);
    }

    /** As many of these seats as there is room for, if for so many at least; whole slices of those that have any. */
    private Found moveMost(Gang gang, List<Seat> lost, int least, Evictables others) {
        Found found = Found.NOTHING;
        int step = gang.spec().podSets().get(0).step();
        for (int seats = lost.size();
                seats > 0 && seats >= least && !found.any();
                seats = Demands.next(seats, least, step)) {
            found = move(gang, lost.subList(0, seats), others);
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
                .filter(seat -> seating.nodes().isLost(gang, seat))
                .toList();
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
                : moveMost(gang, lost, least, beside.others(gang, lost.get(0).claimant(), now));
    }

    /** There is a place, but others would be entitled to less by it. */
    private static Outcome promised(List<Seat> seats) {
        String gpus = String.valueOf(
                seats.stream().mapToInt(seat -> seat.shape().gpus()).sum());
        return new Outcome.Refused(
                new Refusal(Refusal.Code.INSUFFICIENT_GPUS, Map.of("needed", gpus, "free", gpus, "promised", gpus)));
    }

    /** Moves seats, in the order of their pod sets, together. */
    private Found move(Gang gang, List<Seat> lost, Evictables others) {
        return move(gang, lost, Demands.again(gang, lost), beside.node(gang), others);
    }

    private Found move(Gang gang, List<Seat> lost, GangDemand demand, Optional<String> mate, Evictables others) {
        // What takes no work of anybody counts for nobody; what only takes none of this gang does.
        boolean isOfUse = lost.stream().anyMatch(seat -> seating.nodes().takesWork(seat.node()));
        Map<String, Integer> entitled = isOfUse ? cluster.quotas().entitled() : Map.of();
        long freed = cluster.freed();
        lost.forEach(seat -> seating.count(gang, seat, -1));
        List<Seat> left = new ArrayList<>(lost);
        // It is not new work: nothing is kept from it.
        Outcome outcome = beside.find(demand, new Terms(lost.get(0).claimant(), Keep.NOTHING, others), mate);
        if (isOfUse
                && outcome instanceof Outcome.Placed placed
                && !cluster.quotas().isEntitledTo(entitled)) {
            placer.takeBack(demand, placed);
            outcome = promised(lost);
        }
        if (outcome instanceof Outcome.Placed placed) {
            List<Seat> found = Demands.seats(demand, placed, Instant.EPOCH);
            for (int i = 0; i < found.size(); i++) {
                Seat from = lost.get(i);
                Seat to = found.get(i).heldSince(from.since());
                if (to.node().equals(from.node())) {
                    // Others are to leave it where it is: with both counted there would be no room when they have.
                    seating.replace(gang, from, to);
                    left.remove(from);
                } else {
                    seating.move(gang, from, to);
                }
            }
        }
        left.forEach(seat -> seating.count(gang, seat, 1));
        if (outcome instanceof Outcome.Refused) {
            cluster.nothingFreedSince(freed);
        }
        return Found.of(outcome);
    }
}
