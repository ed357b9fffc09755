package dev.offtake.sim.run;

import dev.offtake.fleet.NodeFacts;
import dev.offtake.schedule.Decider;
import dev.offtake.schedule.Event;
import dev.offtake.sim.input.Change;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The nodes as they stand. That one failed its kubelet says, and that it is cordoned whoever did it: as on a cluster, no
 * manifest that is applied later makes it well.
 */
final class Nodes {
    private final Decider decider;
    private final Gangs gangs;
    private final Meter meter;
    private final Map<String, NodeFacts> nodes = new HashMap<>();
    private final Set<String> failed = new HashSet<>();
    private final Set<String> cordoned = new HashSet<>();

    Nodes(Decider decider, Gangs gangs, Meter meter) {
        this.decider = decider;
        this.gangs = gangs;
        this.meter = meter;
    }

    /** A node comes, or is another from now on. */
    void apply(NodeFacts node) {
        put(with(
                node,
                node.ready() && !failed.contains(node.name()),
                node.unschedulable() || cordoned.contains(node.name())));
    }

    private void put(NodeFacts node) {
        nodes.put(node.name(), node);
        decider.apply(new Event.PutNode(node));
    }

    void change(Change.OfNodes change, long now) {
        for (String name : change.nodes()) {
            Optional<NodeFacts> known = Optional.ofNullable(nodes.get(name));
            known.ifPresent(node -> change(node, change.what()));
            meter.nodeChanged(name);
        }
        boolean ends = change.what() == Change.OfNodes.What.FAIL || change.what() == Change.OfNodes.What.DELETE;
        if (ends) {
            gangs.lose(new HashSet<>(change.nodes()), now);
        }
    }

    private void change(NodeFacts node, Change.OfNodes.What what) {
        switch (what) {
            case FAIL -> {
                failed.add(node.name());
                put(with(node, false, node.unschedulable()));
            }
            case RECOVER -> {
                failed.remove(node.name());
                put(with(node, true, node.unschedulable()));
            }
            case CORDON -> {
                cordoned.add(node.name());
                put(with(node, node.ready(), true));
            }
            case UNCORDON -> {
                cordoned.remove(node.name());
                put(with(node, node.ready(), false));
            }
            case DELETE -> {
                nodes.remove(node.name());
                failed.remove(node.name());
                cordoned.remove(node.name());
                decider.apply(new Event.RemoveNode(node.name()));
                // Others may have been kept from work by it.
                meter.supplyChanged();
            }
        }
    }

    private static NodeFacts with(NodeFacts node, boolean ready, boolean unschedulable) {
        return new NodeFacts(
                node.name(),
                node.uid(),
                node.labels(),
                node.taints(),
                ready,
                unschedulable,
                node.conditions(),
                node.allocatable());
    }
}
