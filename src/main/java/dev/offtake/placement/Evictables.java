package dev.offtake.placement;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Work that may be evicted now for whoever asks, by the node that it is on. */
@FunctionalInterface
public interface Evictables {
    /** Nobody. */
    Evictables NONE = node -> List.of();

    /** The gangs that have evictable pods on the node, always in the same order; at most 62 of them are looked at. */
    List<? extends Victim> on(String node);

    /** A gang that can be evicted, as a whole. One object for each gang, as long as a search takes. */
    interface Victim {
        /** What evicting it destroys, in GPU seconds; 0 for one that is leaving already. */
        double cost();

        /** The nodes that it is on. */
        Collection<String> nodes();

        /** Its pods on a node, by shape. */
        Map<Shape, Integer> pods(String node);
    }
}
