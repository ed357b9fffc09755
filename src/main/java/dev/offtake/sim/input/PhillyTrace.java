package dev.offtake.sim.input;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The Philly trace with one row per job, as the artifact of Sia (SOSP 2023) has it. Virtual clusters are tenants. */
final class PhillyTrace implements TraceFormat {
    private static final int MOST_GPUS = 10_000_000;

    @Override
    public String name() {
        return "Philly, as in the artifact of Sia";
    }

    @Override
    public List<String> columns() {
        return List.of("timestamp", "duration", "num_gpus", "cluster");
    }

    @Override
    public Trace read(Csv csv, Settings settings) {
        TraceBuilder trace = new TraceBuilder(csv.file(), settings);
        for (Csv.Row row : csv.rows()) {
            long duration = Times.length(row.get("duration"))
                    .map(Duration::toMillis)
                    .orElseThrow(() -> row.problem("duration", "is no length of time; write " + Times.LENGTHS));
            int gpus = row.number("num_gpus", 0, MOST_GPUS);
            if (gpus == 0 || duration == 0) {
                trace.skip();
            } else {
                trace.add(row, "timestamp", submission(row, trace, gpus, duration));
            }
        }
        return trace.absolute();
    }

    private static Submission submission(Csv.Row row, TraceBuilder trace, int gpus, long duration) {
        long submit = Times.instant(row.get("timestamp"))
                .map(Instant::toEpochMilli)
                .orElseThrow(() -> row.problem("timestamp", "is no date and time; write e.g. 2017-10-09 07:01:55"));
        Ask ask = Ask.whole(trace.tenant(row.get("cluster")), gpus, Map.of());
        return new Submission(row.line(), "line-" + row.line(), ask, submit, duration, 0, 0);
    }
}
