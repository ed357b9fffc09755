package dev.offtake.placement;

import java.util.Arrays;

/** How many pods fit in each cell, if other pods fit on the nodes of a few leaves than others have counted. */
final class OwnCellCounts {
    private final PoolState pool;
    private final CellCounts others;
    private final OfDepth[] depths;
    /** By the place of a leaf: what was added for it. */
    private int[] moreOfLeaf = new int[8];

    private int[] moreInsideOfLeaf = new int[8];
    private int leaves;

    /** The cells of one depth whose sums differ. */
    private static final class OfDepth {
        final Slots cells = new Slots();
        int[] more = new int[8];
        int[] moreInside = new int[8];
        int[] value = new int[8];
        boolean[] inside = new boolean[8];

        void add(int cell, int pods, int parts) {
            int known = cells.size();
            int at = cells.put(cell);
            if (at == more.length) {
                more = Arrays.copyOf(more, at * 2);
                moreInside = Arrays.copyOf(moreInside, at * 2);
                value = Arrays.copyOf(value, at * 2);
                inside = Arrays.copyOf(inside, at * 2);
            }
            more[at] = at < known ? more[at] + pods : pods;
            moreInside[at] = at < known ? moreInside[at] + parts : parts;
        }
    }

    OwnCellCounts(PoolState pool, CellCounts others) {
        this.pool = pool;
        this.others = others;
        depths = new OfDepth[pool.levels().nodeDepth()];
        Arrays.setAll(depths, d -> new OfDepth());
    }

    /** What fits is what others have counted. */
    void clear() {
        leaves = 0;
        for (OfDepth of : depths) {
            of.cells.clear();
        }
    }

    /** Takes over what the nodes of a leaf have come to. */
    void take(int leaf, OwnNodeCounts nodes) {
        int at = nodes.atLeaf(leaf);
        growTo(at + 1);
        int more = others.sum(leaf, nodes) - others.ofLeaf(leaf);
        int moreInside = (others.isInside(leaf, nodes) ? 1 : 0) - (others.insideOfLeaf(leaf) ? 1 : 0);
        depths[depths.length - 1].add(
                pool.supply().leaves().cell(leaf), more - moreOfLeaf[at], moreInside - moreInsideOfLeaf[at]);
        moreOfLeaf[at] = more;
        moreInsideOfLeaf[at] = moreInside;
    }

    private void growTo(int size) {
        if (size > moreOfLeaf.length) {
            moreOfLeaf = Arrays.copyOf(moreOfLeaf, size * 2);
            moreInsideOfLeaf = Arrays.copyOf(moreInsideOfLeaf, size * 2);
        }
        for (; leaves < size; leaves++) {
            moreOfLeaf[leaves] = 0;
            moreInsideOfLeaf[leaves] = 0;
        }
    }

    /** Adds up what was taken over. */
    void addUp() {
        for (int d = 0; d < depths.length - 1; d++) {
            depths[d].cells.clear();
        }
        for (int d = depths.length - 1; d >= 0; d--) {
            OfDepth of = depths[d];
            for (int i = 0; i < of.cells.size(); i++) {
                int cell = of.cells.number(i);
                of.value[i] = others.value(d, cell, others.sum(d, cell) + of.more[i]);
                of.inside[i] = (d == 0 || of.value[i] > 0) && others.insideParts(d, cell) + of.moreInside[i] > 0;
                if (d > 0) {
                    int moreInside = (of.inside[i] ? 1 : 0) - (others.inside(d, cell) ? 1 : 0);
                    int parent = pool.supply().branches().parent(d, cell);
                    depths[d - 1].add(parent, of.value[i] - others.of(d, cell), moreInside);
                }
            }
        }
    }

    /** Cells of a depth whose sum may differ from what others have counted. */
    Slots touched(int depth) {
        return depths[depth].cells;
    }

    int of(int depth, int cell) {
        int at = depths[depth].cells.find(cell);
        return at >= 0 ? depths[depth].value[at] : others.of(depth, cell);
    }

    boolean inside(int depth, int cell) {
        int at = depths[depth].cells.find(cell);
        return at >= 0 ? depths[depth].inside[at] : others.inside(depth, cell);
    }
}
