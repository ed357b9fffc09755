package dev.offtake.placement;

import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which nodes of a pool a filter accepts: evaluated once per node, kept while the filter is in use. */
final class FilterCache {
    /** Filters kept per pool; the one that was not asked for longest goes first. */
    private static final int MOST = 512;

    private final Map<PoolState, LinkedHashMap<NodeFilter, BitSet>> byPool = new HashMap<>();

    BitSet accepted(PoolState pool, NodeFilter filter) {
        LinkedHashMap<NodeFilter, BitSet> filters =
                byPool.computeIfAbsent(pool, p -> new LinkedHashMap<>(16, 0.75f, true));
        BitSet known = filters.get(filter);
        if (known != null) {
            return known;
        }
        BitSet bits = new BitSet();
        for (int n = 0; n < pool.bound(); n++) {
            if (pool.hasNode(n) && filter.accepts(pool.node(n).facts())) {
                bits.set(n);
            }
        }
        filters.put(filter, bits);
        if (filters.size() > MOST) {
            filters.remove(filters.keySet().iterator().next());
        }
        return bits;
    }

    /** The filters that are kept, with the nodes that they accept. */
    Map<NodeFilter, BitSet> kept(PoolState pool) {
        return byPool.getOrDefault(pool, new LinkedHashMap<>());
    }

    void addNode(PoolState pool, int n) {
        LinkedHashMap<NodeFilter, BitSet> filters = byPool.get(pool);
        if (filters != null) {
            filters.forEach(
                    (filter, bits) -> bits.set(n, filter.accepts(pool.node(n).facts())));
        }
    }

    void removeNode(PoolState pool, int n) {
        LinkedHashMap<NodeFilter, BitSet> filters = byPool.get(pool);
        if (filters != null) {
            filters.values().forEach(bits -> bits.clear(n));
        }
    }

    void forget(PoolState pool) {
        byPool.remove(pool);
    }
}
