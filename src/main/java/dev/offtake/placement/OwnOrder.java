package dev.offtake.placement;

import java.util.Arrays;

/** The order of cells and nodes that others have, but for those in which other pods fit, or that have another rank. */
final class OwnOrder {
    private static final long[] NONE = {};

    private final FitOrder others;
    private final Tightness tightness;
    private final OwnCellCounts cells;
    private final OwnNodeCounts nodes;
    private final LeafRanks leafRanks;
    private final int nodeDepth;
    /** By depth, down to the nodes. */
    private final ChangedRanks[] ranks;
    /** By the place of a leaf: pairs of the others that were taken out for it, and those that were put in. */
    private long[][] without = new long[8][];

    private long[][] with = new long[8][];
    private int leaves;

    OwnOrder(PoolState pool, FitOrder others, Tightness tightness, OwnCellCounts cells, OwnNodeCounts nodes) {
        this.others = others;
        this.tightness = tightness;
        this.cells = cells;
        this.nodes = nodes;
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
        leaves = 0;
        for (ChangedRanks ofDepth : ranks) {
            ofDepth.clear();
        }
    }

    /** Ranks the nodes of these leaves anew, and all cells that were touched. */
    void rank(IntSet anew) {
        for (int i = 0; i < anew.size(); i++) {
            rankLeaf(anew.get(i));
        }
        for (int d = 1; d < nodeDepth; d++) {
            ranks[d].clear();
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
        int at = nodes.atLeaf(leaf);
        growTo(at + 1);
        ChangedRanks ofNodes = ranks[nodeDepth];
        for (int i = 0; i < without[at].length; i += 2) {
            ofNodes.putBack(without[at][i], without[at][i + 1]);
        }
        for (int i = 0; i < with[at].length; i += 2) {
            ofNodes.takeOut(with[at][i], with[at][i + 1]);
        }
        int size = leafRanks.rank(leaf);
        long[] pairs = leafRanks.pairs();
        long[] before = others.pairs(leaf);
        boolean isSame = Arrays.equals(before, 0, before.length, pairs, 0, size);
        without[at] = isSame ? NONE : before;
        with[at] = isSame ? NONE : Arrays.copyOf(pairs, size);
        for (int i = 0; i < without[at].length; i += 2) {
            ofNodes.remove(without[at][i], without[at][i + 1]);
        }
        for (int i = 0; i < with[at].length; i += 2) {
            ofNodes.add(with[at][i], with[at][i + 1]);
        }
    }

    private void growTo(int size) {
        if (size > without.length) {
            without = Arrays.copyOf(without, size * 2);
            with = Arrays.copyOf(with, size * 2);
        }
        for (; leaves < size; leaves++) {
            without[leaves] = NONE;
            with[leaves] = NONE;
        }
    }
}
