package dev.offtake.sim.run;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Who waits since when for which reason, and how long that was in all. */
final class Waits {
    private final Map<GangRun, Open> open = new HashMap<>();
    private final Map<String, Total> totals = new TreeMap<>();

    private record Open(String reason, long since, int gpus) {}

    /** Of one reason. Mutable. */
    private static final class Total {
        private long times;
        private double gangMillis;
        private double gpuMillis;
    }

    /** The gang waits for this reason from now on. */
    void tell(GangRun gang, String reason, int gpus, long now) {
        end(gang, now);
        open.put(gang, new Open(reason, now, gpus));
        totals.computeIfAbsent(reason, r -> new Total()).times++;
        gang.result.lastReason = reason;
    }

    /** The gang waits no longer. */
    void end(GangRun gang, long now) {
        Open ended = open.remove(gang);
        if (ended != null) {
            add(ended, now);
        }
    }

    private void add(Open wait, long now) {
        Total total = totals.computeIfAbsent(wait.reason(), r -> new Total());
        double length = now - wait.since();
        total.gangMillis += length;
        total.gpuMillis += length * wait.gpus();
    }

    /** Everything until now, by reason. */
    Map<String, Result.Wait> totals(long now) {
        open.values().forEach(wait -> add(wait, now));
        open.clear();
        Map<String, Result.Wait> waits = new TreeMap<>();
        totals.forEach((reason, t) -> waits.put(reason, new Result.Wait(t.times, t.gangMillis, t.gpuMillis)));
        return waits;
    }
}
