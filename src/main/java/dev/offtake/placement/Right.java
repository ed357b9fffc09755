package dev.offtake.placement;

/**
 * In whose name a place is sought, and beside what.
 *
 * @param owner whose work it will be; {@link PoolState#OPEN} if it draws on no commitment
 */
record Right(int owner, Mode mode) {
    /** Work that can be evicted has a right to what is idle, and binds nothing. */
    static final Right LENT = new Right(PoolState.OPEN, Mode.LENT);

    /** What may be taken. */
    enum Mode {
        /** What is idle, for work that cannot be evicted. */
        IDLE,
        /** What work uses that can be evicted, too. */
        RECLAIM,
        /** What is idle, for work that can be evicted. */
        LENT
    }

    /** The right to what is idle. */
    static Right of(int owner) {
        return new Right(owner, Mode.IDLE);
    }

    /** The same owner's right to evict. */
    Right reclaiming() {
        return new Right(owner, Mode.RECLAIM);
    }

    /** The same right of somebody who has a unit of this row, and nothing yet. */
    Right ofNobody(int unitRow) {
        return new Right(Claims.nobody(unitRow), mode);
    }

    boolean isLent() {
        return mode == Mode.LENT;
    }

    boolean reclaims() {
        return mode == Mode.RECLAIM;
    }

    /** Whether nothing runs on the node that would stay. */
    boolean findsIdle(PoolState pool, int n) {
        return (reclaims() ? pool.effective(n) : pool.taken(n)) == 0;
    }

    /** The cells with what would stay in them. */
    CellTree cells(PoolState pool, int depth) {
        return reclaims() ? pool.cells(depth) : pool.occupied(depth);
    }

    /** Depth of the owner's unit; -1 if it has none, or one below the node. */
    int unitDepth(PoolState pool) {
        return owner == PoolState.OPEN ? -1 : pool.levels().depthOfRow(pool.unitRow(owner));
    }

    /** Whether a cell of a depth, or a node, is whole, and so would be broken by a place in it. */
    boolean findsWhole(PoolState pool, int depth, int cell) {
        return depth == pool.levels().nodeDepth()
                ? pool.isWholeNode(cell) && (!isLent() || pool.taken(cell) == 0)
                : breakable(pool, depth).isWhole(cell);
    }

    /** The cells that decide what a place breaks: for work that can be evicted all that is idle counts alike. */
    CellTree breakable(PoolState pool, int depth) {
        return isLent() ? pool.occupied(depth) : pool.cells(depth);
    }
}
