package dev.offtake.placement;

/**
 * An account as others see it. Counts are in cells of its unit where they do not say GPUs.
 *
 * @param name of the account
 * @param unitGpus GPUs of a cell of the unit; 0 if no pool knows it
 * @param entitled of {@code committed}, what can be kept now
 * @param claimed taken whole or bound
 * @param bound of {@code claimed}, those that work holds only in part
 * @param boundIdleGpus GPUs in the bound cells that no work holds
 * @param usedGpus GPUs of its Reserved work
 * @param onDemandUsed GPUs that it is charged for above the commitment
 */
public record AccountView(
        String name,
        int unitGpus,
        int committed,
        int entitled,
        int claimed,
        int bound,
        int boundIdleGpus,
        int usedGpus,
        int onDemandUsed) {
    /** GPUs of what is committed. */
    public long committedGpus() {
        return (long) committed * unitGpus;
    }
}
