package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.GangDemand;
import dev.offtake.placement.Outcome;
import dev.offtake.placement.Placer;
import java.util.List;
import java.util.Optional;

/** Other seats for gangs that run already: for those whose node is lost, and more of them for elastic gangs. */
final class Growth {
    private final Placer placer;
    private final Seating seating;

    Growth(Placer placer, Seating seating) {
        this.placer = placer;
        this.seating = seating;
    }

    /** Whether there may be something to do for the gang. */
    static boolean isWanted(Gang gang) {
        return gang.phase() == Gang.Phase.PLACED
                && !gang.seats().isEmpty()
                && gang.spec().podSets().stream()
                        .anyMatch(p -> !gang.unseated(p.name()).isEmpty());
    }

    /**
     * Moves free seats that are wanted and whose node takes no work; answers whether the record has to be written anew.
     * A gang that runs is made whole before anybody who waits is served.
     */
    boolean repair(Gang gang) {
        if (beside(gang).isEmpty()) {
            return moveAll(gang);
        }
        boolean changed = false;
        for (GangSpec.PodSet podSet : gang.spec().podSets()) {
            int waiting = gang.unseated(podSet.name()).size();
            List<Seat> lost = lost(gang, podSet.name()).stream().limit(waiting).toList();
            for (Seat seat : lost) {
                changed |= move(gang, List.of(seat));
            }
        }
        return changed;
    }

    private List<Seat> lost(Gang gang, String podSet) {
        return gang.seatsOf(podSet).stream()
                .filter(s -> s.isFree() && !seating.takesWork(s.node()))
                .toList();
    }

    /** None of its nodes is left to say where it belongs: its seats move together, also those not wanted yet. */
    private boolean moveAll(Gang gang) {
        List<Seat> lost = gang.spec().podSets().stream()
                .flatMap(p -> lost(gang, p.name()).stream())
                .toList();
        GangSpec.PodSet first = gang.spec().podSets().get(0);
        boolean elastic = gang.spec().podSets().size() == 1;
        int least = elastic ? Math.min(first.minCount(), lost.size()) : lost.size();
        for (int seats = lost.size(); seats > 0 && seats >= least; seats = Demands.next(seats, least)) {
            if (move(gang, lost.subList(0, seats))) {
                return true;
            }
        }
        return false;
    }

    /** Seats as many of the waiting pods as there is room for; answers whether the record has to be written anew. */
    boolean grow(Gang gang, Kept kept) {
        boolean changed = false;
        if (beside(gang).isEmpty()) {
            // First the seats that it had: with fewer it could not run.
            return changed;
        }
        for (GangSpec.PodSet podSet : gang.spec().podSets()) {
            int free = (int)
                    gang.seatsOf(podSet.name()).stream().filter(Seat::isFree).count();
            int wanted = Math.min(
                    podSet.count() - gang.seats(podSet.name()),
                    gang.unseated(podSet.name()).size() - free);
            int pods = wanted;
            while (pods > 0) {
                Claimant claimant = gang.seats().get(0).claimant();
                List<Seat> found = find(Demands.more(gang, podSet, pods), claimant, kept.on(claimant), beside(gang));
                if (!found.isEmpty()) {
                    gang.seats().addAll(found);
                    changed = true;
                    wanted -= pods;
                    pods = Math.min(pods, wanted);
                } else {
                    pods = Demands.next(pods, 1);
                }
            }
        }
        return changed;
    }

    /** Moves seats, in the order of their pod sets, together. */
    private boolean move(Gang gang, List<Seat> lost) {
        Optional<String> beside = beside(gang);
        lost.forEach(seat -> seating.count(seat, -1));
        GangDemand demand = Demands.again(gang, lost);
        List<Seat> found = find(demand, lost.get(0).claimant(), 0, beside);
        for (int i = 0; i < found.size(); i++) {
            gang.seats().set(gang.seats().indexOf(lost.get(i)), found.get(i));
            gang.leaving().add(lost.get(i));
        }
        lost.forEach(seat -> seating.count(seat, 1));
        return !found.isEmpty();
    }

    /** Seats for the whole of the demand, or none. */
    private List<Seat> find(GangDemand demand, Claimant claimant, int kept, Optional<String> beside) {
        Outcome outcome = beside.isPresent()
                ? placer.placeBeside(demand, claimant, beside.get(), kept)
                : placer.place(demand, claimant, kept);
        return outcome instanceof Outcome.Placed placed ? Demands.seats(demand, placed) : List.of();
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
