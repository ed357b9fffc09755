package dev.offtake.sim.run;

import dev.offtake.sim.input.Oversold;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a simulation gave.
 *
 * @param end milliseconds after {@code start}
 * @param pools by name
 * @param levels of all pools, outermost first
 * @param tenants by name
 * @param gangs in the order of their submission; those that were not submitted by the end are left out
 * @param reasons waits by the code of their reason
 * @param decisions by kind
 * @param searches how often a place was looked for
 * @param oversold what was promised and not there, failures apart
 * @param waitForEver gangs that wait at the end, where it is one because nothing can happen any more
 */
public record Result(
        Instant start,
        long end,
        List<PoolTotal> pools,
        List<LevelTotal> levels,
        List<String> tenants,
        List<TenantTotal> tenantTotals,
        List<GangRecord> gangs,
        List<Sample> samples,
        Map<String, Wait> reasons,
        Map<String, Long> decisions,
        long searches,
        List<Oversold> oversold,
        int waitForEver) {

    /**
     * A pool over the whole time, in GPU-milliseconds.
     *
     * @param gpus of all its nodes, in whatever state
     * @param usable of the nodes that took work
     * @param usedOfUsable of those used, on nodes that took work then
     * @param lent of those used, by work that runs as Spot
     */
    public record PoolTotal(String pool, double gpus, double usable, double used, double usedOfUsable, double lent) {}

    /**
     * A level of a pool over the whole time.
     *
     * @param end how it is in the end
     * @param whole on average
     * @param largestGang on average
     * @param least that the largest gang was
     */
    public record LevelTotal(Sample.OfLevel end, double whole, double largestGang, int least) {}

    /** A tenant over the whole time, in GPU-milliseconds. */
    public record TenantTotal(double used, double waited) {}

    /**
     * Waits for one reason.
     *
     * @param times how often a gang was told it
     * @param gangMillis over all gangs
     * @param gpuMillis the same, times the GPUs of the gang
     */
    public record Wait(long times, double gangMillis, double gpuMillis) {}

    public Result {
        pools = List.copyOf(pools);
        levels = List.copyOf(levels);
        tenants = List.copyOf(tenants);
        tenantTotals = List.copyOf(tenantTotals);
        gangs = List.copyOf(gangs);
        samples = List.copyOf(samples);
        oversold = List.copyOf(oversold);
    }

    /** All decisions. */
    public long decisionCount() {
        return decisions.values().stream().mapToLong(Long::longValue).sum();
    }
}
