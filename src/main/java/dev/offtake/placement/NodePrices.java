package dev.offtake.placement;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What pods of one shape cost on each node. Several ways lead to a node, so what was counted once is kept. */
final class NodePrices {
    private final NodeVictims nodeVictims;
    private final Shape shape;
    private final int nodeDepth;
    /** By node and pods, of nodes on which nobody goes in any case. */
    private final Map<Long, Optional<Descent.Pick>> known = new HashMap<>();

    NodePrices(NodeVictims nodeVictims, Shape shape, int nodeDepth) {
        this.nodeDepth = nodeDepth;
        this.nodeVictims = nodeVictims;
        this.shape = shape;
    }

    /** The place of so many pods on a node, beside victims who go in any case; null if there is none. */
    Descent.@Nullable Pick pick(int n, int pods, Ousted going) {
        if (going.isIn(nodeDepth, n)) {
            return count(n, pods, going.victims());
        }
        long key = (long) n << Integer.SIZE | pods;
        Optional<Descent.Pick> kept = known.get(key);
        if (kept == null) {
            kept = Optional.ofNullable(count(n, pods, Set.of()));
            known.put(key, kept);
        }
        return kept.orElse(null);
    }

    private Descent.@Nullable Pick count(int n, int pods, Set<Evictables.Victim> going) {
        List<Evictables.Victim> victims = nodeVictims.toFit(n, shape, pods, going);
        return victims == null
                ? null
                : new Descent.Pick(Descent.cost(victims), Map.of(n, pods), new LinkedHashSet<>(victims));
    }

    /** Of how many pods more each costs least there; see {@link NodeVictims#cheapestCount}. */
    int cheapestCount(int n, int there, int most, int step, Ousted going) {
        return nodeVictims.cheapestCount(n, shape, there, most, step, going.victims());
    }
}
