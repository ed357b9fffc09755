package dev.offtake.placement.packing;

/**
 * What one pod takes of one node. Demands that are equal are one class and are decided alike.
 *
 * @param cpuMilli CPU in thousandths of a core
 * @param memoryMib memory in MiB
 * @param devices GPUs; 0 for work without a GPU
 * @param milli thousandths of each device: 1000 for whole ones, 1..999 for a fraction of a single device, 0 without
 * @param models bit m is set if a device of model m will do; {@link #ANY_MODEL} if every one will
 */
public record Demand(int cpuMilli, int memoryMib, int devices, int milli, long models) {
    /** Thousandths of one device. */
    public static final int WHOLE = 1000;

    /** Every model will do. */
    public static final long ANY_MODEL = -1L;

    public Demand {
        if (cpuMilli < 0 || memoryMib < 0 || devices < 0 || models == 0) {
            throw new IllegalArgumentException("amounts must not be negative and some model must do");
        }
        boolean consistent = devices == 0 ? milli == 0 : milli == WHOLE || (devices == 1 && milli > 0 && milli < WHOLE);
        if (!consistent) {
            throw new IllegalArgumentException(devices + " devices of " + milli + " thousandths");
        }
    }

    /** So many whole devices. */
    public static Demand whole(int cpuMilli, int memoryMib, int devices) {
        return new Demand(cpuMilli, memoryMib, devices, WHOLE, ANY_MODEL);
    }

    /** A part of one device, in thousandths; for a MIG device see {@link MigWeights}. */
    public static Demand fraction(int cpuMilli, int memoryMib, int milli) {
        return new Demand(cpuMilli, memoryMib, 1, milli, ANY_MODEL);
    }

    public static Demand cpuOnly(int cpuMilli, int memoryMib) {
        return new Demand(cpuMilli, memoryMib, 0, 0, ANY_MODEL);
    }

    /** The same, but on these models only. */
    public Demand on(long onlyModels) {
        return new Demand(cpuMilli, memoryMib, devices, milli, onlyModels);
    }

    /** Thousandths of all its devices together. */
    public int totalMilli() {
        return devices * milli;
    }

    boolean isFraction() {
        return milli > 0 && milli < WHOLE;
    }

    boolean isConfined() {
        return models != ANY_MODEL;
    }

    boolean accepts(int model) {
        return (models >> model & 1) != 0;
    }
}
