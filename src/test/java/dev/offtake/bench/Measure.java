package dev.offtake.bench;

import dev.offtake.scenario.OperatorJvm;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.RequestCounts;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * What one load took.
 *
 * @param took the time
 * @param cpu CPU time by process
 * @param requests by the API server's own count
 * @param policySeconds wall time that requests spent in admission policies
 */
record Measure(int pods, Duration took, Map<String, Duration> cpu, RequestCounts requests, double policySeconds) {
    static final String OPERATOR = "operator";
    private static final String ADMISSION = "apiserver_admission_controller_admission_duration_seconds_sum{";

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
        private final double policySeconds;

        Begin(ControlPlane controlPlane, Optional<OperatorJvm> operator) {
            this.controlPlane = controlPlane;
            this.operator = operator;
            requests = controlPlane.requestCounts();
            policySeconds = policySeconds(controlPlane);
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
            return new Measure(pods, took, used, settled.since(requests), policySeconds(controlPlane) - policySeconds);
        }
    }

    private static double policySeconds(ControlPlane controlPlane) {
        return controlPlane
                .apiServerMetrics()
                .lines()
                .filter(line -> line.startsWith(ADMISSION) && line.contains("AdmissionPolicy\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
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
