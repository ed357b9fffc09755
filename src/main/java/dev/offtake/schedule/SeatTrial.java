package dev.offtake.schedule;

import dev.offtake.placement.Assignment;
import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.GangDemand;
import dev.offtake.placement.Outcome;
import dev.offtake.placement.Shape;
import java.util.ArrayList;
import java.util.List;

/** What was changed for a trial, to be taken back. */
final class SeatTrial {
    private final Cluster cluster;
    private final long freedBefore;
    private final List<Change> changes = new ArrayList<>();

    private record Change(String node, Claimant claimant, Shape shape, int pods) {}

    SeatTrial(Cluster cluster) {
        this.cluster = cluster;
        freedBefore = cluster.freed();
    }

    void seat(String node, Claimant claimant, Shape shape, int pods) {
        cluster.seat(node, claimant, shape, pods);
        changes.add(new Change(node, claimant, shape, pods));
    }

    void placed(GangDemand demand, Outcome.Placed placed) {
        for (int i = 0; i < demand.podSets().size(); i++) {
            Shape shape = demand.podSets().get(i).shape();
            for (Assignment.NodePods on : placed.assignment().nodes().get(i)) {
                changes.add(new Change(on.node(), placed.claimant(), shape, on.pods()));
            }
        }
    }

    void undo() {
        for (int i = changes.size() - 1; i >= 0; i--) {
            Change change = changes.get(i);
            cluster.seat(change.node(), change.claimant(), change.shape(), -change.pods());
        }
        cluster.nothingFreedSince(freedBefore);
    }
}
