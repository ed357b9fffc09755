package dev.offtake.placement;

import java.util.Arrays;

/** The order of cells and nodes that others have, but for those in which other pods fit, or that have another rank. */
final class OwnOrder {
    private final FitOrder others;
    private final Tightness tightness;
    private final OwnCellCounts cells;
    private final LeafRanks leafRanks;
    private final int nodeDepth;
    /** By depth, down to the nodes. */
    private final ChangedRanks[] ranks;

    OwnOrder(PoolState pool, FitOrder others, Tightness tightness, OwnCellCounts cells, NodeCounts nodes) {
        this.others = others;
        this.tightness = tightness;
        this.cells = cells;
        leafRanks = new LeafRanks(pool, tightness, nodes);
        nodeDepth = pool.levels().nodeDepth();
        ranks = new ChangedRanks[nodeDepth + 1];
        Arrays.setAll(ranks, d -> new ChangedRanks(others.set(d)));
    }

    Ranks ranks(int depth) {
        return ranks[depth];
    }

    /** The order is that of the others. */
    void clear() {
        for (ChangedRanks ofDepth : ranks) {
            ofDepth.clear();
        }
    }

    /** Ranks the nodes of the leaves and the cells that were touched. */
    void rank(IntSet leaves) {
        for (int i = 0; i < leaves.size(); i++) {
            rankLeaf(leaves.get(i));
        }
        for (int d = 1; d < nodeDepth; d++) {
            Slots touched = cells.touched(d);
            for (int i = 0; i < touched.size(); i++) {
                rankCell(d, touched.number(i));
            }
        }
    }

    private void rankCell(int depth, int cell) {
        long before = others.rank(depth, cell);
        boolean fits = cells.of(depth, cell) > 0;
        long rank = fits ? tightness.rank(depth, cell) : FitOrder.ABSENT;
        // The key is nobody's: it says where the cell is, and what is free around it.
        if (rank != before) {
            if (before != FitOrder.ABSENT) {
                ranks[depth].remove(before, others.key(depth, cell));
            }
            if (fits) {
                ranks[depth].add(rank, tightness.key(depth, cell));
            }
        }
    }

    private void rankLeaf(int leaf) {
        int size = leafRanks.rank(leaf);
        long[] pairs = leafRanks.pairs();
        long[] before = others.pairs(leaf);
        if (Arrays.equals(before, 0, before.length, pairs, 0, size)) {
            return;
        }
        for (int i = 0; i < before.length; i += 2) {
            ranks[nodeDepth].remove(before[i], before[i + 1]);
        }
        for (int i = 0; i < size; i += 2) {
            ranks[nodeDepth].add(pairs[i], pairs[i + 1]);
        }
    }
}
