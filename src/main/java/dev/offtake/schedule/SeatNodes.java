package dev.offtake.schedule;

import dev.offtake.fleet.NodeState;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Shape;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Whether pods may come to the seats of their gangs, by the nodes on which these are and who else is there. */
final class SeatNodes {
    private final Cluster cluster;
    private final Holders holders;

    SeatNodes(Cluster cluster, Holders holders) {
        this.cluster = cluster;
        this.holders = holders;
    }

    /** Whether a seat of a gang has no pod, and none can come to it. */
    boolean isLost(Gang gang, Seat seat) {
        return seat.isFree() && (!mayCome(gang, seat) || isTaken(seat));
    }

    /**
     * Whether pods may come to a seat of their gang, whoever is there now: its node takes work, and theirs. It may have
     * got a taint since the seat was found; kube-scheduler would refuse a pod there, and the whole gang would have to go.
     */
    boolean mayCome(Gang gang, Seat seat) {
        Optional<NodeFilter> filter = gang.spec().podSet(seat.podSet()).map(GangSpec.PodSet::filter);
        return working(seat.node())
                .filter(state -> filter.isEmpty() || filter.get().accepts(state.facts()))
                .isPresent();
    }

    /**
     * Whether others are where a free seat is (I1): those who had to leave it for a plan that ended without that seat, as
     * its node took no work then. Who only is to come there himself does not take it.
     */
    private boolean isTaken(Seat seat) {
        return seat.isDenied() ? isBlocked(seat.node()) : isOverused(seat.node()) && !isRoomBesidePods(seat);
    }

    private boolean isRoomBesidePods(Seat seat) {
        return isRoom(seat.node(), gang -> gang.seats().stream().filter(other -> other == seat || !other.isFree()));
    }

    /**
     * Whether a gang cannot come to its seats on a node, though all have gone who had to for it. Who waits there for more of
     * them to go is not there yet; whoever else has a seat there is, or may come at any moment.
     */
    boolean isTakenFrom(Gang gang, String node) {
        return isOverused(node)
                && !isRoom(
                        node,
                        other -> Stream.concat(
                                other.leaving().stream(),
                                other.seats().stream()
                                        .filter(seat -> other == gang
                                                || !seat.isFree()
                                                || other.hasForSure(seat)
                                                || other.victimsGone())));
    }

    private boolean isRoom(String node, Function<Gang, Stream<Seat>> there) {
        Set<Gang> all = Collections.newSetFromMap(new IdentityHashMap<>());
        holders.all().values().forEach(of -> all.addAll(of.keySet()));
        List<Shape> pods = all.stream()
                .flatMap(there)
                .filter(seat -> seat.node().equals(node))
                .map(Seat::shape)
                .toList();
        return cluster.holds(node, pods);
    }

    /** Whether work may come to a node. */
    boolean takesWork(String node) {
        return working(node).isPresent();
    }

    /** Of a node in no pool nobody counts what lies there. */
    private Optional<NodeState> working(String node) {
        return cluster.fleet()
                .node(node)
                .filter(state -> state.pool().isPresent() && state.health().takesWork());
    }

    /** Whether more is used of the node than it has, as when others came onto it. */
    boolean isOverused(String node) {
        return cluster.isOverused(node);
    }

    /** Whether lent work has to go before a node may be taken: from the node, or from another one as that is a spare. */
    boolean isBlocked(String node) {
        return isOverused(node) || !onSpares(node).isEmpty();
    }

    /** Nodes beside a node that only lent work uses, of which some have to be spares. */
    Set<String> onSpares(String node) {
        return cluster.onSpares(node);
    }

    /** Nodes that others have to leave, or some of them, before who has come onto a node may have it. */
    Set<String> nodesToLeave(String node) {
        Set<String> nodes = new HashSet<>(cluster.besideSpares(node));
        if (isOverused(node)) {
            nodes.add(node);
        }
        return nodes;
    }

    /** Whether the node exists, whatever its health. */
    boolean isThere(String node) {
        return cluster.fleet().node(node).isPresent();
    }
}
