package dev.offtake.sim.run;

import dev.offtake.fleet.NodeFacts;
import dev.offtake.schedule.Decider;
import dev.offtake.schedule.Event;
import dev.offtake.sim.input.Change;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;

/** The nodes as they stand. */
final class Nodes {
    private final Decider decider;
    private final Gangs gangs;
    private final Meter meter;
    private final Map<String, NodeFacts> nodes = new HashMap<>();

    Nodes(Decider decider, Gangs gangs, Meter meter) {
        this.decider = decider;
        this.gangs = gangs;
        this.meter = meter;
    }

    void put(NodeFacts node) {
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
            case FAIL -> put(with(node, false, node.unschedulable()));
            case RECOVER -> put(with(node, true, node.unschedulable()));
            case CORDON -> put(with(node, node.ready(), true));
            case UNCORDON -> put(with(node, node.ready(), false));
            case DELETE -> {
                nodes.remove(node.name());
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
