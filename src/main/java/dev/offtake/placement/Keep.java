package dev.offtake.placement;

import java.util.Set;

/**
 * What earlier gangs wait for, and what one that comes later must leave to them.
 *
 * @param units of its account; GPUs on demand
 * @param nodes that take no more of its work
 */
public record Keep(int units, Set<String> nodes) {
    public static final Keep NOTHING = new Keep(0, Set.of());

    public Keep {
        nodes = Set.copyOf(nodes);
    }

    public static Keep of(int units) {
        return units == 0 ? NOTHING : new Keep(units, Set.of());
    }

    /** Whether anything has to be left. */
    boolean isAny() {
        return units > 0 || !nodes.isEmpty();
    }

    /** Whether who has to leave this has to leave the other as well. */
    public boolean covers(Keep other) {
        return units >= other.units && (nodes == other.nodes || nodes.containsAll(other.nodes));
    }
}
