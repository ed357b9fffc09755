package dev.offtake.bench.scale;

import dev.offtake.bench.Table;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;

/** How long something took, again and again, by the clock and by the processor: others may use the machine, too. */
final class Times {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final List<Long> nanos = new ArrayList<>();
    private final List<Long> cpu = new ArrayList<>();

    /** One time, in nanoseconds. */
    static final class Watch {
        private final long cpuBefore = THREADS.getCurrentThreadCpuTime();
        private final long before = System.nanoTime();
        private long nanos;
        private long cpu;

        void stop() {
            nanos = System.nanoTime() - before;
            cpu = THREADS.getCurrentThreadCpuTime() - cpuBefore;
        }
    }

    static Watch start() {
        return new Watch();
    }

    void add(Watch watch) {
        nanos.add(watch.nanos);
        cpu.add(watch.cpu);
    }

    int size() {
        return nanos.size();
    }

    /** A quantile of the times, and in brackets of the CPU times. */
    String ms(double quantile) {
        return ms(nanos, quantile) + " (" + ms(cpu, quantile) + ")";
    }

    private static String ms(List<Long> of, double quantile) {
        int at = (int) Math.ceil(quantile * of.size()) - 1;
        return Table.number(of.stream().sorted().toList().get(Math.max(0, at)) / 1e6);
    }
}
