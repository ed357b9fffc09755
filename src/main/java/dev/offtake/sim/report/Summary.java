package dev.offtake.sim.report;

import dev.offtake.sim.input.Oversold;
import dev.offtake.sim.run.GangRecord;
import dev.offtake.sim.run.Result;
import dev.offtake.sim.run.Toll;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What came out, on a page of text. */
public final class Summary {
    private final Result result;

    private Summary(Result result) {
        this.result = result;
    }

    public static String of(Result result) {
        return new Summary(result).text();
    }

    private String text() {
        WaitStats all = new WaitStats(result.gangs());
        StringBuilder text = new StringBuilder();
        text.append("From ")
                .append(result.start())
                .append(" to ")
                .append(result.start().plusMillis(result.end()))
                .append(" (")
                .append(Numbers.span(result.end()))
                .append("): ")
                .append(all.gangs())
                .append(" gangs submitted, ")
                .append(all.started())
                .append(" started, ")
                .append(all.finished())
                .append(" finished.\n")
                .append(waitForEver())
                .append('\n')
                .append(pools())
                .append('\n')
                .append(tenants())
                .append('\n')
                .append(levels());
        if (!result.oversold().isEmpty()) {
            text.append('\n').append(oversold());
        }
        if (!result.reasons().isEmpty()) {
            text.append('\n').append(reasons());
        }
        if (result.gangs().stream()
                .anyMatch(g -> g.lostNodes().times() + g.evictions().times() > 0)) {
            text.append('\n').append(interruptions());
        }
        return text.append('\n').append(decisions()).toString();
    }

    /** All is measured until the last thing that changed. */
    private String waitForEver() {
        int gangs = result.waitForEver();
        return gangs == 0
                ? ""
                : "It ends with the last change: " + gangs + (gangs == 1 ? " gang waits" : " gangs wait")
                        + " for ever.\n";
    }

    private TextTable oversold() {
        TextTable table = new TextTable(
                "OVERSOLD", "CLASS", "UNIT", "PROMISED", "CAN HAVE", "GPUS PROMISED", "GPUS THERE", "FROM", "TO");
        for (Oversold one : result.oversold()) {
            table.row(
                    one.shortage().commitment(),
                    one.shortage().gpuClass(),
                    one.shortage().unit(),
                    one.shortage().committed(),
                    one.shortage().entitled(),
                    one.presentGpus().isPresent() ? one.promisedGpus() : "-",
                    one.presentGpus().map(String::valueOf).orElse("-"),
                    one.from(),
                    one.until().map(Instant::toString).orElse("-"));
        }
        return table;
    }

    private TextTable pools() {
        TextTable table = new TextTable("POOL", "GPU-HOURS", "USED", "LENT", "USED %", "USED % OF USABLE");
        for (Result.PoolTotal pool : result.pools()) {
            table.row(
                    pool.pool(),
                    Numbers.gpuHours(pool.gpus()),
                    Numbers.gpuHours(pool.used()),
                    Numbers.gpuHours(pool.lent()),
                    Numbers.percent(pool.used(), pool.gpus()),
                    Numbers.percent(pool.usedOfUsable(), pool.usable()));
        }
        return table;
    }

    private TextTable tenants() {
        Map<String, List<GangRecord>> byTenant = byTenant(result);
        TextTable table = new TextTable(
                "TENANT",
                "USED GPU-H",
                "WAITED GPU-H",
                "GANGS",
                "STARTED",
                "UNFINISHED",
                "WAIT MEAN",
                "P50",
                "P99",
                "MAX");
        for (int t = 0; t < result.tenants().size(); t++) {
            String tenant = result.tenants().get(t);
            Result.TenantTotal total = result.tenantTotals().get(t);
            row(table, tenant, total, new WaitStats(byTenant.getOrDefault(tenant, List.of())));
        }
        double used = result.tenantTotals().stream()
                .mapToDouble(Result.TenantTotal::used)
                .sum();
        double waited = result.tenantTotals().stream()
                .mapToDouble(Result.TenantTotal::waited)
                .sum();
        row(table, "(all)", new Result.TenantTotal(used, waited), new WaitStats(result.gangs()));
        return table;
    }

    /** Gangs by tenant, in the order of the trace. */
    static Map<String, List<GangRecord>> byTenant(Result result) {
        return result.gangs().stream()
                .collect(Collectors.groupingBy(
                        g -> g.submission().ask().tenant(), LinkedHashMap::new, Collectors.toList()));
    }

    private static void row(TextTable table, String name, Result.TenantTotal total, WaitStats waits) {
        table.row(
                name,
                Numbers.gpuHours(total.used()),
                Numbers.gpuHours(total.waited()),
                waits.gangs(),
                waits.started(),
                waits.gangs() - waits.finished(),
                wait(waits, Math.round(waits.mean())),
                wait(waits, waits.percentile(50)),
                wait(waits, waits.percentile(99)),
                wait(waits, waits.max()));
    }

    /** Where nobody started there is no wait; none at all would read as the best. */
    private static String wait(WaitStats waits, long millis) {
        return waits.started() == 0 ? "-" : Numbers.span(millis);
    }

    private TextTable levels() {
        TextTable table = new TextTable("LEVEL", "CELLS", "WHOLE AND FREE, MEAN", "LARGEST GANG, MEAN", "LEAST", "END");
        for (Result.LevelTotal level : result.levels()) {
            table.row(
                    level.end().pool() + "/" + level.end().level(),
                    level.end().cells(),
                    Numbers.decimal(level.whole()),
                    Numbers.decimal(level.largestGang()),
                    level.least(),
                    level.end().largestGang());
        }
        return table;
    }

    private TextTable reasons() {
        TextTable table = new TextTable("REASON OF WAITING", "TIMES", "GANG-HOURS", "GPU-HOURS");
        result.reasons()
                .forEach((reason, wait) -> table.row(
                        reason, wait.times(), Numbers.gpuHours(wait.gangMillis()), Numbers.gpuHours(wait.gpuMillis())));
        return table;
    }

    private TextTable interruptions() {
        TextTable table = new TextTable("INTERRUPTED BY", "TIMES", "GANGS", "LOST GPU-H", "RESTART GPU-H");
        interruptions(table, "lost nodes", GangRecord::lostNodes);
        interruptions(table, "evictions", GangRecord::evictions);
        return table;
    }

    private void interruptions(TextTable table, String name, Function<GangRecord, Toll> toll) {
        long times = 0;
        int gangs = 0;
        double lost = 0;
        double restarts = 0;
        for (GangRecord gang : result.gangs()) {
            Toll of = toll.apply(gang);
            times += of.times();
            gangs += of.times() > 0 ? 1 : 0;
            lost += (double) of.lost() * gang.gpus();
            restarts += (double) of.restarts() * gang.gpus();
        }
        table.row(name, times, gangs, Numbers.gpuHours(lost), Numbers.gpuHours(restarts));
    }

    private String decisions() {
        String kinds = result.decisions().entrySet().stream()
                .map(e -> e.getValue() + " " + e.getKey())
                .collect(Collectors.joining(", "));
        return "Decisions: " + result.decisionCount() + (kinds.isEmpty() ? "" : " (" + kinds + ")") + "\n";
    }
}
