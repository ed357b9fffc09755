package dev.offtake.sim.input;

import dev.offtake.fleet.Fleet;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.NodeState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Pools and nodes that are of no use to each other, or not of all that they could be: labels or selectors may be wrong. */
final class NodeNotes {
    private final Fleet fleet = new Fleet();
    private final List<NodeFacts> nodes;
    private final List<String> notes = new ArrayList<>();

    private NodeNotes(List<Site> sites) {
        sites.forEach(s -> s.pools().forEach(fleet::putPool));
        sites.forEach(s -> s.nodes().forEach(fleet::putNode));
        nodes = sites.stream().flatMap(s -> s.nodes().stream()).toList();
    }

    /** @param sites what there is at the begin, and what comes later */
    static List<String> of(List<Site> sites) {
        NodeNotes of = new NodeNotes(sites);
        of.look();
        return of.notes;
    }

    private void look() {
        fleet.pools().stream()
                .filter(pool -> fleet.nodes(pool.name()).isEmpty())
                .forEach(pool -> notes.add("GPUPool " + pool.name() + " has no nodes"));
        note(
                "nodes of no GPUPool",
                node -> health(node).isEmpty()
                        ? Optional.of(fleet.whyNoPool(node).orElse(""))
                        : Optional.empty());
        note(
                "nodes that several GPUPools claim, so that they take no work",
                node -> health(node).filter(NodeState.Health.DISPUTED::equals).isPresent()
                        ? Optional.of("")
                        : Optional.empty());
        note(
                "nodes that are not whole",
                node -> health(node)
                        .filter(h -> h != NodeState.Health.DISPUTED)
                        .flatMap(h -> fleet.whyNotUsable(node.name())));
        note("nodes with more than their GPUPool sells", node -> fleet.surplus(node.name()));
    }

    private Optional<NodeState.Health> health(NodeFacts node) {
        return fleet.node(node.name()).filter(state -> state.pool().isPresent()).map(NodeState::health);
    }

    /** @param why something is to be said of a node, in words that may be none; empty if nothing is */
    private void note(String what, Function<NodeFacts, Optional<String>> why) {
        List<NodeFacts> all =
                nodes.stream().filter(node -> why.apply(node).isPresent()).toList();
        if (!all.isEmpty()) {
            String first = why.apply(all.get(0))
                    .filter(text -> !text.isEmpty())
                    .map(text -> ", " + text)
                    .orElse("");
            notes.add(what + ": " + all.size() + ", the first is " + all.get(0).name() + first);
        }
    }
}
