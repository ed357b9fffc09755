package dev.offtake.placement;

import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * Compares some of what is kept of what fits with the same counted anew: others each time, as there are many. They are
 * counted by the same code; what is looked for is a change that they have missed.
 */
final class FitRecount {
    private final Cluster cluster;
    private int next;

    FitRecount(Cluster cluster) {
        this.cluster = cluster;
    }

    void compare(PoolState pool) {
        next++;
        List<Map.Entry<NodeFilter, BitSet>> filters =
                List.copyOf(cluster.filters().kept(pool).entrySet());
        if (!filters.isEmpty()) {
            compare(pool, filters.get(Math.floorMod(next, filters.size())));
        }
        List<Map.Entry<FitIndexes.Key, FitIndex>> indexes =
                List.copyOf(pool.fits().kept().entrySet());
        if (!indexes.isEmpty()) {
            Map.Entry<FitIndexes.Key, FitIndex> index = indexes.get(Math.floorMod(next, indexes.size()));
            compare(pool, index.getKey(), index.getValue(), index.getValue());
        }
        List<Map.Entry<FitIndexes.OwnKey, OwnFits>> owns =
                List.copyOf(pool.fits().keptOwn().entrySet());
        if (!owns.isEmpty()) {
            Map.Entry<FitIndexes.OwnKey, OwnFits> own = owns.get(Math.floorMod(next, owns.size()));
            FitIndexes.Key key = own.getKey().key().of(own.getKey().owner());
            compare(pool, key, own.getValue(), own.getValue().others());
        }
    }

    private static void compare(PoolState pool, Map.Entry<NodeFilter, BitSet> filter) {
        BitSet counted = new BitSet();
        pool.nodes()
                .forEach(
                        n -> counted.set(n, filter.getKey().accepts(pool.node(n).facts())));
        Miscount.compare(
                filter.getValue(),
                counted,
                "nodes of pool %s that %s accepts",
                pool.pool().name(),
                filter.getKey());
    }

    /** @param last what was asked last in the same way */
    private static void compare(PoolState pool, FitIndexes.Key key, Fits kept, FitIndex last) {
        GangDemand.PodSet podSet = new GangDemand.PodSet("any", 1, key.shape(), key.filter(), key.slice());
        FitIndex counted = new FitIndex(pool, key.right(), key.reach(), podSet, key.spared());
        counted.accept(last.accepted(), last.avoided());
        kept.refresh();
        counted.refresh();
        for (int d = 0; d <= pool.levels().nodeDepth() && pool.hasNodes(); d++) {
            for (int n : pool.nodes()) {
                int cell = pool.ancestor(d, n);
                if (kept.of(d, cell) != counted.of(d, cell) || kept.inside(d, cell) != counted.inside(d, cell)) {
                    String where = d == pool.levels().nodeDepth()
                            ? pool.node(n).facts().name()
                            : pool.cells(d).path(cell);
                    throw new Miscount(
                            "what fits of " + key + " in " + pool.pool().name() + " at " + where + ": kept "
                                    + kept.of(d, cell) + ", inside " + kept.inside(d, cell) + "; counted "
                                    + counted.of(d, cell) + ", inside " + counted.inside(d, cell));
                }
            }
            Miscount.compareNumbers(
                    kept.most(d),
                    counted.most(d),
                    "most of %s at depth %s of %s",
                    key,
                    d,
                    pool.pool().name());
        }
    }
}
