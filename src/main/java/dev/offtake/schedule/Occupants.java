package dev.offtake.schedule;

import dev.offtake.placement.Cluster;
import dev.offtake.placement.Recount;
import dev.offtake.placement.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Pods on nodes that sit on no gang's seat. */
final class Occupants {
    private final Cluster cluster;
    private final Map<String, Occupant> byUid = new HashMap<>();

    private record Occupant(String node, Shape shape) {}

    Occupants(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Counts a pod on a node; answers whether that is news. */
    boolean occupy(String podUid, String node, Shape shape) {
        Occupant occupant = new Occupant(node, shape);
        if (occupant.equals(byUid.put(podUid, occupant))) {
            return false;
        }
        cluster.occupy(podUid, node, shape);
        return true;
    }

    /** All that are counted. */
    List<Recount.Stray> all() {
        return byUid.entrySet().stream()
                .map(of -> new Recount.Stray(
                        of.getKey(), of.getValue().node(), of.getValue().shape()))
                .toList();
    }

    /** Counts a pod no longer; answers whether it was counted. */
    boolean vacate(String podUid) {
        if (byUid.remove(podUid) == null) {
            return false;
        }
        cluster.vacate(podUid);
        return true;
    }
}
