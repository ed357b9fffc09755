package dev.offtake.placement;

/** The ranks of the nodes of a leaf on which anything fits, each once, with the key of the first node that has it. */
final class LeafRanks {
    private final PoolState pool;
    private final Tightness tightness;
    private final NodeCounts nodes;
    private final int nodeDepth;
    private final long[] pairs = new long[2 * Leaves.SIZE];

    LeafRanks(PoolState pool, Tightness tightness, NodeCounts nodes) {
        this.pool = pool;
        this.tightness = tightness;
        this.nodes = nodes;
        nodeDepth = pool.levels().nodeDepth();
    }

    /** Ranks the nodes of a leaf; answers how much of {@link #pairs} there is. */
    int rank(int leaf) {
        int size = 0;
        for (int i = 0; i < Leaves.SIZE && pool.supply().leaves().count(leaf) > 0; i++) {
            int n = pool.supply().leaves().node(leaf, i);
            if (n >= 0 && nodes.fit(n) > 0) {
                long rank = tightness.rank(nodeDepth, n);
                int at = 0;
                while (at < size && pairs[at] != rank) {
                    at += 2;
                }
                if (at == size) {
                    pairs[size] = rank;
                    pairs[size + 1] = tightness.key(nodeDepth, n);
                    size += 2;
                }
            }
        }
        return size;
    }

    /** Ranks and keys in turn, of the leaf that was ranked last; to be read only. */
    long[] pairs() {
        return pairs;
    }
}
