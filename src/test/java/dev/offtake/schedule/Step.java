package dev.offtake.schedule;

/**
 * One thing that happens.
 *
 * @param which of the gangs, pods, nodes there are, modulo their number
 * @param how large or which kind
 * @param decide whether a cycle follows at once
 */
record Step(What what, int which, int how, boolean decide) {
    enum What {
        START,
        SUBMIT,
        PODS_ARRIVE,
        HELD_POD_ARRIVES,
        POD_FINISHES,
        POD_IS_DELETED,
        WITHDRAW,
        RESUME,
        RESIZE,
        RELABEL,
        LONE_POD,
        NODE_FAILS,
        PLANNED_NODE_FAILS,
        NODE_RECOVERS,
        NODE_IS_REMOVED,
        NODE_CHANGES,
        POOL_CHANGES,
        CONTRACT_CHANGES,
        CONTRACT_IS_REMOVED,
        STRANGER,
        RECORDS_FAIL,
        RELEASES_FAIL,
        SHRINKS_FAIL,
        WRITES_HANG,
        WRITES_COME_THROUGH,
        TERMINATION_HANGS,
        TERMINATED,
        NODE_REFUSES,
        TIME_PASSES,
        MINUTES_PASS,
        RESTART
    }
}
