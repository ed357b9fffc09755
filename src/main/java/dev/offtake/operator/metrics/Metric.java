package dev.offtake.operator.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A metric as Prometheus sees it.
 *
 * @param unit of its values, in words
 * @param labels names, each with few values: never a pod or a Job
 * @param help what it means
 */
public record Metric(String name, Type type, String unit, List<String> labels, String help) {
    /** Types of Prometheus. */
    public enum Type {
        GAUGE,
        COUNTER,
        HISTOGRAM
    }

    private static final String TOTAL = "_total";
    private static final String SECONDS = "_seconds";
    private static final Duration[] BUCKETS = {
        Duration.ofNanos(100_000),
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30)
    };

    public Metric {
        labels = List.copyOf(labels);
    }

    /** Registers a gauge that asks for its value at each scrape; asking must be cheap and lock nothing. */
    public Gauge gauge(MeterRegistry registry, Supplier<Number> value, String... labelValues) {
        return Gauge.builder(meterName(), value)
                .description(help)
                .tags(tags(List.of(labelValues)))
                .strongReference(true)
                .register(registry);
    }

    /** The counter of these label values. */
    public Counter counter(MeterRegistry registry, String... labelValues) {
        return Counter.builder(meterName())
                .description(help)
                .tags(tags(List.of(labelValues)))
                .register(registry);
    }

    /** A histogram of durations. */
    public Timer histogram(MeterRegistry registry) {
        return Timer.builder(meterName())
                .description(help)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    /** Label values in the order of the names. */
    Tags tags(List<String> values) {
        if (values.size() != labels.size()) {
            throw new IllegalArgumentException(name + " has the labels " + labels + ", not " + values.size());
        }
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            pairs.add(labels.get(i));
            pairs.add(values.get(i));
        }
        return Tags.of(pairs.toArray(String[]::new));
    }

    /** Micrometer writes names with dots, knows the ending {@code .info} by it, and adds the others by itself. */
    private String meterName() {
        String prometheus = switch (type) {
            case GAUGE -> name;
            case COUNTER -> name.substring(0, name.length() - TOTAL.length());
            case HISTOGRAM -> name.substring(0, name.length() - SECONDS.length());
        };
        return prometheus.replace('_', '.');
    }
}
