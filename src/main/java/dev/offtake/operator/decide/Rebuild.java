package dev.offtake.operator.decide;

import dev.offtake.api.GPUWorkload;
import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.operator.observe.SeenPod;
import dev.offtake.schedule.Decider;
import dev.offtake.schedule.Decision;
import dev.offtake.schedule.Event;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import dev.offtake.schedule.GangView;
import dev.offtake.schedule.PodFacts;
import dev.offtake.schedule.Reason;
import dev.offtake.schedule.Scheduler;
import dev.offtake.translate.Placements;
import dev.offtake.translate.Tenancy;
import dev.offtake.translate.Workloads;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Builds a scheduler from what is seen: supply, promises, what is placed by record or by claim, then what waits. */
final class Rebuild {
    private final Caches caches;
    private final GangBook book;
    private final Evictions evictions;
    private final Set<String> gpuResources;
    private final Set<GangId> notBegun = new TreeSet<>();
    private final List<GangSpec> begun = new ArrayList<>();

    Rebuild(Caches caches, GangBook book, Evictions evictions, Set<String> gpuResources) {
        this.caches = caches;
        this.book = book;
        this.evictions = evictions;
        this.gpuResources = gpuResources;
    }

    Feeder into(Decider decider) {
        Feeder feeder = new Feeder(decider, caches, book);
        caches.pools.values().forEach(pool -> decider.apply(new Event.PutPool(pool)));
        caches.nodes.values().forEach(node -> decider.apply(new Event.PutNode(node)));
        caches.contracts.values().forEach(contract -> decider.apply(new Event.PutContract(contract)));
        Set<GangId> gangs = new TreeSet<>(caches.jobs.keySet());
        gangs.addAll(caches.workloads.keySet());
        gangs.addAll(caches.gangsWithPods());
        for (GangId id : gangs) {
            gang(id, feeder, decider);
        }
        for (SeenPod pod : List.copyOf(caches.pods.values())) {
            feeder.pod(pod, Optional.of(pod));
        }
        // Only now is it known which seats of gangs that are over still hold a pod.
        gangs.forEach(id -> {
            if (book.spec(id).isEmpty()) {
                feeder.refresh(id);
            }
            Scheduler scheduler = decider.scheduler();
            scheduler.gang(id).flatMap(GangView::plan).ifPresent(plan -> evictions.leaving(plan, scheduler));
        });
        return feeder;
    }

    private void gang(GangId id, Feeder feeder, Decider decider) {
        Optional<GPUWorkload> known = Optional.ofNullable(caches.workloads.get(id));
        // What an earlier Job of its name had is no place of this one.
        Optional<GPUWorkload> workload = known.filter(record -> !book.isOfEarlierJob(id, record));
        if (known.isPresent() && workload.isEmpty()) {
            book.spec(id).ifPresent(begun::add);
        }
        Optional<GPUWorkloadStatus> status =
                workload.map(GPUWorkload::getStatus).filter(s -> s.phase() != GPUWorkloadStatus.Phase.FINISHED);
        // What was only foreseen is no place, unless others have put the gang there.
        boolean runs =
                status.filter(s -> s.phase() == GPUWorkloadStatus.Phase.RUNNING).isPresent();
        boolean foreseen = status.filter(GPUWorkloadStatus::isForecast).isPresent();
        Optional<Decision.Grant> grant = status.filter(s -> runs || !foreseen).flatMap(Placements::grant);
        if (book.isReported(id.namespace())) {
            book.spec(id).ifPresent(spec -> feeder.report(id, grant, spec));
            return;
        }
        Optional<GangSpec> spec = book.spec(id).or(() -> recordedSpec(workload, status.filter(s -> !s.isForecast())));
        if (spec.isEmpty()) {
            return;
        }
        Optional<GPUWorkloadStatus> decided = status.filter(s -> !s.isForecast());
        feeder.restore(
                id,
                grant,
                decided.map(Placements::seats).orElse(List.of()),
                decided.flatMap(evictions::plan),
                spec.get());
        status.ifPresent(s -> takingBack(id, s, decider));
    }

    /** That a gang was taken back, or is being taken back. */
    private void takingBack(GangId id, GPUWorkloadStatus status, Decider decider) {
        GPUWorkloadStatus.@Nullable Rollback rollback = status.rollback();
        if (rollback == null) {
            return;
        }
        boolean intended = status.phase() == GPUWorkloadStatus.Phase.EVICTING;
        boolean underWay = intended && hasBegun(id);
        if (underWay && rollback.suspendedJob()) {
            evictions.begin(id);
        }
        if (intended && !underWay) {
            notBegun.add(id);
        }
        if (rollback.reason().equals(Reason.Code.REFUSED_BY_SCHEDULER.spelled())) {
            decider.apply(new Event.RestoreRefusal(
                    id,
                    Optional.ofNullable(rollback.message()).orElse(""),
                    rollback.avoidNodes(),
                    rollback.since(),
                    underWay));
        } else if (underWay) {
            Map<String, String> numbers = Optional.ofNullable(status.waiting())
                    .map(GPUWorkloadStatus.Waiting::numbers)
                    .orElse(Map.of());
            boolean startsOver = rollback.reason().equals(Reason.Code.NODES_LOST.spelled());
            Reason.Code code = startsOver ? Reason.Code.NODES_LOST : Reason.Code.RECLAIMED;
            Optional<Instant> deadline = Optional.ofNullable(rollback.deadline());
            decider.apply(new Event.RestoreEviction(id, new Reason(code, numbers), deadline));
            deadline.ifPresent(end -> evictions.begin(id, end));
            evictions.hasten(id);
        }
    }

    /** Whether more was done than to say that a gang is to be taken back. */
    private boolean hasBegun(GangId id) {
        boolean suspended = Optional.ofNullable(caches.jobs.get(id))
                .map(job -> Boolean.TRUE.equals(job.getSpec().getSuspend()))
                .orElse(false);
        return suspended
                || caches.podsOf(id).stream()
                        .noneMatch(pod -> pod.isOnNode() && pod.facts().state() != PodFacts.State.TERMINATING);
    }

    /** Gangs that were to be taken back, and have their place all the same. */
    Set<GangId> notBegun() {
        return notBegun;
    }

    /** Gangs whose record is of an earlier Job of their name. */
    List<GangSpec> begun() {
        return begun;
    }

    /** A gang whose Job is gone, but whose pods may still be on their nodes. */
    private Optional<GangSpec> recordedSpec(Optional<GPUWorkload> workload, Optional<GPUWorkloadStatus> status) {
        boolean placed = status.isPresent() && !status.get().placement().isEmpty();
        if (!placed || workload.isEmpty()) {
            return Optional.empty();
        }
        Tenancy tenancy = Optional.ofNullable(
                        caches.tenancies.get(workload.get().getMetadata().getNamespace()))
                .orElse(new Tenancy("", Optional.empty()));
        return Optional.of(Workloads.gang(workload.get(), tenancy, gpuResources));
    }
}
