package dev.offtake.fleet;

import java.util.List;
import java.util.Optional;

/**
 * What the fleet makes of a node.
 *
 * @param pool the pool that it belongs to; empty for a node of no pool. A disputed node stays with the pool that had it
 *     first, so that what runs there keeps its place
 * @param cells the node's cell at each keyed level of the pool, outermost first; {@link #UNKNOWN} from the first level
 *     on whose label is missing or contradicts the tree; {@link #IMPLIED} where the site has no such level
 * @param gpus whole GPUs that are allocatable, at most the pool's {@code gpusPerNode}; 0 for a node of no pool
 * @param health for a node of no pool only what Kubernetes itself says
 */
public record NodeState(NodeFacts facts, Optional<String> pool, List<String> cells, int gpus, Health health) {
    /** A cell that is not known. */
    public static final String UNKNOWN = "";

    /**
     * How the name of a cell ends at a level of undeclared size that no node of the pool has a label for: all nodes of
     * an outer cell are then in one such cell. Label values cannot contain it.
     */
    public static final String IMPLIED = "*";

    /** Whether and why a node takes new work; the first that applies, in this order. */
    public enum Health {
        /** Claimed by more than one pool. */
        DISPUTED,
        NOT_READY,
        CORDONED,
        /** By the pool's condition and taint signals, or without any allocatable GPU. */
        UNHEALTHY,
        /** Fewer GPUs allocatable than a whole node has: takes work below {@code node} only. */
        DEGRADED,
        USABLE;

        /** Whether new work may be placed on such a node. */
        public boolean takesWork() {
            return this == USABLE || this == DEGRADED;
        }
    }

    public NodeState {
        cells = List.copyOf(cells);
    }
}
