package dev.offtake.bench.gang;

/** What evicting a gang now would destroy. */
@FunctionalInterface
public interface EvictionCost {
    /** Answer of {@link #secondsPerGpu} for a gang that must not be evicted now. */
    double PROTECTED = Double.POSITIVE_INFINITY;

    /** Seconds of work that each GPU of a running lent gang would lose, restart included, or {@link #PROTECTED}. */
    double secondsPerGpu(int gang);
}
