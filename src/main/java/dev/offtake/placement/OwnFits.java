package dev.offtake.placement;

import java.util.BitSet;

/**
 * What fits for an owner who has bound little of a pool: what fits for somebody with the same unit who has nothing, which
 * is the same for all of them, but for the leaves in which its cells lie and what they are parts of. It costs those, and
 * not the pool.
 */
final class OwnFits extends RankedFits {
    private final PoolState pool;
    private final int owner;
    private final FitIndex others;
    private final OwnNodeCounts nodes;
    private final OwnCellCounts cells;
    private final SpareLimits spares;
    private final OwnOrder order;
    private final int nodeDepth;
    /** Of the others when it was counted. */
    private long version = -1;

    /**
     * @param others what fits by {@link Right#ofNobody}, otherwise the same
     * @param right of the owner
     */
    OwnFits(PoolState pool, FitIndex others, Right right, Reach reach, Shape shape, BitSet spared) {
        super(pool, right);
        this.pool = pool;
        this.others = others;
        owner = right.owner();
        nodeDepth = pool.levels().nodeDepth();
        nodes = new OwnNodeCounts(pool, new NodeFits(pool, right, reach, shape, spared), others.nodes());
        cells = new OwnCellCounts(pool, others.cells());
        spares = new SpareLimits(others.spares(), right, nodes);
        order = new OwnOrder(pool, others.order(), tightness(), cells, nodes);
    }

    FitIndex others() {
        return others;
    }

    @Override
    public void refresh() {
        others.refresh();
        if (version != others.version()) {
            version = others.version();
            nodes.accept(others.accepted(), others.avoided());
            count(others.scratch());
        }
    }

    private void count(IntSet leaves) {
        nodes.clear();
        cells.clear();
        spares.clear();
        order.clear();
        pool.forEachClaimedLeaf(owner, leaves::add);
        spares.widen(leaves);
        for (int i = 0; i < leaves.size(); i++) {
            nodes.count(leaves.get(i));
        }
        spares.apply(leaves);
        for (int i = 0; i < leaves.size(); i++) {
            cells.take(leaves.get(i), nodes);
        }
        cells.addUp();
        order.rank(leaves);
        leaves.clear();
    }

    @Override
    Ranks ranks(int depth) {
        return order.ranks(depth);
    }

    @Override
    public boolean leavesOut() {
        return spares.limitsAny();
    }

    @Override
    public int of(int depth, int cell) {
        return depth == nodeDepth ? nodes.fit(cell) : cells.of(depth, cell);
    }

    @Override
    public boolean inside(int depth, int cell) {
        return depth == nodeDepth ? nodes.inside(cell) : cells.inside(depth, cell);
    }

    @Override
    public int charge(int n) {
        return nodes.charge(n);
    }
}
