package dev.offtake.bench.gang;

/** What a scheduler sees of the simulated fleet, and does to it. */
interface Cluster extends EvictionCost {
    /** Starts a waiting job; nodes are ignored where only GPUs are counted. */
    void start(int job, int[] nodes, boolean borrows);

    /** Stops a borrowing job for a guaranteed one, which is to be started next. */
    void preempt(int job);

    /** A borrowing guaranteed job is in quota from now on, for schedulers that decide that themselves. */
    void promote(int job);

    boolean isRunning(int job);
}
