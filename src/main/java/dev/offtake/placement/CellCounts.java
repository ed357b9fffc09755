package dev.offtake.placement;

import java.util.Arrays;

/**
 * How many pods of a class fit in each cell: sums of what lies below, in whole slices at the level of a slice. Each part
 * knows in which sum it is, so that it can be taken out again after it went elsewhere.
 */
final class CellCounts {
    private final PoolState pool;
    private final int nodeDepth;
    private final int sliceDepth;
    private final int slicePods;
    private final OfDepth[] depths;
    /** By leaf: what was added for it. */
    private int[] ofLeaf = new int[16];

    private byte[] insideOfLeaf = new byte[16];

    /** The cells of one depth. */
    private static final class OfDepth {
        /** Cells whose sum changed, or what lies in them. */
        final IntSet touched = new IntSet();
        /** What fits in the parts, and how many of them are the owner's. */
        int[] sum = new int[8];

        int[] insideParts = new int[8];
        /** What counts of the cell, and where it was added. */
        int[] value = new int[8];

        boolean[] inside = new boolean[8];
        int[] parent = new int[8];

        void growTo(int cells) {
            if (cells > sum.length) {
                int capacity = Math.max(cells, sum.length * 5 / 4);
                sum = Arrays.copyOf(sum, capacity);
                insideParts = Arrays.copyOf(insideParts, capacity);
                value = Arrays.copyOf(value, capacity);
                inside = Arrays.copyOf(inside, capacity);
                parent = Arrays.copyOf(parent, capacity);
            }
        }

        void add(int cell, int pods, int parts) {
            sum[cell] += pods;
            insideParts[cell] += parts;
            touched.add(cell);
        }
    }

    /** @param sliceDepth at which only so many pods at a time count; negative for none */
    CellCounts(PoolState pool, int sliceDepth, int slicePods) {
        this.pool = pool;
        this.sliceDepth = sliceDepth;
        this.slicePods = slicePods;
        nodeDepth = pool.levels().nodeDepth();
        depths = new OfDepth[nodeDepth];
        for (int d = 0; d < nodeDepth; d++) {
            depths[d] = new OfDepth();
        }
    }

    /** Forgets which cells were touched. */
    void begin() {
        for (int d = 0; d < nodeDepth; d++) {
            depths[d].touched.clear();
            depths[d].growTo(pool.cells(d).bound());
        }
        if (pool.supply().leaves().bound() > ofLeaf.length) {
            int capacity = Math.max(pool.supply().leaves().bound(), ofLeaf.length * 5 / 4);
            ofLeaf = Arrays.copyOf(ofLeaf, capacity);
            insideOfLeaf = Arrays.copyOf(insideOfLeaf, capacity);
        }
    }

    /** Takes over what the nodes of a leaf have come to. */
    void take(int leaf, NodeCounts nodes) {
        OfDepth innermost = depths[nodeDepth - 1];
        int before = nodes.cellOf(leaf);
        if (before >= 0) {
            innermost.add(before, -ofLeaf[leaf], -insideOfLeaf[leaf]);
        }
        int cell = pool.supply().leaves().count(leaf) == 0
                ? -1
                : pool.supply().leaves().cell(leaf);
        ofLeaf[leaf] = cell < 0 ? 0 : sum(leaf, nodes);
        insideOfLeaf[leaf] = (byte) (cell >= 0 && isInside(leaf, nodes) ? 1 : 0);
        nodes.cellOf(leaf, cell);
        if (cell >= 0) {
            innermost.add(cell, ofLeaf[leaf], insideOfLeaf[leaf]);
        }
    }

    /** What fits on the nodes of a leaf, of which only whole slices count if those are to lie on nodes. */
    int sum(int leaf, NodeCounts nodes) {
        int pods = 0;
        for (int i = 0; i < Leaves.SIZE; i++) {
            int n = pool.supply().leaves().node(leaf, i);
            if (n >= 0) {
                if (sliceDepth == nodeDepth) {
                    nodes.roundDown(n, slicePods);
                }
                pods += nodes.fit(n);
            }
        }
        return pods;
    }

    /** Whether any of that lies in cells that the owner has bound. */
    boolean isInside(int leaf, NodeCounts nodes) {
        for (int i = 0; i < Leaves.SIZE; i++) {
            int n = pool.supply().leaves().node(leaf, i);
            if (n >= 0 && nodes.inside(n)) {
                return true;
            }
        }
        return false;
    }

    /** Adds up what was taken over. */
    void addUp() {
        for (int d = nodeDepth - 1; d > 0; d--) {
            OfDepth of = depths[d];
            OfDepth above = depths[d - 1];
            for (int i = 0; i < of.touched.size(); i++) {
                int cell = of.touched.get(i);
                // Whatever it was before, what lies around it may have changed.
                above.add(of.parent[cell], -of.value[cell], of.inside[cell] ? -1 : 0);
                of.value[cell] = value(d, cell, of.sum[cell]);
                of.inside[cell] = of.value[cell] > 0 && of.insideParts[cell] > 0;
                if (pool.cells(d).exists(cell)) {
                    of.parent[cell] = pool.supply().branches().parent(d, cell);
                    above.add(of.parent[cell], of.value[cell], of.inside[cell] ? 1 : 0);
                }
            }
        }
        OfDepth root = depths[0];
        root.value[0] = root.sum[0];
        root.inside[0] = root.insideParts[0] > 0;
    }

    /** What counts of a cell in whose parts so many pods fit. */
    int value(int depth, int cell, int pods) {
        if (depth != sliceDepth) {
            return pods;
        }
        return pool.cells(depth).isKnown(cell) ? pods / slicePods * slicePods : 0;
    }

    /** What fits in the parts of a cell. */
    int sum(int depth, int cell) {
        return depths[depth].sum[cell];
    }

    /** How many of the parts of a cell are the owner's. */
    int insideParts(int depth, int cell) {
        return depths[depth].insideParts[cell];
    }

    int ofLeaf(int leaf) {
        return ofLeaf[leaf];
    }

    boolean insideOfLeaf(int leaf) {
        return insideOfLeaf[leaf] > 0;
    }

    /** Cells of a depth of which something has changed since {@link #begin}. */
    IntSet touched(int depth) {
        return depths[depth].touched;
    }

    int of(int depth, int cell) {
        return cell < depths[depth].value.length ? depths[depth].value[cell] : 0;
    }

    boolean inside(int depth, int cell) {
        return cell < depths[depth].inside.length && depths[depth].inside[cell];
    }
}
