package dev.offtake.operator.policy;

import dev.offtake.operator.metrics.Catalog;
import dev.offtake.operator.metrics.GaugeTable;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The metrics of the admission policies. */
public final class PolicyMetrics {
    private PolicyMetrics() {}

    /** Registers them; they follow the watch. */
    public static void bind(MeterRegistry registry, PolicyWatch watch) {
        Catalog.POLICIES_IN_FORCE.gauge(registry, () -> watch.state().inForce() ? 1 : 0);
        Catalog.POLICIES_UNSERVED.gauge(registry, () -> watch.state().unserved().size());
        GaugeTable problems = new GaugeTable(registry, Catalog.POLICY_PROBLEMS);
        Runnable update = () -> problems.show(rows(watch.state()));
        watch.onChange(update);
        update.run();
    }

    private static Map<List<String>, Supplier<Number>> rows(PolicyState state) {
        Map<List<String>, Supplier<Number>> rows = new HashMap<>();
        state.problems().forEach(name -> rows.put(List.of(name), () -> 1));
        return rows;
    }
}
