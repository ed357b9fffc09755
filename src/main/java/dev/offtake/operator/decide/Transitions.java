package dev.offtake.operator.decide;

import dev.offtake.api.Claim;
import dev.offtake.api.GPUWorkload;
import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.operator.act.Forecasts;
import dev.offtake.operator.act.Handovers;
import dev.offtake.operator.act.Suspensions;
import dev.offtake.operator.act.WorkloadRecords;
import dev.offtake.operator.observe.SeenPod;
import dev.offtake.schedule.Decider;
import dev.offtake.schedule.GangId;
import dev.offtake.translate.Claims;
import dev.offtake.translate.Placements;
import dev.offtake.translate.Workloads;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Puts right what is left of the other enforcement. In a namespace that is not enforced any more nothing may wait for us:
 * gates come off without a pin, Jobs go on that were suspended to evict them, records are no longer kept. In one that is
 * enforced from now on, what runs and was charged to an account goes on there: its pods get their claim, and then its
 * record says so. Only the loop touches it.
 */
final class Transitions {
    private final Caches caches;
    private final GangBook book;
    private final WorkloadRecords records;
    private final Suspensions suspensions;
    private final Forecasts forecasts;
    private final Handovers handovers;
    private final Set<GangId> adopting = new TreeSet<>();

    Transitions(
            Caches caches,
            GangBook book,
            WorkloadRecords records,
            Suspensions suspensions,
            Forecasts forecasts,
            Handovers handovers) {
        this.caches = caches;
        this.book = book;
        this.records = records;
        this.suspensions = suspensions;
        this.forecasts = forecasts;
        this.handovers = handovers;
    }

    /** Looks at everything, before a scheduler is built from it. */
    void begin() {
        adopting.clear();
        caches.adopted.clear();
        List.copyOf(caches.workloads.values()).forEach(workload -> {
            String namespace = workload.getMetadata().getNamespace();
            GangId id = Workloads.id(workload);
            resume(id, workload);
            if (book.isReported(namespace)) {
                records.release(id);
            } else if (caches.tenancies.containsKey(namespace)) {
                takeOver(id, workload);
            }
        });
        List.copyOf(caches.pods.values()).forEach(this::seen);
    }

    /** A Job that was suspended to evict it, in a namespace that was not enforced since, or that is over. */
    private void resume(GangId id, GPUWorkload workload) {
        Optional<GPUWorkloadStatus> status = Optional.ofNullable(workload.getStatus());
        boolean reported = book.isReported(id.namespace())
                || status.filter(GPUWorkloadStatus::isForecast).isPresent();
        boolean over = status.filter(s -> s.phase() == GPUWorkloadStatus.Phase.FINISHED)
                .isPresent();
        if (reported || over) {
            book.job(id).ifPresent(job -> suspensions.letGo(id, job));
        }
    }

    /** A record in a namespace that is enforced. */
    private void takeOver(GangId id, GPUWorkload workload) {
        GPUWorkloadStatus status = workload.getStatus();
        if (status == null || !status.isForecast()) {
            return;
        }
        Optional<Claim> claim = Placements.grant(status)
                .filter(grant -> status.phase() == GPUWorkloadStatus.Phase.RUNNING)
                .map(Claims::of);
        if (claim.isEmpty()) {
            forecasts.drop(id);
            return;
        }
        adopting.add(id);
        for (SeenPod pod : unclaimed(id)) {
            caches.adopted.add(pod.uid());
            handovers.claim(book.ref(pod), claim.get());
        }
    }

    private Collection<SeenPod> unclaimed(GangId id) {
        return caches.podsOf(id).stream()
                .filter(pod -> pod.isBound() && pod.claim().isEmpty())
                .toList();
    }

    /** The pod is as it is in the caches now. */
    void seen(SeenPod pod) {
        if (pod.gated() && book.isReported(pod.namespace())) {
            handovers.ungate(book.ref(pod));
        }
    }

    /** The record of a gang is as it is in the caches now. */
    void seen(GangId id) {
        if (book.isReported(id.namespace())) {
            records.release(id);
        }
    }

    /** Makes the record of a gang true whose pods all have their claim. */
    void tie(Decider decider) {
        for (GangId id : new ArrayList<>(adopting)) {
            if (unclaimed(id).isEmpty()) {
                adopting.remove(id);
                decider.scheduler().gang(id).ifPresent(view -> forecasts.adopt(view.spec(), book.recordOwner(id)));
            }
        }
    }
}
