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

    /** The cells that decide what a place breaks: for work that can be evicted all that is idle counts alike. */
    CellTree breakable(PoolState pool, int depth) {
        return isLent() ? pool.occupied(depth) : pool.cells(depth);
    }
}
