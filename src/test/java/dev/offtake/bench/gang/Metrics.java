package dev.offtake.bench.gang;

import java.util.Arrays;
import java.util.TreeMap;

/** The measures of packing-benchmark.md §B.4, over the last four fifths of the span unless said. */
final class Metrics {
    private static final int LATE = 60;

    private final Instance instance;
    private final int from;
    private final int until;
    private final int[] inQuota;
    private final Delays delays;
    private final TreeMap<Integer, Integer> waiting = new TreeMap<>();
    private int now;
    private int inUse;
    private int borrowing;
    private boolean isBlocked;
    private int idle;
    private double used;
    private double borrowed;
    private double blockedIdle;
    private double wasted;
    private double restarts;
    private int preemptions;
    private double weight;
    private double preferredMet;
    private double largeWeight;
    private double racks;
    private double domains;
    private long searches;
    private long passNanos;
    private long longestPass;
    private double lateCount;
    private double owedCount;
    private double delaySum;
    private double delayWeight;
    private double maxDelay;
    private double waitSum;
    private int waitCount;
    private double longestWait;
    private int unfinished;

    Metrics(Instance instance, int[] inQuota) {
        this.instance = instance;
        this.inQuota = inQuota;
        until = instance.horizon();
        from = until / 5;
        idle = instance.gpus();
        delays = new Delays(instance);
    }

    void advance(int to) {
        delays.advance(now, to, inQuota);
        double span = Math.max(0, to - Math.max(now, from));
        used += span * inUse;
        borrowed += span * borrowing;
        blockedIdle += isBlocked ? span * idle : 0;
        now = to;
    }

    void waits(Instance.Job job) {
        waiting.merge(job.gpus(), 1, Integer::sum);
        delays.waits(job);
    }

    void use(Instance.Job job, boolean borrows, int sign) {
        inUse += sign * job.gpus();
        borrowing += borrows ? sign * job.gpus() : 0;
    }

    void started(Simulation.Run run, int left) {
        Instance.Job job = run.job;
        waiting.merge(job.gpus(), -1, (a, b) -> a + b == 0 ? null : a + b);
        delays.started(job);
        use(job, run.isBorrowing, 1);
        if (job.isWholeNodes() && run.nodes.length > 0) {
            GangTopology topology = instance.topology();
            double w = (double) job.gpus() * left;
            largeWeight += w;
            racks += w * cells(topology, Instance.RACK, run.nodes) / ceil(job.nodes(), Instance.NODES_PER_RACK);
            domains += w * cells(topology, Instance.NVLINK, run.nodes) / ceil(job.nodes(), Instance.NODES_PER_DOMAIN);
            preferredMet += cells(topology, job.preferred(), run.nodes) == 1 ? w : 0;
            weight += w;
        }
    }

    private static int ceil(int nodes, int size) {
        return (nodes + size - 1) / size;
    }

    private static int cells(GangTopology topology, int level, int[] nodes) {
        return (int) Arrays.stream(nodes)
                .map(n -> topology.cellOf(level, n))
                .distinct()
                .count();
    }

    void preempted(Simulation.Run run, long lost, int at) {
        if (at >= from) {
            preemptions++;
            wasted += (double) run.job.gpus() * lost;
            restarts +=
                    run.wasPreempted ? (double) run.job.gpus() * Math.min(at - run.startedAt, run.job.restart()) : 0;
        }
    }

    void passTook(long nanos) {
        passNanos += nanos;
        longestPass = Math.max(longestPass, nanos);
    }

    /** Whether a waiting gang is held up by shape: its number of GPUs is idle. */
    void afterPass(int idleGpus) {
        idle = idleGpus;
        isBlocked = !waiting.isEmpty() && waiting.firstKey() <= idleGpus;
    }

    /** @param searches that all passes made */
    void finish(Simulation.Run[] runs, long searches) {
        this.searches = searches;
        for (Simulation.Run run : runs) {
            Instance.Job job = run.job;
            if (run.wasPreempted && run.endedAt >= from) {
                restarts += (double) job.gpus() * job.restart();
            }
            longestWait = Math.max(longestWait, (run.firstStart < 0 ? until : run.firstStart) - job.submit());
            if (job.submit() < from) {
                continue;
            }
            unfinished += run.endedAt < 0 ? 1 : 0;
            if (run.firstStart >= 0) {
                waitSum += run.firstStart - job.submit();
                waitCount++;
            }
            if (job.guaranteed()
                    && job.gpus() <= instance.tenants().get(job.tenant()).guaranteed()) {
                double delay = delays.of(job);
                owedCount++;
                lateCount += delay > LATE ? 1 : 0;
                delaySum += delay * job.gpus();
                delayWeight += job.gpus();
                maxDelay = Math.max(maxDelay, delay);
            }
        }
    }

    private double percent(double gpuSeconds) {
        return 100 * gpuSeconds / ((double) instance.gpus() * (until - from));
    }

    double util() {
        return percent(used);
    }

    double borrowed() {
        return percent(borrowed);
    }

    double goodput() {
        return percent(used - wasted - restarts);
    }

    double blockedIdle() {
        return percent(blockedIdle);
    }

    double wasted() {
        return percent(wasted);
    }

    int preemptions() {
        return preemptions;
    }

    /** Share of guaranteed jobs that waited longer than a minute while their quota had room, percent. */
    double late() {
        return owedCount == 0 ? 0 : 100 * lateCount / owedCount;
    }

    double maxDelay() {
        return maxDelay;
    }

    double rackCompact() {
        return racks / largeWeight;
    }

    double domainCompact() {
        return domains / largeWeight;
    }

    double preferredMet() {
        return 100 * preferredMet / weight;
    }

    /** Mean wait until the first start, seconds. */
    double meanWait() {
        return waitSum / Math.max(1, waitCount);
    }

    /** Longest wait until the first start, or the end, over the whole span; seconds. */
    double longestWait() {
        return longestWait;
    }

    int unfinished() {
        return unfinished;
    }

    double longestPassMillis() {
        return longestPass / 1e6;
    }

    /** Placement searches per second of scheduling time. */
    double decisionsPerSecond() {
        return searches * 1e9 / passNanos;
    }
}
