package dev.offtake.fleet;

import dev.offtake.fleet.NodeState.Health;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The rules of {@link Fleet} written down plainly: everything is computed anew from all nodes, nothing is held. */
final class FleetModel {
    final TreeMap<String, Pool> pools = new TreeMap<>();
    final TreeMap<String, NodeFacts> nodes = new TreeMap<>();
    /** The one thing that depends on history: which pool had a node first. */
    private final Map<String, String> homes = new TreeMap<>();

    void putNode(NodeFacts facts) {
        NodeFacts before = nodes.put(facts.name(), facts);
        if (before != null && !before.uid().equals(facts.uid())) {
            homes.remove(facts.name());
        }
        settleHomes();
    }

    void removeNode(String name) {
        nodes.remove(name);
        homes.remove(name);
    }

    void putPool(Pool pool) {
        pools.put(pool.name(), pool);
        settleHomes();
    }

    void removePool(String name) {
        pools.remove(name);
        settleHomes();
    }

    private void settleHomes() {
        for (NodeFacts node : nodes.values()) {
            List<String> claimants = claimants(node);
            if (claimants.isEmpty()) {
                homes.remove(node.name());
            } else if (!claimants.contains(homes.getOrDefault(node.name(), ""))) {
                homes.put(node.name(), claimants.get(0));
            }
        }
    }

    List<String> claimants(NodeFacts node) {
        return pools.values().stream()
                .filter(pool -> Requirement.all(pool.selector(), node.labels()))
                .filter(pool -> pool.product().stream()
                        .filter(product -> node.labels().containsKey(product.key()))
                        .findFirst()
                        .filter(product ->
                                product.values().contains(node.labels().get(product.key())))
                        .isPresent())
                .map(Pool::name)
                .toList();
    }

    Map<String, NodeState> states() {
        Map<String, NodeState> states = new TreeMap<>();
        for (NodeFacts node : nodes.values()) {
            states.put(node.name(), state(node));
        }
        return states;
    }

    private NodeState state(NodeFacts node) {
        String home = homes.get(node.name());
        if (home == null) {
            return new NodeState(node, Optional.empty(), List.of(), 0, node.ready() ? Health.USABLE : Health.NOT_READY);
        }
        Pool pool = pools.get(home);
        int gpus = (int) Math.min(node.allocatable(pool.resourceName()), pool.gpusPerNode());
        Health health;
        if (claimants(node).size() > 1) {
            health = Health.DISPUTED;
        } else if (!node.ready()) {
            health = Health.NOT_READY;
        } else if (gpus == 0) {
            health = Health.UNHEALTHY;
        } else {
            health = gpus < pool.gpusPerNode() ? Health.DEGRADED : Health.USABLE;
        }
        return new NodeState(node, Optional.of(home), cells(pool, node), gpus, health);
    }

    private List<NodeFacts> nodesOf(Pool pool) {
        return nodes.values().stream()
                .filter(node -> pool.name().equals(homes.get(node.name())))
                .toList();
    }

    private List<String> cells(Pool pool, NodeFacts node) {
        List<String> path = path(pool, node);
        List<String> cells = new ArrayList<>();
        for (int l = 0; l < pool.keyedLevels().size(); l++) {
            boolean known = l < path.size()
                    && cells.size() == l
                    && parents(pool, l, path.get(l)).size() <= 1;
            if (known) {
                cells.add(path.get(l));
            }
        }
        while (cells.size() < pool.keyedLevels().size()) {
            cells.add(NodeState.UNKNOWN);
        }
        return cells;
    }

    /** The cells of the next outer level that nodes of a cell lie in. */
    private Set<String> parents(Pool pool, int level, String cell) {
        Set<String> parents = new HashSet<>();
        for (NodeFacts other : nodesOf(pool)) {
            List<String> path = path(pool, other);
            if (level > 0 && path.size() > level && path.get(level).equals(cell)) {
                parents.add(path.get(level - 1));
            }
        }
        return parents;
    }

    private List<String> path(Pool pool, NodeFacts node) {
        List<String> path = new ArrayList<>();
        for (Level level : pool.keyedLevels()) {
            Optional<String> value = value(level, node);
            boolean implied = level.nodes() == 0
                    && nodesOf(pool).stream()
                            .noneMatch(other -> value(level, other).isPresent());
            if (implied) {
                path.add(path.isEmpty() ? "*" : path.get(path.size() - 1) + "/*");
            } else if (value.isPresent()) {
                path.add(value.get());
            } else {
                break;
            }
        }
        return path;
    }

    private static Optional<String> value(Level level, NodeFacts node) {
        return level.keys().stream()
                .filter(key -> node.labels().containsKey(key))
                .map(key -> node.labels().get(key))
                .findFirst();
    }
}
