package dev.offtake.placement;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * What fits of one class of pods, kept from one search to the next: it catches up with the leaves that changed since, so
 * that it costs what happened and not what there is.
 */
final class FitIndex implements Fits {
    private final PoolState pool;
    private final NodeCounts nodes;
    private final CellCounts cells;
    private final SpareLimits spares;
    private final FitOrder order;
    private final Tightness tightness;
    private final int nodeDepth;
    private final boolean isOfEmpty;
    private final IntSet leaves = new IntSet();
    private long position = -1;
    private long generation = -1;
    private long lastAsked;

    FitIndex(PoolState pool, Right right, Reach reach, GangDemand.PodSet podSet, BitSet spared) {
        this.pool = pool;
        nodeDepth = pool.levels().nodeDepth();
        isOfEmpty = reach == Reach.EMPTY;
        nodes = new NodeCounts(pool, new NodeFits(pool, right, reach, podSet.shape(), spared));
        int sliceDepth =
                podSet.slice().map(s -> pool.levels().depthHolding(s.level())).orElse(-1);
        int slicePods = podSet.slice().map(GangDemand.Slice::pods).orElse(1);
        cells = new CellCounts(pool, sliceDepth, slicePods);
        spares = new SpareLimits(pool, right, reach, nodes, sliceDepth, slicePods);
        tightness = new Tightness(pool, right, this);
        order = new FitOrder(pool, tightness, cells, nodes);
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

    @Override
    public void refresh() {
        ChangeLog log = pool.supply().changes();
        if (leaves.size() == 0 && (position == log.end() || isOfEmptyAsBefore())) {
            return;
        }
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

    @Override
    public int most(int depth) {
        return depth == 0 ? of(0, 0) : order.most(depth);
    }

    @Override
    public Cells tightestFirst(int depth, @Nullable Domain within, int pods) {
        if (depth == 0 || (within != null && within.depth() == depth)) {
            return single(depth, within == null ? 0 : within.cell(), pods);
        }
        if (within == null || within.depth() == 0) {
            return new Tightest(cells(depth, order.set(depth), true, null), pods);
        }
        if (pool.supply().branches().isLarge(within.depth(), within.cell())) {
            return new Tightest(cells(depth, order.set(depth), true, within), pods);
        }
        RankSet set = new RankSet();
        collect(within.depth(), within.cell(), depth, pods, set);
        return new Tightest(cells(depth, set, false, null), pods);
    }

    private RankedCells cells(int depth, RankSet set, boolean byLeaf, @Nullable Domain within) {
        return new RankedCells(pool, this, tightness, set, depth, byLeaf, within);
    }

    private Cells single(int depth, int cell, int pods) {
        boolean[] given = {of(depth, cell) < pods};
        return () -> {
            boolean over = given[0];
            given[0] = true;
            return over ? -1 : cell;
        };
    }

    /** Puts the cells of a depth that lie in a cell into a set. */
    private void collect(int at, int cell, int depth, int pods, RankSet set) {
        if (at == depth) {
            if (of(depth, cell) >= Math.max(1, pods)) {
                set.add(tightness.rank(depth, cell), tightness.key(depth, cell));
            }
        } else if (at < nodeDepth - 1) {
            for (int i = 0; i < pool.supply().branches().count(at, cell); i++) {
                collect(at + 1, pool.supply().branches().child(at, cell, i), depth, pods, set);
            }
        } else {
            pool.supply().branches().forEachLeaf(at, cell, leaf -> {
                for (int i = 0; i < Leaves.SIZE; i++) {
                    int n = pool.supply().leaves().node(leaf, i);
                    if (n >= 0) {
                        collect(nodeDepth, n, depth, pods, set);
                    }
                }
            });
        }
    }

    @Override
    public Cells roomiestFirst(Domain of) {
        int depth = of.depth() + 1;
        if (of.depth() > 0 && !pool.supply().branches().isLarge(of.depth(), of.cell())) {
            RankSet set = new RankSet();
            collect(of.depth(), of.cell(), depth, 1, set);
            return new Roomiest(cells(depth, set, false, null));
        }
        return new Roomiest(cells(depth, order.set(depth), true, of.depth() == 0 ? null : of));
    }
}
