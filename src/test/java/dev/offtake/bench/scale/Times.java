package dev.offtake.bench.scale;

import com.sun.management.ThreadMXBean;
import dev.offtake.bench.Table;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * How long something took, again and again, by the clock and by the processor, as others may use the machine, too; and
 * what it allocated.
 */
final class Times {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final List<Long> nanos = new ArrayList<>();
    private final List<Long> cpu = new ArrayList<>();
    private final List<Long> bytes = new ArrayList<>();

    /** One time, in nanoseconds. */
    static final class Watch {
        private final long bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
        private final long cpuBefore = THREADS.getCurrentThreadCpuTime();
        private final long before = System.nanoTime();
        private long nanos;
        private long cpu;
        private long bytes;

        void stop() {
            nanos = System.nanoTime() - before;
            cpu = THREADS.getCurrentThreadCpuTime() - cpuBefore;
            bytes = THREADS.getCurrentThreadAllocatedBytes() - bytesBefore;
        }
    }

    static Watch start() {
        return new Watch();
    }

    void add(Watch watch) {
        nanos.add(watch.nanos);
        cpu.add(watch.cpu);
        bytes.add(watch.bytes);
    }

    int size() {
        return nanos.size();
    }

    /** A quantile of the times, and in brackets of the CPU times. */
    String ms(double quantile) {
        return ms(nanos, quantile) + " (" + ms(cpu, quantile) + ")";
    }

    /** A quantile of what was allocated, in KiB. */
    String kib(double quantile) {
        return Table.number(quantile(bytes, quantile) / 1024.0);
    }

    private static String ms(List<Long> of, double quantile) {
        return Table.number(quantile(of, quantile) / 1e6);
    }

    private static long quantile(List<Long> of, double quantile) {
        int at = (int) Math.ceil(quantile * of.size()) - 1;
        return of.stream().sorted().toList().get(Math.max(0, at));
    }
}
