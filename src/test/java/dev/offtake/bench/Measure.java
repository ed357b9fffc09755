package dev.offtake.bench;

import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.RequestCounts;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What one load took: time, CPU of every process, requests by the API server's own count. */
record Measure(int pods, Duration took, Map<String, Duration> cpu, RequestCounts requests) {
    static final String OPERATOR = "operator";

    double podsPerSecond() {
        return pods / (took.toNanos() / 1e9);
    }

    double cpuMillisPerPod(String program) {
        return cpu.getOrDefault(program, Duration.ZERO).toNanos() / 1e6 / pods;
    }

    double perPod(long requestCount) {
        return (double) requestCount / pods;
    }

    /** Readings before a load. */
    static final class Begin {
        private final ControlPlane controlPlane;
        private final Optional<OperatorJvm> operator;
        private final Map<String, Duration> cpu;
        private final RequestCounts requests;

        Begin(ControlPlane controlPlane, Optional<OperatorJvm> operator) {
            this.controlPlane = controlPlane;
            this.operator = operator;
            requests = controlPlane.requestCounts();
            cpu = cpu();
        }

        private Map<String, Duration> cpu() {
            Map<String, Duration> now = new TreeMap<>(controlPlane.cpuTimes());
            operator.ifPresent(o -> now.put(OPERATOR, o.cpu()));
            return now;
        }

        /** The difference to now, once nobody writes any more. */
        Measure end(int pods, Duration took) throws InterruptedException {
            RequestCounts settled = settled(controlPlane);
            Map<String, Duration> used = new TreeMap<>();
            cpu().forEach((name, time) -> used.put(name, time.minus(cpu.getOrDefault(name, Duration.ZERO))));
            return new Measure(pods, took, used, settled.since(requests));
        }
    }

    /** Waits until the number of writes of pods and Events stands still. */
    static RequestCounts settled(ControlPlane controlPlane) throws InterruptedException {
        RequestCounts before = controlPlane.requestCounts();
        while (true) {
            TimeUnit.MILLISECONDS.sleep(1_500);
            RequestCounts now = controlPlane.requestCounts();
            if (now.since(before).count(k -> k.isWrite() && !k.resource().equals("leases")) == 0) {
                return now;
            }
            before = now;
        }
    }
}
