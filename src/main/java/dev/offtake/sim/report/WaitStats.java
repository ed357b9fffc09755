package dev.offtake.sim.report;

import dev.offtake.sim.run.GangRecord;
import java.util.Arrays;
import java.util.Collection;

/** Waits of some gangs: times from submission to first start, in milliseconds. */
final class WaitStats {
    private final int gangs;
    private final int finished;
    private final long[] waits;

    WaitStats(Collection<GangRecord> records) {
        gangs = records.size();
        finished = (int) records.stream().filter(GangRecord::isFinished).count();
        waits = records.stream()
                .filter(GangRecord::isStarted)
                .mapToLong(GangRecord::waited)
                .sorted()
                .toArray();
    }

    int gangs() {
        return gangs;
    }

    int started() {
        return waits.length;
    }

    int finished() {
        return finished;
    }

    double mean() {
        return Arrays.stream(waits).average().orElse(0);
    }

    /** The smallest wait that is not exceeded by so many percent of those that started; 0 if none did. */
    long percentile(double percent) {
        int rank = (int) Math.ceil(percent / 100 * waits.length);
        return waits.length == 0 ? 0 : waits[Math.min(waits.length, Math.max(1, rank)) - 1];
    }

    long max() {
        return percentile(100);
    }
}
