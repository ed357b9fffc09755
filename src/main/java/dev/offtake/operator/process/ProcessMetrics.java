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

/**
 * The registry of a process, with what is worth knowing of any JVM, and of this build. The JVM is asked from the first
 * scrape on: to find out what it has to tell takes time, and nothing that has to be ready waits for it.
 */
final class ProcessMetrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    /** Listens to collections until it is closed. */
    private final JvmGcMetrics collections = new JvmGcMetrics();

    private boolean jvmBound;
    private boolean closed;

    ProcessMetrics() {
        Catalog.BUILD_INFO.gauge(registry, () -> 1, Version.current());
    }

    private synchronized void bindJvm() {
        if (jvmBound || closed) {
            return;
        }
        jvmBound = true;
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
    }

    /** All there is to tell, as text of this content type. */
    String scrape(String contentType) {
        bindJvm();
        return registry.scrape(contentType);
    }

    PrometheusMeterRegistry registry() {
        return registry;
    }

    static void watch(Leadership leadership, MeterRegistry registry) {
        Catalog.LEADER.gauge(registry, () -> leadership.isLeader() ? 1 : 0);
    }

    @Override
    public synchronized void close() {
        closed = true;
        collections.close();
        registry.close();
    }
}
