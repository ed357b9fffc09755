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
    /** Of the others, of the supply, of what it has and of what changed: when it was counted, -1 for never. */
    private long version = -1;

    private long generation = -1;
    private int claimsKnown;
    private long position = -1;
    /** Leaves that were counted when all were. */
    private int leavesAtFirst = Integer.MAX_VALUE;

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
        if (version == others.version()) {
            return;
        }
        version = others.version();
        IntSet leaves = others.scratch();
        if (isToCatchUp()) {
            addChanged(leaves);
        } else {
            nodes.clear();
            cells.clear();
            spares.clear();
            order.clear();
            leavesAtFirst = Integer.MAX_VALUE;
        }
        if (position < 0 || claimsKnown != pool.claimChanges(owner)) {
            claimsKnown = pool.claimChanges(owner);
            pool.forEachClaimedLeaf(owner, leaf -> {
                if (!nodes.isCounted(leaf)) {
                    leaves.add(leaf);
                }
            });
        }
        nodes.accept(others.accepted(), others.avoided());
        generation = pool.supply().generation();
        position = pool.supply().changes().end();
        count(leaves);
        leaves.clear();
        leavesAtFirst = Math.min(leavesAtFirst, nodes.size());
    }

    /** Whether only some leaves need to be counted anew. */
    private boolean isToCatchUp() {
        boolean knows = position >= 0
                && pool.supply().changes().knows(position)
                && generation == pool.supply().generation()
                && nodes.avoided().equals(others.avoided())
                && nodes.size() <= 2 * leavesAtFirst + Leaves.SIZE;
        position = knows ? position : -1;
        return knows;
    }

    /** Adds the leaves that were counted and changed since, or that lie beside one of which that makes a difference. */
    private void addChanged(IntSet leaves) {
        ChangeLog log = pool.supply().changes();
        for (long at = position; at < log.end(); at++) {
            int leaf = log.at(at);
            if (nodes.isCounted(leaf)) {
                leaves.add(leaf);
            }
            int cell = pool.supply().leaves().cell(leaf);
            for (int d = nodeDepth - 1; d > 0; d--) {
                // What is free in a cell makes a difference to the order of its nodes, but for large ones.
                boolean isBeside =
                        (d == nodeDepth - 1 && !pool.supply().branches().isLarge(d, cell))
                                || spares.isOrWasLimited(d, cell);
                if (isBeside && cells.touched(d).find(cell) >= 0) {
                    pool.supply().branches().forEachLeaf(d, cell, of -> {
                        if (nodes.isCounted(of)) {
                            leaves.add(of);
                        }
                    });
                }
                cell = pool.supply().branches().parent(d, cell);
            }
        }
    }

    private void count(IntSet leaves) {
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
    }

    @Override
    Ranks ranks(int depth) {
        return order.ranks(depth);
    }

    @Override
    boolean isOrWasLimited(int depth, int cell) {
        return spares.isOrWasLimited(depth, cell);
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
