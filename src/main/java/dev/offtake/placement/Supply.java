package dev.offtake.placement;

import java.util.Arrays;
import java.util.function.IntConsumer;

/** How the nodes of one pool lie in its tree, and what changed in it. */
final class Supply {
    private final int nodeDepth;
    private final Leaves leaves = new Leaves();
    private final Branches branches;
    private final ChangeLog changes = new ChangeLog();
    /** By depth and cell: what made a difference to every node in it when it changed last. */
    private final int[][] signatures;

    private long generation;
    private long cellChanges;

    /** What of a cell makes a difference to every node in it, in one number. */
    interface Signature {
        int of(int depth, int cell);
    }

    Supply(int nodeDepth) {
        this.nodeDepth = nodeDepth;
        branches = new Branches(nodeDepth, leaves);
        signatures = new int[nodeDepth][8];
    }

    /** Another number after each node that came or went. */
    long generation() {
        return generation;
    }

    /** Another number after each change of a cell that made a difference to every node in it. */
    long cellChanges() {
        return cellChanges;
    }

    Branches branches() {
        return branches;
    }

    Leaves leaves() {
        return leaves;
    }

    ChangeLog changes() {
        return changes;
    }

    /**
     * A node has come.
     *
     * @param tally in which it is already
     */
    void enter(int n, int[][] ancestors, Tally tally) {
        generation++;
        for (int d = 0; d < nodeDepth; d++) {
            int cell = ancestors[d][n];
            if (tally.cells(d).nodes(cell) == 1) {
                branches.link(d, cell, d == 0 ? 0 : ancestors[d - 1][n]);
            }
            if (cell >= signatures[d].length) {
                signatures[d] = Arrays.copyOf(signatures[d], Math.max(cell + 1, signatures[d].length * 2));
            }
        }
        leaves.enter(n, ancestors[nodeDepth - 1][n]);
        changes.note(leaves.leaf(n));
    }

    /**
     * A node has gone.
     *
     * @param tally in which it is no longer
     */
    void leave(int n, int[][] ancestors, Tally tally, Signature signature) {
        generation++;
        changes.note(leaves.leave(n));
        for (int d = nodeDepth - 1; d > 0; d--) {
            int cell = ancestors[d][n];
            if (!tally.cells(d).exists(cell)) {
                for (int above = d - 1; above > 0; above--) {
                    // Nobody could tell later of which cells it was a part.
                    branches.forEachLeaf(above, ancestors[above][n], changes::note);
                }
                branches.unlink(d, cell);
            } else {
                compare(d, cell, signature);
            }
        }
    }

    /** What is on a node has changed, and so may have what holds for the cells around it. */
    void changed(int n, int[][] ancestors, Signature signature) {
        changes.note(leaves.leaf(n));
        for (int d = 1; d < nodeDepth; d++) {
            compare(d, ancestors[d][n], signature);
        }
    }

    private void compare(int depth, int cell, Signature signature) {
        int now = signature.of(depth, cell);
        if (signatures[depth][cell] != now) {
            signatures[depth][cell] = now;
            cellChanges++;
            branches.forEachLeaf(depth, cell, changes::note);
        }
    }

    void forEachNode(int depth, int cell, IntConsumer action) {
        branches.forEachLeaf(depth, cell, leaf -> {
            for (int i = 0; i < Leaves.SIZE; i++) {
                int n = leaves.node(leaf, i);
                if (n >= 0) {
                    action.accept(n);
                }
            }
        });
    }

    /** The cell of a depth in which a leaf lies. */
    int ancestorOfLeaf(int depth, int leaf) {
        int cell = leaves.cell(leaf);
        for (int d = nodeDepth - 1; d > depth; d--) {
            cell = branches.parent(d, cell);
        }
        return cell;
    }
}
