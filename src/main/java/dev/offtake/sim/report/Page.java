package dev.offtake.sim.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.offtake.sim.run.GangRecord;
import dev.offtake.sim.run.Result;
import dev.offtake.sim.run.Sample;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** One page with charts that needs nothing else: library, style and numbers are in it. */
final class Page {
    /** More lines than this nobody can tell apart; the rest is drawn as one. */
    private static final int MOST_TENANTS = 12;

    private static final Pattern PART = Pattern.compile("%([A-Z_]+)%");
    private static final String OTHERS = "(others)";
    private static final int[] PERCENTS = IntStream.rangeClosed(0, 100).toArray();
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private final Result result;
    private final String title;

    Page(Result result, String title) {
        this.result = result;
        this.title = title;
    }

    String html() {
        Map<String, String> parts = Map.of(
                "TITLE", escaped(title),
                "SUMMARY", escaped(Summary.of(result)),
                "UPLOT_CSS", resource("uplot/uPlot.min.css"),
                "UPLOT_JS", resource("uplot/uPlot.iife.min.js"),
                "REPORT_JS", resource("report.js"),
                "DATA", data());
        // At once: a file or a tenant may be called %DATA%.
        return PART.matcher(resource("report.html"))
                .replaceAll(part -> Matcher.quoteReplacement(Objects.requireNonNull(parts.get(part.group(1)))));
    }

    private static String resource(String name) {
        String path = "/dev/offtake/sim/" + name;
        try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream(path), path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private String data() {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put(
                "time",
                result.samples().stream()
                        .map(s -> (result.start().toEpochMilli() + s.at()) / 1000.0)
                        .toList());
        data.put("pools", pools());
        data.put("queue", tenants(Sample.OfTenant::waitingGpus));
        data.put("used", tenants(Sample.OfTenant::usedGpus));
        data.put("percents", PERCENTS);
        data.put("waits", waits());
        data.put("levels", levels());
        try {
            // A name must not end the script that it stands in.
            return JSON.writeValueAsString(data).replace("<", "\\u003c");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Line(String name, List<? extends Number> values) {}

    private record PoolLines(String name, List<Long> gpus, List<Long> usable, List<Long> used, List<Long> lent) {}

    private record LevelLines(String name, List<Line> largestGang) {}

    private List<PoolLines> pools() {
        List<PoolLines> pools = new ArrayList<>();
        for (int p = 0; p < result.pools().size(); p++) {
            int pool = p;
            List<Sample.OfPool> samples =
                    result.samples().stream().map(s -> s.pools().get(pool)).toList();
            pools.add(new PoolLines(
                    result.pools().get(p).pool(),
                    samples.stream().map(Sample.OfPool::gpus).toList(),
                    samples.stream().map(Sample.OfPool::usable).toList(),
                    samples.stream().map(Sample.OfPool::used).toList(),
                    samples.stream().map(Sample.OfPool::lent).toList()));
        }
        return pools;
    }

    /** Numbers of the tenants, those with most use and waiting first. */
    private List<Integer> byWeight() {
        return IntStream.range(0, result.tenants().size())
                .boxed()
                .sorted(Comparator.comparingDouble((Integer t) -> -weight(t)).thenComparing(t -> t))
                .toList();
    }

    private double weight(int tenant) {
        Result.TenantTotal total = result.tenantTotals().get(tenant);
        return total.used() + total.waited();
    }

    private List<Line> tenants(ToLongFunction<Sample.OfTenant> value) {
        List<Integer> order = byWeight();
        List<Line> lines = new ArrayList<>();
        for (int t : order.subList(0, Math.min(MOST_TENANTS, order.size()))) {
            lines.add(new Line(
                    result.tenants().get(t),
                    result.samples().stream()
                            .map(s -> value.applyAsLong(s.tenants().get(t)))
                            .toList()));
        }
        if (order.size() > MOST_TENANTS) {
            List<Integer> others = order.subList(MOST_TENANTS, order.size());
            lines.add(new Line(
                    OTHERS,
                    result.samples().stream()
                            .map(s -> others.stream()
                                    .mapToLong(
                                            t -> value.applyAsLong(s.tenants().get(t)))
                                    .sum())
                            .toList()));
        }
        return lines;
    }

    /** Per tenant of whom any gang started, the wait in seconds that so many percent of these did not exceed. */
    private List<Line> waits() {
        Map<String, List<GangRecord>> byTenant = Summary.byTenant(result);
        List<Line> lines = new ArrayList<>();
        line("(all)", result.gangs()).ifPresent(lines::add);
        byWeight().stream().limit(MOST_TENANTS).forEach(t -> {
            String tenant = result.tenants().get(t);
            line(tenant, byTenant.getOrDefault(tenant, List.of())).ifPresent(lines::add);
        });
        return lines;
    }

    private static Optional<Line> line(String name, List<GangRecord> gangs) {
        WaitStats waits = new WaitStats(gangs);
        return Optional.of(new Line(
                        name,
                        IntStream.of(PERCENTS)
                                .mapToObj(percent -> waits.percentile(percent) / 1000.0)
                                .toList()))
                .filter(line -> waits.started() > 0);
    }

    /** Per pool and level, GPUs of the largest gang that fits into one cell. Pools may come later. */
    private List<LevelLines> levels() {
        Map<String, Map<String, Long[]>> byPool = new LinkedHashMap<>();
        for (int s = 0; s < result.samples().size(); s++) {
            for (Sample.OfLevel level : result.samples().get(s).levels()) {
                Long[] values = byPool.computeIfAbsent(level.pool(), p -> new LinkedHashMap<>())
                        .computeIfAbsent(level.level(), l -> zeros());
                values[s] = (long) level.largestGang();
            }
        }
        List<LevelLines> pools = new ArrayList<>();
        byPool.forEach((pool, levels) -> {
            List<Line> lines = new ArrayList<>();
            levels.forEach((level, values) -> lines.add(new Line(level, List.of(values))));
            pools.add(new LevelLines(pool, lines));
        });
        return pools;
    }

    private Long[] zeros() {
        return IntStream.range(0, result.samples().size()).mapToObj(i -> 0L).toArray(Long[]::new);
    }
}
