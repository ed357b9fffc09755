package dev.offtake.sim.input;

import dev.offtake.api.OfftakeAnnotations;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@code jobs.csv} of the gang benchmark; beside it lie {@code nodes.csv} and {@code tenants.csv}. */
final class GangTrace implements TraceFormat {
    private static final int MOST_GPUS = 10_000_000;

    /** What is above a tenant's share, and what its benchmark may evict, runs on what is idle. */
    private static final Map<String, String> TIERS = Map.of("guaranteed", "Reserved,Spot", "opportunistic", "Spot");

    @Override
    public String name() {
        return "jobs.csv of the gang benchmark";
    }

    @Override
    public List<String> columns() {
        return List.of(
                "job",
                "tenant",
                "submit_s",
                "gpus",
                "duration_s",
                "class",
                "required_level",
                "preferred_level",
                "checkpoint_s",
                "restart_s");
    }

    @Override
    public boolean addSite(ManifestReader manifests, Path directory, Optional<String> tenant) {
        GangSite.addTo(manifests, directory);
        return true;
    }

    @Override
    public Trace read(Csv csv, Settings settings) {
        TraceBuilder trace = new TraceBuilder(csv.file(), settings);
        for (Csv.Row row : csv.rows()) {
            trace.add(
                    row,
                    "job",
                    new Submission(
                            row.line(),
                            row.get("job"),
                            ask(row, trace),
                            1000L * row.number("submit_s", 0, Integer.MAX_VALUE),
                            1000L * row.number("duration_s", 1, Integer.MAX_VALUE),
                            1000L * row.number("checkpoint_s", 0, Integer.MAX_VALUE),
                            1000L * row.number("restart_s", 0, Integer.MAX_VALUE)));
        }
        return trace.relative();
    }

    private static Ask ask(Csv.Row row, TraceBuilder trace) {
        int gpus = row.number("gpus", 1, MOST_GPUS);
        Map<String, String> wishes = new TreeMap<>();
        Optional<String> tier = Optional.ofNullable(TIERS.get(row.get("class")));
        wishes.put(
                OfftakeAnnotations.TIER,
                tier.orElseThrow(() -> row.problem("class", "is no class; use guaranteed or opportunistic")));
        level(row, "required_level").ifPresent(level -> wishes.put(OfftakeAnnotations.TOPOLOGY, level));
        level(row, "preferred_level").ifPresent(level -> wishes.put(OfftakeAnnotations.TOPOLOGY_PREFERRED, level));
        return Ask.whole(trace.tenant(row.get("tenant")), gpus, wishes);
    }

    private static Optional<String> level(Csv.Row row, String column) {
        return Optional.of(row.get(column)).filter(level -> !level.equals("none"));
    }
}
