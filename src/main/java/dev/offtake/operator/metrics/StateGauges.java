package dev.offtake.operator.metrics;

import dev.offtake.fleet.NodeState;
import dev.offtake.placement.Views;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.Reason;
import dev.offtake.schedule.Scheduler;
import dev.offtake.schedule.Standing;
import dev.offtake.schedule.Unserved;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The metrics of the state: contracts, pools, what waits. Written by the thread that decides, from what it has just made
 * for the statuses; a scrape reads values and looks at no state. Only a leader has them, so that sums over replicas
 * count nothing twice.
 */
public final class StateGauges {
    private final ContractGauges contracts;
    private final PoolGauges pools;
    private final Tables others;
    private final GaugeTable invalidPools;
    private final WaitClock waitClock = new WaitClock();

    public StateGauges(MeterRegistry registry, InstantSource clock) {
        contracts = new ContractGauges(registry, clock);
        pools = new PoolGauges(registry);
        invalidPools = new GaugeTable(registry, Catalog.POOL_INVALID);
        others = new Tables(registry, Catalog.WAITING_GANGS, Catalog.BYPASS);
    }

    /**
     * Shows which pools make no sense; from any thread, and whether this process decides or not.
     *
     * @param classes of them, by their names
     */
    public void invalidPools(Map<String, String> classes) {
        Map<List<String>, Supplier<Number>> rows = new HashMap<>();
        classes.forEach((pool, gpuClass) -> rows.put(List.of(pool, gpuClass), () -> 1));
        invalidPools.show(rows);
    }

    /** Shows this state. */
    public void show(Scheduler scheduler, Views views, Standing standing, Pods pods, Instant now) {
        List<GangId> unserved = standing.unserved().stream()
                .filter(demand -> isOurs(demand, scheduler, pods))
                .map(Unserved::gang)
                .toList();
        contracts.show(views, standing, waitClock.look(unserved, pods, now));
        pools.show(views);
        for (Reason.Code code : Reason.Code.values()) {
            others.put(Catalog.WAITING_GANGS, standing.waits().getOrDefault(code, 0), code.spelled());
        }
        for (Map.Entry<String, Pods.Bypass> bypass : pods.bypasses().entrySet()) {
            others.put(
                    Catalog.BYPASS, bypass.getValue().pods(), bypass.getValue().tenant(), bypass.getKey());
        }
        others.show();
    }

    /** A pod that takes its time to end on a healthy node is its user's; on a node that is lost it is not. */
    private static boolean isOurs(Unserved demand, Scheduler scheduler, Pods pods) {
        return demand.code() != Reason.Code.SEATS_TAKEN
                || pods.leaving(demand.gang()).stream()
                        .anyMatch(node -> !scheduler
                                .cluster()
                                .fleet()
                                .node(node)
                                .map(NodeState::health)
                                .map(NodeState.Health::takesWork)
                                .orElse(false));
    }

    /** Shows nothing any more: this process does not decide. */
    public void clear() {
        waitClock.stop();
        // First, as it is shown last: the alerts take contracts and pools for deleted that it is there without.
        others.show();
        contracts.clear();
        pools.clear();
    }
}
