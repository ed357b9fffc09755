package dev.offtake.sim.input;

import java.util.List;
import java.util.Map;

/** Helios and Philly as Gen-Parallel-Workloads has them. Users are tenants, jobs without GPUs are passed over. */
final class ParallelTrace implements TraceFormat {
    private static final int MOST_GPUS = 10_000_000;

    @Override
    public String name() {
        return "Helios or Philly, as in Gen-Parallel-Workloads";
    }

    @Override
    public List<String> columns() {
        return List.of("u_id", "user", "gpu_num", "interval", "run_time");
    }

    @Override
    public Trace read(Csv csv, Settings settings) {
        TraceBuilder trace = new TraceBuilder(csv.file(), settings);
        long submit = 0;
        for (Csv.Row row : csv.rows()) {
            submit += 1000L * row.number("interval", 0, Integer.MAX_VALUE);
            int gpus = row.number("gpu_num", 0, MOST_GPUS);
            long duration = 1000L * row.number("run_time", 0, Integer.MAX_VALUE);
            if (gpus == 0 || duration == 0) {
                trace.skip();
                continue;
            }
            Ask ask = Ask.whole(trace.tenant(row.get("user")), gpus, Map.of());
            trace.add(row, "u_id", new Submission(row.line(), "u" + row.get("u_id"), ask, submit, duration, 0, 0));
        }
        return trace.relative();
    }
}
