package dev.offtake.operator.metrics;

import dev.offtake.fleet.PoolReport;
import dev.offtake.placement.PoolView;
import dev.offtake.placement.Views;
import io.micrometer.core.instrument.MeterRegistry;

/** The metrics of pools and their levels. */
final class PoolGauges {
    private final Tables tables;

    PoolGauges(MeterRegistry registry) {
        tables = new Tables(
                registry,
                Catalog.POOL_GPUS,
                Catalog.POOL_USABLE,
                Catalog.POOL_USED,
                Catalog.POOL_LENT,
                Catalog.POOL_UNMANAGED,
                Catalog.POOL_FREE,
                Catalog.POOL_UNHEALTHY,
                Catalog.POOL_SPARE,
                Catalog.POOL_COMMITTED,
                Catalog.POOL_NODES,
                Catalog.POOL_DISPUTED,
                Catalog.POOL_CELLS,
                Catalog.POOL_USABLE_CELLS,
                Catalog.POOL_WHOLE_CELLS,
                Catalog.POOL_LARGEST_GANG);
    }

    void show(Views views) {
        views.pools().values().forEach(this::pool);
        tables.show();
    }

    private void pool(PoolView view) {
        String[] labels = {view.pool().name(), view.pool().gpuClass()};
        PoolReport report = view.report();
        int all = report.matched() * view.pool().gpusPerNode();
        int healthy = healthyGpus(view);
        int sellable = Math.toIntExact(report.sellableGpus());
        tables.put(Catalog.POOL_GPUS, all, labels);
        tables.put(Catalog.POOL_USABLE, sellable, labels);
        tables.put(Catalog.POOL_USED, view.usedGpus(), labels);
        tables.put(Catalog.POOL_LENT, view.lentGpus(), labels);
        tables.put(Catalog.POOL_UNMANAGED, view.unmanagedGpus(), labels);
        tables.put(Catalog.POOL_FREE, view.freeGpus(), labels);
        tables.put(Catalog.POOL_UNHEALTHY, all - healthy, labels);
        tables.put(Catalog.POOL_SPARE, healthy - sellable, labels);
        tables.put(Catalog.POOL_COMMITTED, view.committedGpus(), labels);
        tables.put(Catalog.POOL_DISPUTED, report.disputed(), labels);
        nodes(report, labels);
        for (PoolView.LevelView level : view.levels()) {
            String[] ofLevel = Tables.with(labels, level.name());
            tables.put(Catalog.POOL_CELLS, level.cells(), ofLevel);
            tables.put(Catalog.POOL_USABLE_CELLS, level.usable(), ofLevel);
            tables.put(Catalog.POOL_WHOLE_CELLS, level.whole(), ofLevel);
            tables.put(Catalog.POOL_LARGEST_GANG, level.largestGang(), ofLevel);
        }
    }

    /** GPUs of nodes that take work: the innermost level is the GPU, and counts just these. */
    private static int healthyGpus(PoolView view) {
        return view.levels().get(view.levels().size() - 1).usable();
    }

    private void nodes(PoolReport report, String... labels) {
        int others = report.usable() + report.degraded() + report.unhealthy() + report.cordoned() + report.notReady();
        tables.put(Catalog.POOL_NODES, report.usable(), Tables.with(labels, "Usable"));
        tables.put(Catalog.POOL_NODES, report.degraded(), Tables.with(labels, "Degraded"));
        tables.put(Catalog.POOL_NODES, report.unhealthy(), Tables.with(labels, "Unhealthy"));
        tables.put(Catalog.POOL_NODES, report.cordoned(), Tables.with(labels, "Cordoned"));
        tables.put(Catalog.POOL_NODES, report.notReady(), Tables.with(labels, "NotReady"));
        tables.put(Catalog.POOL_NODES, report.matched() - others, Tables.with(labels, "Disputed"));
    }

    void clear() {
        tables.show();
    }
}
