package dev.offtake.operator.metrics;

import dev.offtake.fleet.PoolReport;
import dev.offtake.placement.PoolView;
import dev.offtake.schedule.Reason;
import dev.offtake.schedule.Unserved;
import java.util.List;
import java.util.function.ToIntFunction;

/** Why demand within a commitment waits, for whoever has to repair it. The first that applies. */
enum Cause {
    /** Lent work has to leave first. */
    RECLAIM("Reclaim"),
    /** There is no pool of the class, or none that knows the unit. */
    NO_POOL("NoPool"),
    /** Nodes are not ready, unhealthy, or lack GPUs. */
    NODE_FAULT("NodeFault"),
    /** Nodes are cordoned. */
    MAINTENANCE("Maintenance"),
    /** Two pools claim the same nodes. */
    DISPUTED("Disputed"),
    /** The labels of nodes do not say in which cell they are. */
    UNKNOWN_TOPOLOGY("UnknownTopology"),
    /** Pods outside contracts hold GPUs. */
    UNMANAGED("Unmanaged"),
    /** More is promised than there is. */
    OVERSOLD("Oversold"),
    /** CPU, memory or devices beside the GPUs are short. */
    OTHER_RESOURCES("OtherResources"),
    /** Nothing is wrong with the supply: the work that is there lies so that this shape has no place. */
    PACKING("Packing");

    private final String spelled;

    Cause(String spelled) {
        this.spelled = spelled;
    }

    String spelled() {
        return spelled;
    }

    /** @param pools those of the commitment's class */
    static Cause of(Unserved demand, List<PoolView> pools) {
        if (demand.code() == Reason.Code.RECLAIMING) {
            return RECLAIM;
        }
        if (demand.code() == Reason.Code.NO_POOL_OF_CLASS || pools.isEmpty()) {
            return NO_POOL;
        }
        if (demand.code() == Reason.Code.INSUFFICIENT_RESOURCES && !demand.supplyShort()) {
            return OTHER_RESOURCES;
        }
        boolean faults = any(pools, r -> r.unhealthy() + r.notReady() + r.degraded());
        if (demand.code() == Reason.Code.SEATS_TAKEN || (faults && isAboutSupply(demand))) {
            return NODE_FAULT;
        }
        if (!isAboutSupply(demand)) {
            return PACKING;
        }
        if (any(pools, PoolReport::cordoned)) {
            return MAINTENANCE;
        }
        if (any(pools, PoolReport::disputed)) {
            return DISPUTED;
        }
        if (any(pools, PoolReport::unknownTopology)) {
            return UNKNOWN_TOPOLOGY;
        }
        return pools.stream().anyMatch(p -> p.unmanagedGpus() > 0)
                ? UNMANAGED
                : demand.supplyShort() ? OVERSOLD : PACKING;
    }

    /** Less than committed is there, or a gang that had its place has lost it. */
    private static boolean isAboutSupply(Unserved demand) {
        return demand.supplyShort() || demand.inPart();
    }

    private static boolean any(List<PoolView> pools, ToIntFunction<PoolReport> count) {
        return pools.stream().anyMatch(pool -> count.applyAsInt(pool.report()) > 0);
    }
}
