package dev.offtake.placement;

import java.util.BitSet;

/** How many pods fit on a node, by one right, as things stand. */
final class NodeFits {
    private final PoolState pool;
    private final Right right;
    private final Fits.Reach reach;
    private final Need need;
    private final BitSet spared;
    private final int owner;
    private final int unitRow;
    private final int unitDepth;
    /** Whether what it has bound may lie in a part of a node. */
    private final boolean bindsInNode;

    private boolean inside;
    /** What holds for all nodes of the leaf that was entered last: nothing may be taken, or all that is not used. */
    private boolean closed;

    private boolean bound;
    /** Whether nodes that only lent work uses are not to be filled up, as some of them have to be spares. */
    private boolean overused;

    NodeFits(PoolState pool, Right right, Fits.Reach reach, Shape shape, BitSet spared) {
        this.pool = pool;
        this.right = right;
        this.reach = reach;
        this.spared = spared;
        need = pool.need(shape);
        owner = right.owner();
        unitRow = pool.unitRow(owner);
        unitDepth = right.unitDepth(pool);
        bindsInNode = owner > PoolState.OPEN
                && unitRow >= pool.levels().nodeRow()
                && unitRow < pool.levels().gpuRow();
    }

    /** Nodes of this leaf are looked at from now on. */
    void enter(int leaf) {
        LevelTable levels = pool.levels();
        closed = false;
        bound = false;
        overused = false;
        boolean spent = false;
        for (int d = 1; d < levels.nodeDepth() && pool.supply().leaves().count(leaf) > 0; d++) {
            int cell = pool.supply().ancestorOfLeaf(d, leaf);
            CellTree tree = pool.cells(d);
            int holder = tree.owner(cell);
            overused |= pool.occupied(d).isOverused(cell);
            if (right.isLent()) {
                // What lies in a bound cell is lost to others in any case.
                bound |= holder != CellTree.NOBODY;
                closed |= !pool.room().isLentFrom(d, cell);
            } else if (!bound) {
                bound = holder == owner && d == unitDepth;
                closed |= !bound && holder != CellTree.NOBODY;
                spent |= d < unitDepth && unitDepth < levels.nodeDepth() && tree.isSpent(cell, unitRow);
                closed |= d == unitDepth && !bound && (reach == Fits.Reach.BOUND || spent || !tree.isWhole(cell));
            }
        }
        closed &= reach != Fits.Reach.EMPTY;
        overused &= !right.reclaims();
    }

    /** How many pods fit on a node of the leaf; also sets {@link #wasInside}. */
    int of(int n) {
        inside = false;
        if (reach == Fits.Reach.EMPTY) {
            int byPromise = pool.levels().gpusPerNode() / Math.max(1, need.charge(n));
            return Math.min(byPromise, need.fitEmpty(n));
        }
        int byGpus = byGpus(n);
        if (byGpus == 0 || (!spared.isEmpty() && isSpared(n))) {
            return 0;
        }
        return reach == Fits.Reach.GPUS ? byGpus : need.fit(n, byGpus, right);
    }

    /** Whether what the node looked at last offers lies in cells that the owner has bound already. */
    boolean wasInside() {
        return inside;
    }

    /** Whether nothing that stays is on a node, so that it may be kept as a spare. */
    boolean isIdle(int n) {
        return reach == Fits.Reach.EMPTY || right.findsIdle(pool, n);
    }

    /** What one pod is charged on a node. */
    int charge(int n) {
        return need.charge(n);
    }

    /** How many pods fit on the node by what may be taken of it, other resources aside. */
    private int byGpus(int n) {
        int gpus = reachable(n);
        return gpus <= 0 ? 0 : gpus / Math.max(1, need.charge(n));
    }

    /** Whether the node lies in a whole cell of the rows that are spared, one of the owner's own unit aside. */
    private boolean isSpared(int n) {
        LevelTable levels = pool.levels();
        int below = unitDepth > 0 ? unitDepth - 1 : levels.nodeDepth();
        for (int d = below; d > 0; d--) {
            int row = levels.rowOfDepth(d);
            if (row >= 0 && spared.get(row) && right.findsWhole(pool, d, pool.ancestor(d, n))) {
                return true;
            }
        }
        return false;
    }

    /** GPUs of the node that the owner may take; also sets whether that is inside its bound cells. */
    private int reachable(int n) {
        if (closed || !pool.node(n).health().takesWork() || (overused && pool.effective(n) == 0)) {
            return 0;
        }
        if (right.isLent()) {
            inside = bound || pool.room().isBoundInPart(n);
            return pool.room().idle(n);
        }
        if (bound) {
            inside = true;
            return Math.max(0, pool.node(n).gpus() - pool.charged(n));
        }
        int rest = bindsInNode ? pool.room().boundRest(n, owner) : 0;
        inside = rest > 0;
        LevelTable levels = pool.levels();
        if (reach == Fits.Reach.BOUND) {
            return rest;
        }
        if (unitDepth > 0 && unitDepth < levels.nodeDepth()) {
            return pool.node(n).gpus();
        }
        if (unitDepth == levels.nodeDepth()) {
            return pool.isWholeNode(n) ? pool.node(n).gpus() : rest;
        }
        int part = levels.gpus(unitRow);
        return rest + pool.room().open(n) / part * part;
    }
}
