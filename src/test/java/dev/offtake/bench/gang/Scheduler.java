package dev.offtake.bench.gang;

/** A policy under test. It knows neither run times nor what is submitted later. */
interface Scheduler {
    /** Whether jobs have nodes at all, or any GPUs will do. */
    default boolean isFluid() {
        return false;
    }

    /** Whether borrowing guaranteed jobs are in quota as soon as it has room (rule 4). */
    default boolean isPromoted() {
        return true;
    }

    void submitted(Instance.Job job);

    void ended(int job);

    /** A borrowing guaranteed job is in quota from now on. */
    void promoted(int job);

    /** How often it has looked for a place so far. */
    long searches();

    /** One scheduling pass; preempted jobs wait again at once. */
    void pass(int now, Cluster cluster);
}
