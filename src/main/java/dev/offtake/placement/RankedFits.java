package dev.offtake.placement;

import org.jspecify.annotations.Nullable;

/** Counts of what fits whose cells and nodes stand in an order. */
abstract class RankedFits implements Fits {
    private final PoolState pool;
    private final Tightness tightness;
    private final int nodeDepth;

    RankedFits(PoolState pool, Right right) {
        this.pool = pool;
        tightness = new Tightness(pool, right, this);
        nodeDepth = pool.levels().nodeDepth();
    }

    /** The order of the cells of a depth, or of the nodes, in which anything fits; nodes by leaf, as in {@link LeafRanks}. */
    abstract Ranks ranks(int depth);

    /** Whether some idle nodes of a cell do not count, as they are spares, or did not when they were counted last. */
    abstract boolean isOrWasLimited(int depth, int cell);

    final Tightness tightness() {
        return tightness;
    }

    @Override
    public int most(int depth) {
        return depth == 0 ? of(0, 0) : mostOf(ranks(depth));
    }

    @Override
    public Cells tightestFirst(int depth, @Nullable Domain within, int pods) {
        if (depth == 0 || (within != null && within.depth() == depth)) {
            return single(depth, within == null ? 0 : within.cell(), pods);
        }
        if (within == null || within.depth() == 0) {
            return new Tightest(cells(depth, ranks(depth), true, null), pods);
        }
        if (pool.supply().branches().isLarge(within.depth(), within.cell())) {
            return new Tightest(cells(depth, ranks(depth), true, within), pods);
        }
        RankSet set = new RankSet();
        collect(within.depth(), within.cell(), depth, pods, set);
        return new Tightest(cells(depth, set, false, null), pods);
    }

    private RankedCells cells(int depth, Ranks set, boolean byLeaf, @Nullable Domain within) {
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
        return new Roomiest(cells(depth, ranks(depth), true, of.depth() == 0 ? null : of));
    }

    /** The most room that is in any one of these. */
    private static int mostOf(Ranks set) {
        int most = 0;
        for (long rank = 0; set.ceiling(rank, 0); ) {
            rank = Tightness.beyond(set.rank());
            set.lower(rank, 0);
            most = Math.max(most, Tightness.room(set.rank()));
        }
        return most;
    }
}
