package dev.offtake.placement;

import java.util.Arrays;

/**
 * The cells and nodes in which pods of a class fit, by depth in the order of {@link Tightness}. Nodes stand in it by leaf:
 * the first of those of equal rank for all.
 */
final class FitOrder {
    private static final long[] NONE = {};
    /** The rank of a cell that does not stand in the order. */
    static final long ABSENT = -1;

    private final PoolState pool;
    private final Tightness tightness;
    private final CellCounts cells;
    private final LeafRanks leafRanks;
    private final int nodeDepth;
    /** By depth, down to the nodes. */
    private final RankSet[] sets;
    /** By depth and cell: as it stands in the set. */
    private final long[][] rankOf;

    private final long[][] keyOf;
    /** By depth and cell: what was free in it when its parts were ranked. */
    private final int[][] freeAbove;
    /** By leaf: ranks and keys of its nodes in turn. */
    private long[][] ofLeaf = new long[16][];

    FitOrder(PoolState pool, Tightness tightness, CellCounts cells, NodeCounts nodes) {
        this.pool = pool;
        this.tightness = tightness;
        this.cells = cells;
        leafRanks = new LeafRanks(pool, tightness, nodes);
        nodeDepth = pool.levels().nodeDepth();
        sets = new RankSet[nodeDepth + 1];
        Arrays.setAll(sets, d -> new RankSet());
        rankOf = new long[nodeDepth][0];
        keyOf = new long[nodeDepth][0];
        freeAbove = new int[nodeDepth][0];
        Arrays.fill(ofLeaf, NONE);
    }

    RankSet set(int depth) {
        return sets[depth];
    }

    /** Ranks and keys in turn of the nodes of a leaf, as they stand in the order; to be read only. */
    long[] pairs(int leaf) {
        return ofLeaf[leaf];
    }

    /** The rank of a cell as it stands in the order, {@link #ABSENT} if it does not. */
    long rank(int depth, int cell) {
        return rankOf[depth][cell];
    }

    long key(int depth, int cell) {
        return keyOf[depth][cell];
    }

    /** Ranks the nodes of the leaves and the cells that were touched anew, and what lies beside them. */
    void rank(IntSet leaves) {
        grow();
        for (int i = 0; i < leaves.size(); i++) {
            rankLeaf(leaves.get(i));
        }
        for (int d = 0; d < nodeDepth; d++) {
            IntSet touched = cells.touched(d);
            for (int i = 0; i < touched.size(); i++) {
                int cell = touched.get(i);
                rankCell(d, cell);
                rankParts(d, cell, leaves);
            }
        }
    }

    private void grow() {
        for (int d = 0; d < nodeDepth; d++) {
            int before = rankOf[d].length;
            if (pool.cells(d).bound() > before) {
                int capacity = Math.max(pool.cells(d).bound(), before * 5 / 4);
                rankOf[d] = Arrays.copyOf(rankOf[d], capacity);
                keyOf[d] = Arrays.copyOf(keyOf[d], capacity);
                freeAbove[d] = Arrays.copyOf(freeAbove[d], capacity);
                Arrays.fill(rankOf[d], before, capacity, ABSENT);
            }
        }
        int before = ofLeaf.length;
        if (pool.supply().leaves().bound() > before) {
            ofLeaf = Arrays.copyOf(ofLeaf, Math.max(pool.supply().leaves().bound(), before * 5 / 4));
            Arrays.fill(ofLeaf, before, ofLeaf.length, NONE);
        }
    }

    private void rankCell(int depth, int cell) {
        if (depth == 0) {
            return;
        }
        boolean fits = cells.of(depth, cell) > 0;
        long rank = fits ? tightness.rank(depth, cell) : ABSENT;
        long key = fits ? tightness.key(depth, cell) : 0;
        if (rank != rankOf[depth][cell] || key != keyOf[depth][cell]) {
            if (rankOf[depth][cell] != ABSENT) {
                sets[depth].remove(rankOf[depth][cell], keyOf[depth][cell]);
            }
            if (fits) {
                sets[depth].add(rank, key);
            }
            rankOf[depth][cell] = rank;
            keyOf[depth][cell] = key;
        }
    }

    /**
     * What is free in a cell decides on the order of its parts among those of other cells.
     *
     * @param ranked leaves that were ranked already as things stand, as touched cells will be
     */
    private void rankParts(int depth, int cell, IntSet ranked) {
        int free = pool.cells(depth).exists(cell) ? tightness.freeAbove(depth + 1, cell) : 0;
        if (free == freeAbove[depth][cell]) {
            return;
        }
        freeAbove[depth][cell] = free;
        if (depth == nodeDepth - 1) {
            for (int leaf : pool.supply().leaves().leaves(cell)) {
                if (leaf >= 0 && !ranked.contains(leaf)) {
                    rankLeaf(leaf);
                }
            }
        } else {
            for (int i = 0; i < pool.supply().branches().count(depth, cell); i++) {
                int part = pool.supply().branches().child(depth, cell, i);
                if (!cells.touched(depth + 1).contains(part)) {
                    rankCell(depth + 1, part);
                }
            }
        }
    }

    private void rankLeaf(int leaf) {
        int size = leafRanks.rank(leaf);
        long[] pairs = leafRanks.pairs();
        long[] before = ofLeaf[leaf];
        if (Arrays.equals(before, 0, before.length, pairs, 0, size)) {
            return;
        }
        for (int i = 0; i < before.length; i += 2) {
            sets[nodeDepth].remove(before[i], before[i + 1]);
        }
        ofLeaf[leaf] = size == 0 ? NONE : Arrays.copyOf(pairs, size);
        for (int i = 0; i < size; i += 2) {
            sets[nodeDepth].add(pairs[i], pairs[i + 1]);
        }
    }
}
