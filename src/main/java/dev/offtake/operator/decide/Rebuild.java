package dev.offtake.operator.decide;

import dev.offtake.api.GPUWorkload;
import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.operator.observe.SeenPod;
import dev.offtake.schedule.Decider;
import dev.offtake.schedule.Decision;
import dev.offtake.schedule.Event;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import dev.offtake.translate.Placements;
import dev.offtake.translate.Tenancy;
import dev.offtake.translate.Workloads;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Builds a scheduler from what is seen: supply, promises, what is placed by record or by claim, then what waits. */
final class Rebuild {
    private final Caches caches;
    private final GangBook book;
    private final Set<String> gpuResources;

    Rebuild(Caches caches, GangBook book, Set<String> gpuResources) {
        this.caches = caches;
        this.book = book;
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
        });
        return feeder;
    }

    private void gang(GangId id, Feeder feeder, Decider decider) {
        Optional<GPUWorkload> workload = Optional.ofNullable(caches.workloads.get(id));
        Optional<GPUWorkloadStatus> status =
                workload.map(GPUWorkload::getStatus).filter(s -> s.phase() != GPUWorkloadStatus.Phase.FINISHED);
        Optional<GangSpec> spec = book.spec(id).or(() -> recordedSpec(workload, status));
        if (spec.isEmpty()) {
            return;
        }
        Optional<Decision.Grant> grant = status.flatMap(Placements::grant);
        feeder.restore(id, grant, status.map(Placements::seats).orElse(List.of()), spec.get());
        status.map(GPUWorkloadStatus::rollback)
                .ifPresent(rollback -> decider.apply(new Event.RestoreRefusal(
                        id,
                        Optional.ofNullable(rollback.message()).orElse(""),
                        rollback.avoidNodes(),
                        rollback.since(),
                        status.get().phase() == GPUWorkloadStatus.Phase.EVICTING)));
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
