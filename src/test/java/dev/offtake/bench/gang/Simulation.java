package dev.offtake.bench.gang;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * One instance under one scheduler, by the rules of packing-benchmark.md §B.3, which it enforces: a decision that
 * breaks one ends the run with an exception.
 */
final class Simulation implements Cluster {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Instance instance;
    private final Scheduler scheduler;
    private final Metrics metrics;
    private final Run[] runs;
    private final int[] free;
    private final int[] inQuota;
    private final List<List<Run>> promotable = new ArrayList<>();
    private final PriorityQueue<End> ends =
            new PriorityQueue<>(Comparator.comparingInt(End::at).thenComparingInt(End::job));
    private int idle;
    private int now;

    /** What one job has done so far. */
    static final class Run {
        final Instance.Job job;
        boolean isRunning;
        boolean isBorrowing;
        boolean wasPreempted;
        int version;
        int firstStart = -1;
        int startedAt;
        int endedAt = -1;
        long saved;
        int[] nodes = {};

        Run(Instance.Job job) {
            this.job = job;
        }

        long progress(int now) {
            return saved + Math.max(0, now - startedAt - (wasPreempted ? job.restart() : 0));
        }

        long savedBy(int now) {
            long progress = progress(now);
            return job.checkpoint() == 0 ? saved : Math.max(saved, progress / job.checkpoint() * job.checkpoint());
        }
    }

    private record End(int at, int job, int version) {}

    Simulation(Instance instance, Scheduler scheduler) {
        this.instance = instance;
        this.scheduler = scheduler;
        runs = instance.jobs().stream().map(Run::new).toArray(Run[]::new);
        free = new int[instance.topology().nodes()];
        Arrays.fill(free, Instance.GPUS_PER_NODE);
        idle = instance.gpus();
        inQuota = new int[instance.tenants().size()];
        instance.tenants().forEach(t -> promotable.add(new ArrayList<>()));
        metrics = new Metrics(instance, inQuota);
    }

    Metrics run() {
        int next = 0;
        int horizon = instance.horizon();
        while (true) {
            while (!ends.isEmpty()
                    && runs[ends.peek().job()].version != ends.peek().version()) {
                ends.poll();
            }
            int at = next < runs.length ? runs[next].job.submit() : Integer.MAX_VALUE;
            at = ends.isEmpty() ? at : Math.min(at, ends.peek().at());
            if (at >= horizon) {
                break;
            }
            now = at;
            metrics.advance(now);
            while (!ends.isEmpty() && ends.peek().at() == now) {
                End end = ends.poll();
                if (runs[end.job()].version == end.version()) {
                    finish(runs[end.job()]);
                }
            }
            while (next < runs.length && runs[next].job.submit() == now) {
                metrics.waits(runs[next].job);
                scheduler.submitted(runs[next++].job);
            }
            // CPU time: other programs on the machine are not the scheduler's fault.
            long before = THREADS.getCurrentThreadCpuTime();
            scheduler.pass(now, this);
            metrics.passTook(THREADS.getCurrentThreadCpuTime() - before);
            metrics.afterPass(idle);
        }
        now = horizon;
        metrics.advance(now);
        metrics.finish(runs, scheduler.searches());
        return metrics;
    }

    private void finish(Run run) {
        run.endedAt = now;
        int tenant = run.job.tenant();
        boolean wasInQuota = !run.isBorrowing;
        stop(run);
        scheduler.ended(run.job.id());
        if (wasInQuota && scheduler.isPromoted()) {
            List<Run> candidates = promotable.get(tenant);
            for (int i = 0; i < candidates.size(); i++) {
                Run candidate = candidates.get(i);
                if (inQuota[tenant] + candidate.job.gpus() <= guaranteed(tenant)) {
                    i--;
                    promote(candidate.job.id());
                    scheduler.promoted(candidate.job.id());
                }
            }
        }
    }

    private int guaranteed(int tenant) {
        return instance.tenants().get(tenant).guaranteed();
    }

    private void stop(Run run) {
        Instance.Job job = run.job;
        run.isRunning = false;
        run.version++;
        metrics.use(job, run.isBorrowing, -1);
        if (!run.isBorrowing) {
            inQuota[job.tenant()] -= job.gpus();
        } else if (job.guaranteed()) {
            promotable.get(job.tenant()).remove(run);
        }
        idle += job.gpus();
        for (int node : run.nodes) {
            free[node] += Math.min(job.gpus(), Instance.GPUS_PER_NODE);
        }
    }

    @Override
    public void start(int id, int[] nodes, boolean borrows) {
        Run run = runs[id];
        Instance.Job job = run.job;
        require(!run.isRunning && run.endedAt < 0, "starts a job that does not wait", job);
        require(borrows || job.guaranteed(), "starts opportunistic work in quota", job);
        require(job.gpus() <= idle, "has not enough GPUs", job);
        if (!scheduler.isFluid()) {
            take(job, nodes);
            run.nodes = nodes;
        }
        idle -= job.gpus();
        if (borrows) {
            if (job.guaranteed()) {
                promotable.get(job.tenant()).add(run);
            }
        } else {
            inQuota[job.tenant()] += job.gpus();
            require(inQuota[job.tenant()] <= guaranteed(job.tenant()), "exceeds the quota", job);
        }
        run.isRunning = true;
        run.isBorrowing = borrows;
        run.startedAt = now;
        run.firstStart = run.firstStart < 0 ? now : run.firstStart;
        int left = (int) (job.duration() - run.saved);
        ends.add(new End(now + left + (run.wasPreempted ? job.restart() : 0), id, run.version));
        metrics.started(run, left);
    }

    private void take(Instance.Job job, int[] nodes) {
        require(nodes.length == job.nodes(), "takes another number of nodes", job);
        int cell = instance.topology().cellOf(job.required(), nodes[0]);
        for (int node : nodes) {
            int needed = Math.min(job.gpus(), Instance.GPUS_PER_NODE);
            require(free[node] >= needed, "takes GPUs twice", job);
            require(instance.topology().cellOf(job.required(), node) == cell, "leaves the required cell", job);
            free[node] -= needed;
        }
    }

    private static void require(boolean holds, String what, Instance.Job job) {
        if (!holds) {
            throw new IllegalStateException("the scheduler " + what + ": " + job);
        }
    }

    @Override
    public void preempt(int id) {
        Run run = runs[id];
        require(run.isRunning && run.isBorrowing, "preempts what does not borrow", run.job);
        long saved = run.savedBy(now);
        metrics.preempted(run, run.progress(now) - saved, now);
        stop(run);
        run.saved = saved;
        run.wasPreempted = true;
        metrics.waits(run.job);
        scheduler.submitted(run.job);
    }

    @Override
    public void promote(int id) {
        Run run = runs[id];
        Instance.Job job = run.job;
        require(run.isRunning && run.isBorrowing && job.guaranteed(), "promotes what does not borrow", job);
        promotable.get(job.tenant()).remove(run);
        metrics.use(job, true, -1);
        run.isBorrowing = false;
        metrics.use(job, false, 1);
        inQuota[job.tenant()] += job.gpus();
        require(inQuota[job.tenant()] <= guaranteed(job.tenant()), "exceeds the quota", job);
    }

    @Override
    public boolean isRunning(int job) {
        return runs[job].isRunning;
    }

    @Override
    public double secondsPerGpu(int job) {
        Run run = runs[job];
        return run.progress(now) - run.savedBy(now) + run.job.restart();
    }
}
