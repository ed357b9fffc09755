package dev.offtake.fleet;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * All pools and nodes, and which node belongs where. Changed in place by one thread; each change answers with the nodes
 * whose {@link NodeState} it changed, in the order of their names.
 */
public final class Fleet {
    /** Adds or replaces a pool. */
    public List<NodeState> putPool(Pool pool) {
        throw new UnsupportedOperationException(pool.name());
    }

    /** Removes a pool; its nodes are then in no pool, or in another that claims them. */
    public List<NodeState> removePool(String name) {
        throw new UnsupportedOperationException(name);
    }

    /** Adds or updates a node. */
    public List<NodeState> putNode(NodeFacts facts) {
        throw new UnsupportedOperationException(facts.name());
    }

    /** Removes a node; the answer holds only the other nodes that changed with it. */
    public List<NodeState> removeNode(String name) {
        throw new UnsupportedOperationException(name);
    }

    /** The pools in the order of their names. */
    public Collection<Pool> pools() {
        throw new UnsupportedOperationException();
    }

    public Optional<NodeState> node(String name) {
        throw new UnsupportedOperationException(name);
    }
}
