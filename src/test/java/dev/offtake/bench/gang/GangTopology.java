package dev.offtake.bench.gang;

import java.util.Arrays;

/**
 * The tree of a fleet as arrays. Level 0 is the node, the last level is the whole fleet as one cell, and those between
 * are given innermost first. Immutable.
 */
public final class GangTopology {
    private final int[] capacity;
    private final int fullCapacity;
    /** Cell of a node, by level. */
    private final int[][] cellOf;
    /** Cell of the level above, by level. */
    private final int[][] parent;
    /** Where the children of a cell begin in {@link #child}, by level; one entry more than cells. */
    private final int[][] firstChild;

    private final int[][] child;
    private final int[][] nodesIn;

    /**
     * @param capacity GPUs of each node, at least 0
     * @param cells for each level between node and fleet, innermost first, the cell of each node, numbered from 0
     *     without gaps
     * @throws IllegalArgumentException if a cell lies in two cells of the level above, or columns differ in length
     */
    public GangTopology(int[] capacity, int[][] cells) {
        int nodes = capacity.length;
        this.capacity = capacity.clone();
        fullCapacity = Arrays.stream(capacity).max().orElse(0);
        int levels = cells.length + 2;
        cellOf = new int[levels][];
        cellOf[0] = new int[nodes];
        Arrays.setAll(cellOf[0], n -> n);
        for (int l = 0; l < cells.length; l++) {
            if (cells[l].length != nodes) {
                throw new IllegalArgumentException("level " + (l + 1) + " does not name a cell for each node");
            }
            cellOf[l + 1] = cells[l].clone();
        }
        cellOf[levels - 1] = new int[nodes];
        nodesIn = new int[levels][];
        for (int l = 0; l < levels; l++) {
            nodesIn[l] = new int[Arrays.stream(cellOf[l]).max().orElse(-1) + 1];
            for (int cell : cellOf[l]) {
                nodesIn[l][cell]++;
            }
        }
        parent = new int[levels - 1][];
        firstChild = new int[levels][];
        child = new int[levels][];
        for (int l = 1; l < levels; l++) {
            parent[l - 1] = parents(l);
            link(l);
        }
    }

    private int[] parents(int level) {
        int[] above = new int[nodesIn[level - 1].length];
        Arrays.fill(above, -1);
        for (int n = 0; n < capacity.length; n++) {
            int cell = cellOf[level - 1][n];
            if (above[cell] >= 0 && above[cell] != cellOf[level][n]) {
                throw new IllegalArgumentException(
                        "cell " + cell + " of level " + (level - 1) + " lies in two cells of the level above");
            }
            above[cell] = cellOf[level][n];
        }
        return above;
    }

    private void link(int level) {
        int[] above = parent[level - 1];
        int[] first = new int[nodesIn[level].length + 1];
        for (int cell : above) {
            first[cell + 1]++;
        }
        for (int c = 0; c < nodesIn[level].length; c++) {
            first[c + 1] += first[c];
        }
        int[] next = first.clone();
        int[] children = new int[above.length];
        for (int c = 0; c < above.length; c++) {
            children[next[above[c]]++] = c;
        }
        firstChild[level] = first;
        child[level] = children;
    }

    /** Number of nodes. */
    public int nodes() {
        return capacity.length;
    }

    /** Number of levels, node and fleet included. */
    public int levels() {
        return cellOf.length;
    }

    /** The level whose only cell is the fleet. */
    public int fleetLevel() {
        return cellOf.length - 1;
    }

    /** Number of cells of a level. */
    public int cells(int level) {
        return nodesIn[level].length;
    }

    /** GPUs of a node. */
    public int capacity(int node) {
        return capacity[node];
    }

    /** GPUs of the largest node; only nodes of this size can be taken whole by a gang of several nodes. */
    public int fullCapacity() {
        return fullCapacity;
    }

    /** The cell of a level that a node lies in. */
    public int cellOf(int level, int node) {
        return cellOf[level][node];
    }

    /** Number of nodes in a cell. */
    public int nodesIn(int level, int cell) {
        return nodesIn[level][cell];
    }

    int parent(int level, int cell) {
        return parent[level][cell];
    }

    /** Position of the first child of a cell for {@link #child}; that of the next cell ends its children. */
    int firstChild(int level, int cell) {
        return firstChild[level][cell];
    }

    /** A cell of the level below. */
    int child(int level, int position) {
        return child[level][position];
    }
}
