package dev.offtake.schedule;

import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.GangDemand;
import dev.offtake.placement.Outcome;
import dev.offtake.placement.Placer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** More seats for gangs that run already: elastic ones that have pods waiting, and seats whose node is lost. */
final class Growth {
    private final Cluster cluster;
    private final Placer placer;
    private final Seating seating;

    Growth(Cluster cluster, Placer placer, Seating seating) {
        this.cluster = cluster;
        this.placer = placer;
        this.seating = seating;
    }

    /** Whether {@link #grow} may have something to do for the gang. */
    static boolean isWanted(Gang gang) {
        return gang.phase() == Gang.Phase.PLACED
                && gang.spec().podSets().stream()
                        .anyMatch(p -> !gang.unseated(p.name()).isEmpty());
    }

    /** Seats as many of the waiting pods as there is room for; answers whether the record has to be written anew. */
    boolean grow(Gang gang, Map<Claimant, Integer> kept) {
        boolean changed = false;
        for (GangSpec.PodSet podSet : gang.spec().podSets()) {
            int waiting = gang.unseated(podSet.name()).size();
            List<Seat> lost = gang.seats().stream()
                    .filter(s -> s.podSet().equals(podSet.name()) && s.isFree() && !seating.takesWork(s.node()))
                    .limit(waiting)
                    .toList();
            for (Seat seat : lost) {
                changed |= move(gang, podSet, seat, kept);
            }
            int room = podSet.count() - gang.seats(podSet.name());
            int pods = Math.min(room, waiting - lost.size());
            while (pods > 0) {
                boolean grown = add(gang, podSet, pods, gang.seats().get(0).claimant(), kept);
                changed |= grown;
                room = podSet.count() - gang.seats(podSet.name());
                pods = grown ? Math.min(room, pods) : Demands.next(pods, 1);
            }
        }
        return changed;
    }

    private boolean move(Gang gang, GangSpec.PodSet podSet, Seat seat, Map<Claimant, Integer> kept) {
        int at = gang.seats().indexOf(seat);
        gang.seats().remove(at);
        cluster.seat(seat.node(), seat.claimant(), seat.shape(), -1);
        if (add(gang, podSet, 1, seat.claimant(), kept)) {
            Seat found = gang.seats().remove(gang.seats().size() - 1);
            gang.seats().add(at, found);
            return true;
        }
        gang.seats().add(at, seat);
        cluster.seat(seat.node(), seat.claimant(), seat.shape(), 1);
        return false;
    }

    private boolean add(Gang gang, GangSpec.PodSet podSet, int pods, Claimant claimant, Map<Claimant, Integer> kept) {
        GangDemand demand = Demands.more(gang, podSet, pods);
        Optional<String> beside = gang.seats().stream()
                .map(Seat::node)
                .filter(seating::takesWork)
                .findFirst()
                .or(() -> gang.seats().stream().map(Seat::node).findFirst());
        int keptForOthers = kept.getOrDefault(claimant, 0);
        Outcome outcome = beside.isPresent()
                ? placer.placeBeside(demand, claimant, beside.get(), keptForOthers)
                : placer.place(demand, claimant, keptForOthers);
        if (outcome instanceof Outcome.Placed placed) {
            Demands.addSeats(gang, demand, placed);
            return true;
        }
        return false;
    }
}
