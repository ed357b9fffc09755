package dev.offtake.placement;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Work that may be evicted now for whoever asks, by the node that it is on. */
@FunctionalInterface
public interface Evictables {
    /** Nobody. */
    Evictables NONE = node -> List.of();

    /**
     * Who has evictable pods on the node, always in the same order; at most 62 of them are looked at. The parts of a gang
     * come one after the other, cheapest first, and then the gang as a whole if that may be evicted.
     */
    List<? extends Victim> on(String node);

    /**
     * A gang that can be evicted as a whole, or a part of a gang that can do without it. One object for each, as long as
     * a search takes.
     */
    interface Victim {
        /** What evicting it destroys, in GPU seconds; 0 for one that is leaving already. */
        double cost();

        /** The nodes that it is on; for a part those of all parts of its gang, as they have {@link #spare} in common. */
        Collection<String> nodes();

        /** The gang that it is, or is a part of. */
        default Object gang() {
            return this;
        }

        /** How many parts of its gang may go and leave the gang running; empty for a gang as a whole. */
        default OptionalInt spare() {
            return OptionalInt.empty();
        }

        /** What {@link #spare} is counted of: parts that are the same in this, its gang unless that has parts of two kinds. */
        default Object sparedOf() {
            return gang();
        }

        /** Its pods on a node, by shape. */
        Map<Shape, Integer> pods(String node);
    }
}
