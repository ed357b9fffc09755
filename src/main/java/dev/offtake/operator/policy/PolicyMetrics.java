package dev.offtake.operator.policy;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;

/** The metrics {@code offtake_policies_in_force} and {@code offtake_policy_problems}. */
public final class PolicyMetrics {
    private PolicyMetrics() {}

    /** Registers them; they follow the watch. */
    public static void bind(MeterRegistry registry, PolicyWatch watch) {
        Gauge.builder("offtake.policies.in.force", watch, w -> w.state().inForce() ? 1 : 0)
                .description("1 if the admission policies are as installed, else 0")
                .register(registry);
        MultiGauge problems = MultiGauge.builder("offtake.policy.problems")
                .description("1 for each admission policy or part of them that is missing or changed")
                .register(registry);
        Runnable update = () -> problems.register(rows(watch.state()), true);
        watch.onChange(update);
        update.run();
    }

    private static List<MultiGauge.Row<?>> rows(PolicyState state) {
        return state.problems().stream()
                .<MultiGauge.Row<?>>map(name -> MultiGauge.Row.of(Tags.of("policy", name), 1))
                .toList();
    }
}
