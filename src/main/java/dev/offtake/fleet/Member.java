package dev.offtake.fleet;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node as the fleet keeps it: its facts, what is remembered of it, and where it belongs. */
final class Member {
    NodeFacts facts;
    /** Product and topology labels that the node no longer carries but that still count, see {@link HeldLabels}. */
    Map<String, String> held = Map.of();
    /** Names of the pools that claim the node, in order; more than one is a dispute. */
    List<String> claimants = List.of();
    /** The pool that it belongs to, one of the claimants. */
    @Nullable
    PoolNodes home;
    /** Values at the keyed levels of its pool, {@link NodeState#UNKNOWN} where it has none. Kept by the tree. */
    List<String> values = List.of();
    /** What was last answered about the node. */
    @Nullable
    NodeState state;
    /** The pool that counts this state. */
    @Nullable
    PoolNodes countedBy;

    Member(NodeFacts facts) {
        this.facts = facts;
    }

    String name() {
        return facts.name();
    }

    boolean disputed() {
        return claimants.size() > 1;
    }

    /** The value of a label, held ones included. */
    @Nullable
    String label(String key) {
        @Nullable String value = value(facts.labels(), key);
        return value != null ? value : held.get(key);
    }

    /** The value of a label; an empty one is none: CoreWeave writes {@code gpu.nvidia.com/model=""} on CPU nodes. */
    static @Nullable String value(Map<String, String> labels, String key) {
        @Nullable String value = labels.get(key);
        return value == null || value.isEmpty() ? null : value;
    }
}
