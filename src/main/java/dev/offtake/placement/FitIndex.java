package dev.offtake.placement;

import java.util.BitSet;

/**
 * What fits of one class of pods, kept from one search to the next: it catches up with the leaves that changed since, so
 * that it costs what happened and not what there is.
 */
final class FitIndex extends RankedFits {
    private final PoolState pool;
    private final NodeCounts nodes;
    private final CellCounts cells;
    private final SpareLimits spares;
    private final FitOrder order;
    private final int nodeDepth;
    private final boolean isOfEmpty;
    private final IntSet leaves = new IntSet();
    private long position = -1;
    private long generation = -1;
    private long lastAsked;
    private long version;

    FitIndex(PoolState pool, Right right, Reach reach, GangDemand.PodSet podSet, BitSet spared) {
        super(pool, right);
        this.pool = pool;
        nodeDepth = pool.levels().nodeDepth();
        isOfEmpty = reach == Reach.EMPTY;
        nodes = new NodeCounts(pool, new NodeFits(pool, right, reach, podSet.shape(), spared));
        int sliceDepth =
                podSet.slice().map(s -> pool.levels().depthHolding(s.level())).orElse(-1);
        int slicePods = podSet.slice().map(GangDemand.Slice::pods).orElse(1);
        cells = new CellCounts(pool, sliceDepth, slicePods);
        spares = new SpareLimits(pool, right, reach, nodes, sliceDepth, slicePods);
        order = new FitOrder(pool, tightness(), cells, nodes);
    }

    /** Counts only these nodes from now on, and of them none that is to be avoided. */
    void accept(BitSet accepted, BitSet avoid) {
        if (!nodes.avoided().equals(avoid)) {
            addLeaves(nodes.avoided());
            addLeaves(avoid);
        }
        nodes.accept(accepted, avoid);
    }

    private void addLeaves(BitSet of) {
        for (int n = of.nextSetBit(0); n >= 0; n = of.nextSetBit(n + 1)) {
            if (pool.hasNode(n)) {
                leaves.add(pool.supply().leaves().leaf(n));
            }
        }
    }

    /** It was asked for, as the question of this number. */
    void asked(long number) {
        lastAsked = number;
    }

    long lastAsked() {
        return lastAsked;
    }

    /** Nodes that it counts, but for those that it avoids. */
    BitSet accepted() {
        return nodes.accepted();
    }

    /** Nodes that it does not count. */
    BitSet avoided() {
        return nodes.avoided();
    }

    /** Another number whenever anything was counted anew. */
    long version() {
        return version;
    }

    NodeCounts nodes() {
        return nodes;
    }

    CellCounts cells() {
        return cells;
    }

    SpareLimits spares() {
        return spares;
    }

    FitOrder order() {
        return order;
    }

    /** No leaves, for who counts some by another right; to be emptied again. */
    IntSet scratch() {
        return leaves;
    }

    @Override
    Ranks ranks(int depth) {
        return order.set(depth);
    }

    @Override
    public void refresh() {
        ChangeLog log = pool.supply().changes();
        if (leaves.size() == 0 && (position == log.end() || isOfEmptyAsBefore())) {
            return;
        }
        version++;
        generation = pool.supply().generation();
        if (position >= 0 && log.knows(position)) {
            for (long at = position; at < log.end(); at++) {
                leaves.add(log.at(at));
            }
        } else {
            for (int leaf = 0; leaf < pool.supply().leaves().bound(); leaf++) {
                leaves.add(leaf);
            }
        }
        position = log.end();
        log.allRead();
        nodes.grow();
        cells.begin();
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

    /** What would fit, were nothing there, is the same as long as the nodes are. */
    private boolean isOfEmptyAsBefore() {
        return isOfEmpty && generation == pool.supply().generation();
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
