package dev.offtake.operator.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The series of one metric, which come and go. A series that stays is never taken out of the registry for a moment, as
 * {@code MultiGauge} does it: a scrape would miss it.
 */
public final class GaugeTable {
    private final MeterRegistry registry;
    private final Metric metric;
    private final Map<List<String>, Row> rows = new HashMap<>();

    private record Row(Gauge gauge, Cell cell) {}

    /** Written by who shows, read by who scrapes. */
    private static final class Cell {
        private volatile Supplier<Number> value;

        Cell(Supplier<Number> value) {
            this.value = value;
        }
    }

    /** Has no series yet. */
    public GaugeTable(MeterRegistry registry, Metric metric) {
        this.registry = registry;
        this.metric = metric;
    }

    /**
     * Replaces all series. Values are asked for at each scrape.
     *
     * @param next by the values of the labels, in the order of their names
     */
    public synchronized void show(Map<List<String>, Supplier<Number>> next) {
        rows.entrySet().removeIf(row -> {
            boolean gone = !next.containsKey(row.getKey());
            if (gone) {
                registry.remove(row.getValue().gauge());
            }
            return gone;
        });
        next.forEach((labels, value) -> {
            @Nullable Row row = rows.get(labels);
            if (row == null) {
                Cell cell = new Cell(value);
                Gauge gauge = metric.gauge(registry, () -> cell.value.get(), labels.toArray(String[]::new));
                rows.put(labels, new Row(gauge, cell));
            } else {
                row.cell().value = value;
            }
        });
    }
}
