package dev.offtake.operator.process;

import dev.offtake.operator.metrics.Catalog;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;

/** The registry of a process, with what is worth knowing of any JVM, and of this build. */
final class ProcessMetrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    /** Listens to collections until it is closed. */
    private final JvmGcMetrics collections = new JvmGcMetrics();

    ProcessMetrics() {
        for (MeterBinder binder : List.of(
                collections,
                new ClassLoaderMetrics(),
                new JvmInfoMetrics(),
                new JvmMemoryMetrics(),
                new JvmThreadMetrics(),
                new FileDescriptorMetrics(),
                new ProcessorMetrics(),
                new UptimeMetrics())) {
            binder.bindTo(registry);
        }
        Catalog.BUILD_INFO.gauge(registry, () -> 1, Version.current());
    }

    PrometheusMeterRegistry registry() {
        return registry;
    }

    static void watch(Leadership leadership, MeterRegistry registry) {
        Catalog.LEADER.gauge(registry, () -> leadership.isLeader() ? 1 : 0);
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
