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
        boolean changed = false;
        for (GangSpec.PodSet podSet : gang.spec().podSets()) {
            int waiting = gang.unseated(podSet.name()).size();
            List<Seat> lost = gang.seatsOf(podSet.name()).stream()
                    .filter(s -> s.isFree() && !seating.takesWork(s.node()))
                    .limit(waiting)
                    .toList();
            for (Seat seat : lost) {
                changed |= move(gang, podSet, seat);
            }
        }
        return changed;
    }

    /** Seats as many of the waiting pods as there is room for; answers whether the record has to be written anew. */
    boolean grow(Gang gang, Kept kept) {
        boolean changed = false;
        for (GangSpec.PodSet podSet : gang.spec().podSets()) {
            int free = (int)
                    gang.seatsOf(podSet.name()).stream().filter(Seat::isFree).count();
            int wanted = Math.min(
                    podSet.count() - gang.seats(podSet.name()),
                    gang.unseated(podSet.name()).size() - free);
            int pods = wanted;
            while (pods > 0) {
                Claimant claimant = gang.seats().get(0).claimant();
                if (add(gang, podSet, pods, claimant, kept.on(claimant))) {
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

    private boolean move(Gang gang, GangSpec.PodSet podSet, Seat seat) {
        int at = gang.seats().indexOf(seat);
        Optional<String> beside = beside(gang);
        seating.giveBack(gang, seat);
        boolean found = add(gang, podSet, 1, seat.claimant(), 0, beside);
        if (found) {
            gang.seats().add(at, gang.seats().remove(gang.seats().size() - 1));
            gang.leaving().add(seat);
        } else {
            gang.seats().add(at, seat);
        }
        seating.count(seat, 1);
        return found;
    }

    private boolean add(Gang gang, GangSpec.PodSet podSet, int pods, Claimant claimant, int kept) {
        return add(gang, podSet, pods, claimant, kept, beside(gang));
    }

    private boolean add(
            Gang gang, GangSpec.PodSet podSet, int pods, Claimant claimant, int kept, Optional<String> beside) {
        GangDemand demand = Demands.more(gang, podSet, pods);
        Outcome outcome = beside.isPresent()
                ? placer.placeBeside(demand, claimant, beside.get(), kept)
                : placer.place(demand, claimant, kept);
        if (outcome instanceof Outcome.Placed placed) {
            Demands.addSeats(gang, demand, placed);
            return true;
        }
        return false;
    }

    /** A node in the domain that the gang must not leave, best one that takes work. */
    private Optional<String> beside(Gang gang) {
        return gang.seats().stream()
                .map(Seat::node)
                .filter(seating::takesWork)
                .findFirst()
                .or(() -> gang.seats().stream().map(Seat::node).findFirst());
    }
}
