package dev.offtake.schedule;

import dev.offtake.fleet.NodeState;
import dev.offtake.placement.Cluster;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Gives the pods of a placed gang their seats. */
final class Seating {
    private final Cluster cluster;

    Seating(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Seats every waiting pod for which there is a free seat on a node that takes work; a pod with a completion index
     * gets the seat of its number where it is free, so that the order of the index follows the topology.
     */
    List<Decision.Release> seat(Gang gang) {
        List<Decision.Release> releases = new ArrayList<>();
        Optional<Decision.Grant> grant = gang.grant();
        if (grant.isEmpty()) {
            return releases;
        }
        for (GangSpec.PodSet podSet : gang.spec().podSets()) {
            List<PodFacts> waiting = new ArrayList<>(gang.unseated(podSet.name()));
            if (waiting.isEmpty()) {
                continue;
            }
            waiting.sort(Comparator.comparingInt((PodFacts p) -> p.index() < 0 ? Integer.MAX_VALUE : p.index())
                    .thenComparing(PodFacts::name));
            List<Seat> seats = gang.seats().stream()
                    .filter(s -> s.podSet().equals(podSet.name()))
                    .toList();
            int next = 0;
            List<PodFacts> without = new ArrayList<>();
            for (PodFacts pod : waiting) {
                boolean own = pod.index() >= 0 && pod.index() < seats.size() && canSit(seats.get(pod.index()));
                if (own) {
                    releases.add(sit(gang, grant.get(), pod, seats.get(pod.index())));
                } else {
                    without.add(pod);
                }
            }
            for (PodFacts pod : without) {
                while (next < seats.size() && !canSit(seats.get(next))) {
                    next++;
                }
                if (next < seats.size()) {
                    releases.add(sit(gang, grant.get(), pod, seats.get(next)));
                }
            }
        }
        return releases;
    }

    private Decision.Release sit(Gang gang, Decision.Grant grant, PodFacts pod, Seat seat) {
        gang.sit(pod.uid(), seat);
        Decision.Grant onAccount =
                new Decision.Grant(grant.commitment(), seat.claimant().tier(), grant.since(), grant.declaredEnd());
        return new Decision.Release(gang.id(), pod.uid(), pod.name(), seat.node(), onAccount);
    }

    private boolean canSit(Seat seat) {
        return seat.isFree() && takesWork(seat.node());
    }

    boolean takesWork(String node) {
        return cluster.fleet()
                .node(node)
                .map(NodeState::health)
                .map(NodeState.Health::takesWork)
                .orElse(false);
    }
}
