package dev.offtake.operator.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** Several metrics whose series are collected and then shown together. */
final class Tables {
    /** By the metric's name, as are those below: the hash of a record costs the operator's start ten milliseconds. */
    private final Map<String, GaugeTable> tables = new LinkedHashMap<>();

    private final Map<String, Map<List<String>, Supplier<Number>>> collected = new HashMap<>();

    Tables(MeterRegistry registry, Metric... metrics) {
        for (Metric metric : metrics) {
            tables.put(metric.name(), new GaugeTable(registry, metric));
        }
    }

    /** Collects a series whose value does not change until the next one. */
    void put(Metric metric, Number value, String... labels) {
        put(metric, () -> value, labels);
    }

    /** Collects a series whose value is asked for at each scrape. */
    void put(Metric metric, Supplier<Number> value, String... labels) {
        collected.computeIfAbsent(metric.name(), m -> new HashMap<>()).put(List.of(labels), value);
    }

    /** Shows what was collected since the last time, and nothing else. */
    void show() {
        tables.forEach((name, table) -> table.show(collected.getOrDefault(name, Map.of())));
        if (!tables.keySet().containsAll(collected.keySet())) {
            throw new IllegalStateException("of none of the tables: " + collected.keySet());
        }
        collected.clear();
    }

    /** Label values and one more. */
    static String[] with(String[] labels, String last) {
        String[] more = Arrays.copyOf(labels, labels.length + 1);
        more[labels.length] = Objects.requireNonNull(last);
        return more;
    }
}
