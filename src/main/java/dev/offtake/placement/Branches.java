package dev.offtake.placement;

import java.util.Arrays;
import java.util.function.IntConsumer;

/** What lies in what: the way down the tree of one pool, from cells to cells to {@link Leaves}. */
final class Branches {
    /** A cell with more cells, or more leaves, in it than these is large: they are looked up and not gone through. */
    private static final int MOST_CELLS = 64;

    private static final int MOST_LEAVES = 4;

    private final int innermost;
    private final Leaves leaves;
    /** By depth and cell, for all but the innermost: the cells in it, in no order. */
    private final int[][][] children;

    private final int[][] counts;
    /** By depth and cell: the cell above, and its index among the children of that. */
    private final int[][] parents;

    private final int[][] indexes;

    /** @param nodeDepth depth of the nodes, which lie in the cells above them */
    Branches(int nodeDepth, Leaves leaves) {
        innermost = nodeDepth - 1;
        this.leaves = leaves;
        children = new int[nodeDepth][8][];
        counts = new int[nodeDepth][8];
        parents = new int[nodeDepth][8];
        indexes = new int[nodeDepth][8];
        for (int[][] ofDepth : children) {
            Arrays.fill(ofDepth, new int[0]);
        }
    }

    /** A new cell lies in one of the depth above. */
    void link(int depth, int cell, int parent) {
        if (cell >= parents[depth].length) {
            int before = parents[depth].length;
            int capacity = Math.max(cell + 1, before * 2);
            parents[depth] = Arrays.copyOf(parents[depth], capacity);
            indexes[depth] = Arrays.copyOf(indexes[depth], capacity);
            counts[depth] = Arrays.copyOf(counts[depth], capacity);
            children[depth] = Arrays.copyOf(children[depth], capacity);
            Arrays.fill(children[depth], before, capacity, new int[0]);
        }
        if (depth == 0) {
            return;
        }
        int index = counts[depth - 1][parent]++;
        int[] siblings = children[depth - 1][parent];
        if (index == siblings.length) {
            siblings = Arrays.copyOf(siblings, Math.max(4, index * 2));
            children[depth - 1][parent] = siblings;
        }
        siblings[index] = cell;
        parents[depth][cell] = parent;
        indexes[depth][cell] = index;
    }

    /** A cell is gone. */
    void unlink(int depth, int cell) {
        if (depth > 0) {
            int parent = parents[depth][cell];
            int[] siblings = children[depth - 1][parent];
            int last = siblings[--counts[depth - 1][parent]];
            siblings[indexes[depth][cell]] = last;
            indexes[depth][last] = indexes[depth][cell];
        }
    }

    /** The cell above one of a depth below the pool. */
    int parent(int depth, int cell) {
        return parents[depth][cell];
    }

    /** Cells in a cell that is none of the innermost. */
    int count(int depth, int cell) {
        return counts[depth][cell];
    }

    /** One of the cells in a cell that is none of the innermost. */
    int child(int depth, int cell, int index) {
        return children[depth][cell][index];
    }

    /** Whether a cell has so many parts that they are not gone through. */
    boolean isLarge(int depth, int cell) {
        return depth == innermost ? leaves.leaves(cell).length > MOST_LEAVES : counts[depth][cell] > MOST_CELLS;
    }

    /** Counts something of a leaf. */
    interface Count {
        int of(int depth, int leaf);
    }

    /** What is counted of the leaves of a cell in all, each for the depth of the cell. */
    int sum(int depth, int cell, Count count) {
        return sum(depth, depth, cell, count);
    }

    private int sum(int of, int depth, int cell, Count count) {
        int sum = 0;
        if (depth == innermost) {
            for (int leaf : leaves.leaves(cell)) {
                sum += leaf < 0 ? 0 : count.of(of, leaf);
            }
        } else {
            for (int i = 0; i < counts[depth][cell]; i++) {
                sum += sum(of, depth + 1, children[depth][cell][i], count);
            }
        }
        return sum;
    }

    void forEachLeaf(int depth, int cell, IntConsumer action) {
        if (depth == innermost) {
            for (int leaf : leaves.leaves(cell)) {
                if (leaf >= 0) {
                    action.accept(leaf);
                }
            }
        } else {
            for (int i = 0; i < counts[depth][cell]; i++) {
                forEachLeaf(depth + 1, children[depth][cell][i], action);
            }
        }
    }
}
