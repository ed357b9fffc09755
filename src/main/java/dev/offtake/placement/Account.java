package dev.offtake.placement;

/**
 * What may be drawn on: a commitment as it stands at this instant.
 *
 * @param name unique
 * @param committed cells of the unit that are due now
 * @param onDemandGpus the most GPUs above it
 * @param lends whether others may use what it leaves idle, until it is needed
 */
public record Account(String name, String gpuClass, String unit, int committed, int onDemandGpus, boolean lends) {
    /** One that lends. */
    public Account(String name, String gpuClass, String unit, int committed, int onDemandGpus) {
        this(name, gpuClass, unit, committed, onDemandGpus, true);
    }
}
