package dev.offtake.placement;

/** How many pods fit on each node of a few leaves that were counted; on the other nodes it is what others have counted. */
final class OwnNodeCounts extends NodeCounts {
    private final NodeCounts others;
    private final Leaves leaves;
    private final Slots counted = new Slots();

    /** @param others the same class of pods by another right */
    OwnNodeCounts(PoolState pool, NodeFits fits, NodeCounts others) {
        super(pool, fits);
        this.others = others;
        leaves = pool.supply().leaves();
    }

    /** No leaf was counted. */
    void clear() {
        counted.clear();
    }

    int size() {
        return counted.size();
    }

    boolean isCounted(int leaf) {
        return counted.find(leaf) >= 0;
    }

    @Override
    int at(int n) {
        return atLeaf(leaves.leaf(n)) * Leaves.SIZE + leaves.place(n) % Leaves.SIZE;
    }

    @Override
    int atLeaf(int leaf) {
        return counted.find(leaf);
    }

    private boolean isOwn(int n) {
        return counted.find(leaves.leaf(n)) >= 0;
    }

    @Override
    void count(int leaf) {
        counted.put(leaf);
        growTo(counted.size() * Leaves.SIZE, counted.size());
        super.count(leaf);
    }

    @Override
    int fit(int n) {
        return isOwn(n) ? super.fit(n) : others.fit(n);
    }

    @Override
    boolean inside(int n) {
        return isOwn(n) ? super.inside(n) : others.inside(n);
    }

    @Override
    boolean isIdle(int n) {
        return isOwn(n) ? super.isIdle(n) : others.isIdle(n);
    }

    @Override
    int idle(int leaf, boolean all) {
        return counted.find(leaf) >= 0 ? super.idle(leaf, all) : others.idle(leaf, all);
    }

    @Override
    int cellOf(int leaf) {
        return others.cellOf(leaf);
    }
}
