package dev.offtake.operator;

import dev.offtake.api.Enforcement;
import dev.offtake.api.GPUWorkload;
import dev.offtake.contract.Contract;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.Pool;
import dev.offtake.operator.act.ApiWriter;
import dev.offtake.operator.act.Explainer;
import dev.offtake.operator.act.Feedback;
import dev.offtake.operator.act.Forecasts;
import dev.offtake.operator.act.Handovers;
import dev.offtake.operator.act.Placing;
import dev.offtake.operator.act.Releases;
import dev.offtake.operator.act.RollBacks;
import dev.offtake.operator.act.Suspensions;
import dev.offtake.operator.act.WorkloadRecords;
import dev.offtake.operator.decide.DecisionLoop;
import dev.offtake.operator.decide.Desk;
import dev.offtake.operator.metrics.CacheMeters;
import dev.offtake.operator.metrics.Catalog;
import dev.offtake.operator.metrics.LoopMeters;
import dev.offtake.operator.metrics.Pods;
import dev.offtake.operator.observe.Informers;
import dev.offtake.operator.observe.SeenPod;
import dev.offtake.operator.observe.Sink;
import dev.offtake.operator.reconcile.BesideKueue;
import dev.offtake.operator.reconcile.Inbox;
import dev.offtake.schedule.Decider;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import dev.offtake.schedule.Journal;
import dev.offtake.schedule.WaitRules;
import dev.offtake.translate.Tenancy;
import dev.offtake.translate.Workloads;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The way of a pod: informers queue what they see, the loop decides, the writers write, and what they report is queued
 * again.
 */
public final class Engine implements Inbox, AutoCloseable {
    private static final Duration AGAIN = Duration.ofMillis(200);
    /** What was written last must have come back through the watches. */
    private static final Duration SETTLE = Duration.ofSeconds(1);

    private final ApiWriter writer;
    private final Desk desk;
    private final DecisionLoop loop;
    private final Informers informers;
    private final AtomicLong tenure = new AtomicLong();

    /**
     * How the engine runs.
     *
     * @param identity of this process, shown in events
     * @param writesInFlight the most requests that wait for an answer at a time
     * @param explainAfter how long a gang waits before it is told why
     * @param waits for how long work waits for something better or lets others pass
     * @param enforcement of namespaces that do not say another
     */
    public record Settings(
            String identity, int writesInFlight, Duration explainAfter, WaitRules waits, Enforcement enforcement) {}

    /**
     * @param mayWrite whether this process is surely leading right now
     * @param journal told on the loop's thread what the scheduler is told and decides
     * @param onDecided called on the loop's thread after each turn while this process leads
     * @param onFailure told when the engine cannot go on
     */
    public Engine(
            KubernetesClient client,
            Settings settings,
            BooleanSupplier mayWrite,
            MeterRegistry metrics,
            InstantSource clock,
            Journal journal,
            BiConsumer<Decider, Instant> onDecided,
            Consumer<String> onFailure) {
        writer = new ApiWriter(client, settings.writesInFlight(), mayWrite, metrics);
        WorkloadRecords records =
                new WorkloadRecords(writer, client.getKubernetesSerialization(), gang -> defaultClass(gang, clock));
        Explainer explainer = new Explainer(
                writer, records, client.getKubernetesSerialization(), settings.identity(), settings.explainAfter());
        Feedback feedback = new QueuedFeedback();
        desk = new Desk(
                records,
                new Placing(records, feedback),
                new Releases(writer, feedback, explainer),
                explainer,
                new RollBacks(writer, records, feedback),
                new Suspensions(writer, records, feedback),
                new Forecasts(writer, records, client.getKubernetesSerialization(), settings.identity(), metrics),
                new Handovers(writer),
                settings.waits(),
                journal,
                metrics);
        LoopMeters meters = new LoopMeters(metrics);
        loop = new DecisionLoop(
                desk,
                meters,
                clock,
                now -> desk.decider().ifPresent(decider -> onDecided.accept(decider, now)),
                failure -> onFailure.accept("decision loop: " + failure));
        informers = new Informers(client, new QueuedSink(), desk::gpuResources, settings.enforcement(), onFailure);
        meters.watch(loop::depth, loop::lastTurn, clock);
        Catalog.API_WAITING.gauge(metrics, writer::waiting);
        informers.watching().forEach((name, watching) -> CacheMeters.watch(metrics, name, watching));
    }

    private String defaultClass(GangSpec gang, InstantSource clock) {
        return desk.decider()
                .flatMap(d -> d.scheduler().defaultClass(gang, clock.instant()))
                .orElse("unknown");
    }

    /** Begins to watch; decides only after {@link #lead}. */
    public void start() {
        loop.start();
        informers.start();
    }

    /** Names of informers that have not listed everything yet. */
    public List<String> unsynced() {
        return new ArrayList<>(informers.unsynced());
    }

    /**
     * Begins to decide, from what has been seen by then.
     *
     * @param settle how long to wait for the last writes of whoever led before to be seen
     */
    public void lead(Duration settle) {
        long mine = tenure.incrementAndGet();
        CompletableFuture.delayedExecutor(settle.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> submit(() -> leadWhenIdle(mine)));
    }

    /** Writes of an earlier tenure of this process must be seen too, or their pods would be placed twice. */
    private void leadWhenIdle(long mine) {
        if (tenure.get() != mine || desk.decider().isPresent()) {
            return;
        }
        if (writer.isIdle()) {
            desk.lead();
        } else {
            lead(AGAIN);
        }
    }

    /** Stops to decide. */
    public void follow() {
        tenure.incrementAndGet();
        submit(desk::follow);
    }

    /** Runs something on the loop's thread. */
    public void submit(Runnable event) {
        loop.submit(event);
    }

    @Override
    public void putPool(Pool pool) {
        submit(() -> desk.putPool(pool));
    }

    @Override
    public void removePool(String name) {
        submit(() -> desk.removePool(name));
    }

    @Override
    public void putContract(Contract contract) {
        submit(() -> desk.putContract(contract));
    }

    @Override
    public void removeContract(String name) {
        submit(() -> desk.removeContract(name));
    }

    /** Whether anything shown in a status may have changed; on the loop's thread. */
    public boolean takeChanged() {
        return desk.takeChanged();
    }

    /** What metrics ask of the pods; on the loop's thread. */
    public Pods pods() {
        return desk.pods();
    }

    /** The namespaces of contracts in which Kueue manages work, by contract; on the loop's thread. */
    public Map<String, List<BesideKueue>> besideKueue() {
        return desk.besideKueue();
    }

    /** When the loop last turned. */
    public Instant lastTurn() {
        return loop.lastTurn();
    }

    @Override
    public void close() {
        informers.close();
        loop.close();
        writer.close();
    }

    /** Queues what the informers see. */
    private final class QueuedSink implements Sink {
        @Override
        public void node(NodeFacts node) {
            submit(() -> desk.putNode(node));
        }

        @Override
        public void nodeGone(String name) {
            submit(() -> desk.removeNode(name));
        }

        @Override
        public void pod(SeenPod pod) {
            submit(() -> desk.putPod(pod));
        }

        @Override
        public void podGone(String uid) {
            submit(() -> desk.removePod(uid));
        }

        @Override
        public void job(Job job) {
            submit(() -> desk.putJob(job));
        }

        @Override
        public void jobGone(String namespace, String name) {
            submit(() -> desk.removeJob(namespace, name));
        }

        @Override
        public void namespace(String name, Optional<Tenancy> tenancy) {
            submit(() -> {
                if (desk.putNamespace(name, tenancy) && desk.decider().isPresent()) {
                    // As after a restart: the same way for both.
                    desk.follow();
                    lead(SETTLE);
                }
            });
        }

        @Override
        public void workload(GPUWorkload workload) {
            submit(() -> desk.putWorkload(Workloads.id(workload), workload));
        }

        @Override
        public void workloadGone(GangId id) {
            submit(() -> desk.removeWorkload(id));
        }
    }

    /** Queues what the writers report. */
    private final class QueuedFeedback implements Feedback {
        @Override
        public void recorded(GangId gang) {
            submit(() -> desk.recorded(gang));
        }

        @Override
        public void recordFailed(GangId gang) {
            submit(() -> desk.recordFailed(gang));
        }

        @Override
        public void releaseFailed(GangId gang, String podUid) {
            submit(() -> desk.releaseFailed(gang, podUid));
        }

        @Override
        public void shrinkFailed(GangId gang, String podUid) {
            submit(() -> desk.shrinkFailed(gang, podUid));
        }

        @Override
        public void rollBackFailed(GangId gang) {
            submit(() -> desk.rollBackFailed(gang));
        }
    }
}
