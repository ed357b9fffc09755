package dev.offtake.sim.input;

import java.util.List;

/** Something that happens to supply or promises. */
public sealed interface Change {
    /**
     * Nodes change.
     *
     * @param nodes their names, at least one
     */
    record OfNodes(What what, List<String> nodes) implements Change {
        /** What becomes of them. */
        public enum What {
            /** They are not ready, and what runs there ends. */
            FAIL,
            /** They are ready again. */
            RECOVER,
            /** They take no new work. */
            CORDON,
            /** They take work again. */
            UNCORDON,
            /** They are no more, and what runs there ends. */
            DELETE
        }

        public OfNodes {
            nodes = List.copyOf(nodes);
        }
    }

    /** Pools, nodes and contracts are added, or are there in place of those with their names. */
    record Apply(Site site) implements Change {}

    /** A contract is no more. */
    record DeleteContract(String name) implements Change {}
}
