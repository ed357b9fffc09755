package dev.offtake.placement;

import java.util.Arrays;

/** GPUs that are held on each node of one pool, by dense numbers. */
final class Holdings {
    private int[] charged = new int[16];
    private int[] flat = new int[16];
    private int[] rounded = new int[16];
    private int[] lent = new int[16];
    private int[] unlent = new int[16];

    /** Makes room for so many nodes; answers whether there was none. */
    boolean growTo(int nodes) {
        if (nodes <= charged.length) {
            return false;
        }
        int capacity = Columns.grown(charged.length, nodes);
        charged = Arrays.copyOf(charged, capacity);
        flat = Arrays.copyOf(flat, capacity);
        rounded = Arrays.copyOf(rounded, capacity);
        lent = Arrays.copyOf(lent, capacity);
        unlent = Arrays.copyOf(unlent, capacity);
        return true;
    }

    int capacity() {
        return charged.length;
    }

    /** The number stands for another node now. */
    void clear(int n) {
        charged[n] = 0;
        flat[n] = 0;
        rounded[n] = 0;
        lent[n] = 0;
        unlent[n] = 0;
    }

    void charge(int n, int gpus) {
        charged[n] += gpus;
    }

    /** Promised to somebody or lost. */
    int charged(int n) {
        return charged[n];
    }

    /** Work takes GPUs one by one. */
    void useFlat(int n, int gpus) {
        flat[n] += gpus;
    }

    /**
     * Work takes parts of the node as wholes.
     *
     * @param gpus of the parts
     * @param unlentGpus of them that it leaves idle and that must not be lent
     */
    void bind(int n, int gpus, int unlentGpus) {
        rounded[n] += gpus;
        unlent[n] += unlentGpus;
    }

    boolean isBound(int n) {
        return rounded[n] > 0;
    }

    /** GPUs that nobody else may take. */
    int effective(int n) {
        return flat[n] + rounded[n];
    }

    void lend(int n, int gpus) {
        lent[n] += gpus;
    }

    /** Used by work that can be evicted. */
    int lent(int n) {
        return lent[n];
    }

    /** In bound parts of the node, idle, and not to be lent. */
    int unlent(int n) {
        return unlent[n];
    }
}
