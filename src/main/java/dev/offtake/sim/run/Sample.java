package dev.offtake.sim.run;

import java.util.List;

/**
 * How things stand at one instant, after everything that happened then.
 *
 * @param at milliseconds after the begin
 * @param pools in the order of {@link Result#pools}
 * @param tenants in the order of {@link Result#tenants}
 * @param levels of all pools, outermost first
 */
public record Sample(long at, List<OfPool> pools, List<OfTenant> tenants, List<OfLevel> levels) {
    public Sample {
        pools = List.copyOf(pools);
        tenants = List.copyOf(tenants);
        levels = List.copyOf(levels);
    }

    /**
     * GPUs of a pool.
     *
     * @param gpus of all its nodes, in whatever state
     * @param usable of the nodes that take work
     * @param used of all, as what runs on a cordoned node goes on
     * @param usedOfUsable of those usable, so without what a node uses that has fewer than before
     * @param lent of those used, by work that runs as Spot
     */
    public record OfPool(long gpus, long usable, long used, long usedOfUsable, long lent) {
        /** Where there may be more work. */
        public long idle() {
            return usable - usedOfUsable;
        }
    }

    /**
     * A tenant.
     *
     * @param waitingGpus that gangs ask for which do not run
     */
    public record OfTenant(long usedGpus, long waitingGpus, int waitingGangs) {}

    /**
     * A level of a pool.
     *
     * @param largestGang GPUs of the largest gang that fits into one cell
     */
    public record OfLevel(String pool, String level, int cells, int usable, int whole, int largestGang) {}
}
