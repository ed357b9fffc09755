package dev.offtake.operator.decide;

import dev.offtake.api.GPUWorkload;
import dev.offtake.contract.Contract;
import dev.offtake.fleet.GpuClass;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.Pool;
import dev.offtake.operator.act.Explainer;
import dev.offtake.operator.act.Forecasts;
import dev.offtake.operator.act.Handovers;
import dev.offtake.operator.act.Placing;
import dev.offtake.operator.act.Releases;
import dev.offtake.operator.act.RollBacks;
import dev.offtake.operator.act.Suspensions;
import dev.offtake.operator.act.WorkloadRecords;
import dev.offtake.operator.metrics.Pods;
import dev.offtake.operator.observe.SeenPod;
import dev.offtake.operator.reconcile.BesideKueue;
import dev.offtake.schedule.Decider;
import dev.offtake.schedule.Decision;
import dev.offtake.schedule.Event;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangView;
import dev.offtake.schedule.Journal;
import dev.offtake.schedule.PodFacts;
import dev.offtake.schedule.Scheduler;
import dev.offtake.schedule.WaitRules;
import dev.offtake.translate.Gangs;
import dev.offtake.translate.Tenancy;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What lies on the loop's desk: what was seen, and, while this process leads, what decides. All methods are called on
 * the loop's thread.
 */
public final class Desk {
    private final Caches caches = new Caches();
    private final GangBook book;
    private final WorkloadRecords records;
    private final Explainer explainer;
    private final Suspensions suspensions;
    private final Evictions evictions;
    private final Executor executor;
    private final WaitRules waits;
    private final Faults faults;
    private final Journal journal;
    private final LooseEnds looseEnds;
    private final PodReadings readings;
    private final Transitions transitions;

    private Optional<Feeder> feeder = Optional.empty();
    private Optional<Decider> decider = Optional.empty();
    private volatile Set<String> gpuResources = Set.of(GpuClass.RESOURCE_NAME);
    private boolean changed;

    public Desk(
            WorkloadRecords records,
            Placing placing,
            Releases releases,
            Explainer explainer,
            RollBacks rollBacks,
            Suspensions suspensions,
            Forecasts forecasts,
            Handovers handovers,
            WaitRules waits,
            Journal journal,
            MeterRegistry metrics) {
        this.records = records;
        this.explainer = explainer;
        this.suspensions = suspensions;
        this.waits = waits;
        this.journal = journal;
        faults = new Faults(metrics);
        book = new GangBook(
                caches,
                suspensions::isSuspendedByUs,
                (gang, uid) -> scheduler().map(s -> s.hasSeat(gang, uid)).orElse(false));
        evictions = new Evictions(caches, book, rollBacks, suspensions);
        readings = new PodReadings(caches, book);
        looseEnds = new LooseEnds(caches, book, placing, explainer, suspensions);
        transitions = new Transitions(caches, book, records, suspensions, forecasts, handovers);
        executor = new Executor(
                caches,
                book,
                placing,
                releases,
                explainer,
                rollBacks,
                suspensions,
                forecasts,
                evictions,
                handovers,
                metrics);
    }

    /** Resource names of all pools; may be called on any thread. */
    public Set<String> gpuResources() {
        return gpuResources;
    }

    /** Begins to decide, from everything that was seen. */
    public void lead() {
        Decider fresh = new Decider(journal);
        fresh.scheduler().checkNowAndThen(faults::found, System::nanoTime);
        waits.events().forEach(fresh::apply);
        evictions.startAnew();
        looseEnds.startAnew();
        transitions.begin();
        Rebuild rebuild = new Rebuild(caches, book, evictions, gpuResources);
        feeder = Optional.of(rebuild.into(fresh));
        rebuild.notBegun().forEach(looseEnds::notTakenBack);
        rebuild.begun().forEach(records::beginsAnew);
        decider = Optional.of(fresh);
        // Before anything is decided: what is to be claimed after that has no record yet.
        looseEnds.finishClaims(fresh, executor);
        changed = true;
        explainer.startAnew();
        caches.pods.values().forEach(this::sayPlaced);
        caches.workloads.forEach((id, workload) -> {
            if (workload.getStatus() != null && workload.getStatus().waiting() != null) {
                looseEnds.saidToWait(id);
            }
        });
    }

    /** Decides no longer; what is seen is still kept. */
    public void follow() {
        feeder = Optional.empty();
        decider = Optional.empty();
    }

    /** What decides, while this process leads. */
    public Optional<Decider> decider() {
        return decider;
    }

    /** What metrics ask of the pods. */
    public Pods pods() {
        return readings;
    }

    private Optional<Scheduler> scheduler() {
        return decider.map(Decider::scheduler);
    }

    private void apply(Event event) {
        decider.ifPresent(d -> d.apply(event));
    }

    /** Decides everything that can be decided now, and has it carried out. */
    public void decide(Instant now) {
        if (decider.isEmpty()) {
            return;
        }
        // A term that ends changes what is owed, even if nothing is to be done about it.
        changed |= decider.get().scheduler().isDue(now);
        List<Decision> decisions = decider.get().decide(now);
        changed |= !decisions.isEmpty();
        executor.execute(decisions, decider.get(), now);
        evictions.check(now);
        feeder.orElseThrow().takeClosed().forEach(id -> {
            executor.closed(id, now);
            looseEnds.closed(id, now);
        });
        looseEnds.tie(decider.get(), executor, now);
        transitions.tie(decider.get());
        explainer.flush(now, book);
        decider.get().settle();
    }

    /** When {@link #decide} has something to do without an event. */
    public Optional<Instant> nextWake() {
        Optional<Instant> decision = scheduler().flatMap(Scheduler::nextWake);
        Optional<Instant> words = scheduler().flatMap(s -> explainer.nextDue());
        return decision.isPresent() && words.map(decision.get()::isBefore).orElse(true) ? decision : words;
    }

    /** Whether anything that is shown in a status may have changed since this was last asked. */
    public boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }

    /** The namespaces of contracts in which Kueue manages work, by contract. */
    public Map<String, List<BesideKueue>> besideKueue() {
        return caches.kueue.byContract(caches.contracts.values(), caches.tenancies);
    }

    public void putPool(Pool pool) {
        caches.pools.put(pool.name(), pool);
        apply(new Event.PutPool(pool));
        poolsChanged();
    }

    public void removePool(String name) {
        caches.pools.remove(name);
        apply(new Event.RemovePool(name));
        poolsChanged();
    }

    private void poolsChanged() {
        Set<String> names = caches.resourceNames();
        if (!names.equals(gpuResources)) {
            gpuResources = Set.copyOf(names);
            book.gpuResources(gpuResources);
            // What was no GPU may be one now.
            List.copyOf(caches.pods.values()).forEach(this::putPod);
        }
        changed = true;
        // Levels and resources that a gang asks for may be known now.
        feeder.ifPresent(f -> Set.copyOf(caches.gangsWithPods()).forEach(f::refresh));
    }

    public void putContract(Contract contract) {
        caches.contracts.put(contract.name(), contract);
        apply(new Event.PutContract(contract));
        changed = true;
    }

    public void removeContract(String name) {
        caches.contracts.remove(name);
        apply(new Event.RemoveContract(name));
        changed = true;
    }

    public void putNode(NodeFacts node) {
        NodeFacts before = caches.nodes.put(node.name(), node);
        if (!node.equals(before)) {
            apply(new Event.PutNode(node));
            changed = true;
        }
    }

    public void removeNode(String name) {
        caches.nodes.remove(name);
        apply(new Event.RemoveNode(name));
        changed = true;
    }

    /** Answers whether others place its work now, or no longer: then {@link #lead} has to begin anew. */
    public boolean putNamespace(String name, Optional<Tenancy> tenancy) {
        Optional<Tenancy> before = Optional.ofNullable(caches.tenancies.get(name));
        if (before.equals(tenancy)) {
            return false;
        }
        tenancy.ifPresentOrElse(t -> caches.tenancies.put(name, t), () -> caches.tenancies.remove(name));
        changed = true;
        if (before.isPresent()
                && tenancy.isPresent()
                && before.get().enforcement() != tenancy.get().enforcement()) {
            return true;
        }
        feeder.ifPresent(f -> f.namespace(name));
        return false;
    }

    public void putPod(SeenPod seen) {
        // It may have been read when there were other pools.
        SeenPod pod = seen.offered(gpuResources);
        Optional<SeenPod> before = Optional.ofNullable(caches.pods.get(pod.uid()));
        caches.put(pod);
        if (decider.isEmpty()) {
            explainer.toldByOthers(pod.uid(), pod.toldCode());
        } else if (before.isEmpty()) {
            pod.toldCode().ifPresent(code -> explainer.toldBefore(pod.uid(), code));
        }
        if (decider.isPresent()) {
            sayPlaced(pod);
        }
        feeder.ifPresent(f -> f.pod(pod, before));
        explainer.touched(pod.gang());
        if (decider.isPresent()) {
            evictions.seen(pod);
            transitions.seen(pod);
        }
        if (pod.wantsGpus() && !pod.gang().isLonePod() && pod.facts().state() == PodFacts.State.BOUND) {
            looseEnds.filled(pod.gang());
        }
        changed |= pod.isOnNode();
    }

    /** No condition of a pod that has its place says that it waits. */
    private void sayPlaced(SeenPod pod) {
        boolean stays = pod.isOnNode() && pod.facts().state() != PodFacts.State.TERMINATING;
        if (stays && pod.claim().isPresent()) {
            explainer.released(pod.gang(), book.ref(pod), pod.facts().node().orElseThrow());
        }
    }

    public void removePod(String uid) {
        Optional<SeenPod> pod = caches.removePod(uid);
        explainer.forget(uid);
        pod.ifPresent(evictions::gone);
        // It may have been the last one that waited.
        pod.filter(p -> p.gated() && !p.gang().isLonePod()).map(SeenPod::gang).ifPresent(looseEnds::filled);
        feeder.ifPresent(f -> pod.ifPresent(f::podGone));
        changed = true;
    }

    public void putJob(Job job) {
        GangId id =
                Gangs.ofJob(job.getMetadata().getNamespace(), job.getMetadata().getName());
        caches.putJob(id, job);
        boolean suspended = Boolean.TRUE.equals(job.getSpec().getSuspend());
        if (suspensions.seen(id, job.getMetadata().getUid(), suspended) && decider.isPresent()) {
            evictions.resumedByOthers(id);
        }
        feeder.ifPresent(f -> f.refresh(id));
    }

    public void removeJob(String namespace, String name) {
        GangId id = Gangs.ofJob(namespace, name);
        caches.removeJob(id);
        suspensions.gone(id);
        feeder.ifPresent(f -> f.refresh(id));
    }

    public void putWorkload(GangId id, GPUWorkload workload) {
        caches.workloads.put(id, workload);
        records.seen(workload, decider.isEmpty());
        boolean deleting = workload.getMetadata().getDeletionTimestamp() != null;
        Optional<GangView> placed = scheduler().flatMap(s -> s.gang(id)).filter(view -> view.seats() > 0);
        if (deleting && decider.isPresent() && placed.isEmpty()) {
            records.release(id);
        }
        if (decider.isPresent()) {
            transitions.seen(id);
        }
    }

    public void removeWorkload(GangId id) {
        caches.workloads.remove(id);
        records.gone(id);
        explainer.recordGone(id);
    }

    public void recorded(GangId id) {
        apply(new Event.Recorded(id));
        // All of the pods may have been bound before that had fewer seats.
        looseEnds.filled(id);
        scheduler().ifPresent(s -> s.gang(id).flatMap(GangView::plan).ifPresent(plan -> evictions.leaving(plan, s)));
    }

    public void recordFailed(GangId id) {
        apply(new Event.RecordFailed(id));
    }

    public void releaseFailed(GangId id, String podUid) {
        apply(new Event.ReleaseFailed(id, podUid));
    }

    public void shrinkFailed(GangId id, String podUid) {
        apply(new Event.ShrinkFailed(id, podUid));
    }

    public void rollBackFailed(GangId id) {
        apply(new Event.RollBackFailed(id));
        looseEnds.notTakenBack(id);
    }
}
