package dev.offtake.operator.act;

import dev.offtake.api.GPUWorkload;
import dev.offtake.api.GPUWorkloadSpec;
import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.api.OfftakeNames;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import dev.offtake.schedule.Reason;
import dev.offtake.translate.Workloads;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code GPUWorkload} objects: made when there is something to say, one status write per fact, writes to one object
 * in the order in which they were asked for.
 */
public final class WorkloadRecords {
    private static final Logger LOG = LoggerFactory.getLogger(WorkloadRecords.class);

    private final ApiWriter writer;
    private final WorkloadRequests requests;
    private final Successions successions;
    private final Function<GangSpec, String> defaultClass;
    private final Map<GangId, RecordEntry> entries = new ConcurrentHashMap<>();

    /** @param defaultClass class of a gang that names none; called on any thread */
    public WorkloadRecords(
            ApiWriter writer, KubernetesSerialization serialization, Function<GangSpec, String> defaultClass) {
        this.writer = writer;
        this.defaultClass = defaultClass;
        requests = new WorkloadRequests(writer, serialization);
        successions = new Successions(requests);
    }

    /**
     * The object as the informer shows it.
     *
     * @param byOthers whether others write it now, so that what was written from here is out of date
     */
    public void seen(GPUWorkload workload, boolean byOthers) {
        RecordEntry entry = entry(Workloads.id(workload));
        boolean deleting = workload.getMetadata().getDeletionTimestamp() != null;
        synchronized (entry) {
            if (deleting && entry.hasSuccessor) {
                return;
            }
            entry.exists = true;
            entry.deleting = deleting;
            entry.owner = Owner.uidOf(workload);
            entry.finalizers = List.copyOf(workload.getMetadata().getFinalizers());
            if (entry.spec.isEmpty()) {
                entry.spec = Optional.ofNullable(workload.getSpec());
            }
            if (byOthers || entry.status.isEmpty()) {
                entry.status = Optional.ofNullable(workload.getStatus());
            }
        }
    }

    /** The object is gone. */
    public void gone(GangId id) {
        entries.computeIfPresent(id, (gang, entry) -> entry.isGone() ? null : entry);
    }

    private RecordEntry entry(GangId id) {
        return entries.computeIfAbsent(id, i -> new RecordEntry());
    }

    /** The status that was written last, as far as known. */
    Optional<GPUWorkloadStatus> status(GangId id) {
        RecordEntry entry = entries.get(id);
        if (entry == null) {
            return Optional.empty();
        }
        synchronized (entry) {
            return entry.status;
        }
    }

    /** Nothing more is to be said of a gang that has no object. */
    void forget(GangId id) {
        if (!exists(id)) {
            entries.remove(id);
        }
    }

    boolean exists(GangId id) {
        RecordEntry entry = entries.get(id);
        if (entry == null) {
            return false;
        }
        synchronized (entry) {
            return entry.exists;
        }
    }

    /**
     * Writes the status that follows from the one before, making the object first if need be. Nobody else writes between
     * the two: or a Job that goes on in just this moment would stay said to be suspended.
     *
     * @return whether it is durable now
     */
    CompletableFuture<Boolean> write(
            GangSpec gang, Optional<Owner> owner, Function<Optional<GPUWorkloadStatus>, GPUWorkloadStatus> next) {
        RecordEntry entry = entry(gang.id());
        synchronized (entry) {
            return write(entry, gang, owner, next.apply(entry.status));
        }
    }

    /** The caller holds the entry. */
    private CompletableFuture<Boolean> write(
            RecordEntry entry, GangSpec gang, Optional<Owner> owner, GPUWorkloadStatus status) {
        GPUWorkloadSpec spec = Workloads.spec(gang, defaultClass.apply(gang));
        boolean kept = !status.placement().isEmpty() && !status.isForecast();
        // Under a placement it says what the gang asked for when it began.
        boolean begins = !entry.hasPlace();
        boolean placed = entry.status.filter(was -> !was.placement().isEmpty()).isPresent();
        entry.status = Optional.of(status);
        entry.places += status.placement().isEmpty() ? 0 : 1;
        CompletableFuture<Boolean> before = entry.last.exceptionally(failure -> false);
        CompletableFuture<Boolean> there = begins
                ? before.thenCompose(any -> successions.begin(entry, gang, owner, spec, placed))
                        .thenCompose(fit -> when(fit, () -> create(entry, gang.id(), owner, spec, status)))
                        .thenCompose(made -> when(made, () -> patchSpec(entry, gang.id(), spec)))
                : before.thenCompose(any -> create(entry, gang.id(), owner, spec, status));
        entry.last = there.thenCompose(is -> when(is, () -> kept ? keep(entry, gang.id()) : there))
                .thenCompose(is -> when(is, () -> patchStatus(gang.id(), status)));
        return entry.last;
    }

    private static CompletableFuture<Boolean> when(boolean so, Supplier<CompletableFuture<Boolean>> next) {
        return so ? next.get() : CompletableFuture.completedFuture(false);
    }

    /**
     * The same where nobody waits for the answer: tried until it is written, or something else is to be.
     *
     * @param next empty where nothing is to be written
     */
    void tell(
            GangSpec gang,
            Optional<Owner> owner,
            Function<Optional<GPUWorkloadStatus>, Optional<GPUWorkloadStatus>> next) {
        RecordEntry entry = entry(gang.id());
        synchronized (entry) {
            next.apply(entry.status).ifPresent(status -> tell(entry, gang, owner, status));
        }
    }

    private void tell(RecordEntry entry, GangSpec gang, Optional<Owner> owner, GPUWorkloadStatus status) {
        insist(
                gang.id(),
                status,
                write(entry, gang, owner, status),
                () -> tell(gang, owner, now -> now.filter(status::equals)));
    }

    private void insist(GangId id, GPUWorkloadStatus status, CompletableFuture<Boolean> written, Runnable again) {
        written.exceptionally(failure -> false).thenAccept(durable -> {
            if (!durable && writer.mayWrite()) {
                Later.run(() -> {
                    if (writer.mayWrite() && status(id).filter(status::equals).isPresent()) {
                        again.run();
                    }
                });
            }
        });
    }

    /**
     * Writes another status of an object that has one, unless the change of it is empty; tried until it is written, or
     * something else is to be.
     */
    void change(GangId id, Function<GPUWorkloadStatus, Optional<GPUWorkloadStatus>> change) {
        RecordEntry entry = entry(id);
        synchronized (entry) {
            Optional<GPUWorkloadStatus> status = entry.status.flatMap(change);
            if (status.isPresent()) {
                entry.status = status;
                change(entry, id, status.get());
            }
        }
    }

    private void change(RecordEntry entry, GangId id, GPUWorkloadStatus status) {
        synchronized (entry) {
            entry.last = entry.last.exceptionally(failure -> false).thenCompose(before -> patchStatus(id, status));
            insist(id, status, entry.last, () -> {
                if (exists(id)) {
                    change(entry, id, status);
                }
            });
        }
    }

    /** A gang has nothing any more of what its record says, and nobody has told it yet why it waits. */
    public void beginsAnew(GangSpec gang) {
        change(
                gang.id(),
                before -> Optional.of(before)
                        .filter(status -> status.phase() != GPUWorkloadStatus.Phase.WAITING
                                && status.phase() != GPUWorkloadStatus.Phase.FINISHED)
                        .map(status -> StatusText.begun(gang.gpus())));
    }

    /** A gang waits again, if its record still is in a phase. */
    void waitsAgain(GangSpec gang, GPUWorkloadStatus.Phase from, Reason reason, Instant now) {
        change(
                gang.id(),
                before -> Optional.of(before)
                        .filter(status -> status.phase() == from)
                        .map(status -> StatusText.waiting(Optional.of(status), gang.gpus(), reason, now)));
    }

    /** What is only foreseen nobody has to keep. */
    private CompletableFuture<Boolean> create(
            RecordEntry entry, GangId id, Optional<Owner> owner, GPUWorkloadSpec spec, GPUWorkloadStatus status) {
        synchronized (entry) {
            if (entry.exists) {
                return CompletableFuture.completedFuture(true);
            }
        }
        GPUWorkload workload = new GPUWorkload();
        workload.getMetadata().setName(id.record());
        workload.getMetadata().setNamespace(id.namespace());
        List<String> finalizers = status.isForecast() ? List.of() : List.of(OfftakeNames.FINALIZER);
        workload.getMetadata().setFinalizers(finalizers);
        owner.ifPresent(o -> workload.getMetadata().setOwnerReferences(List.of(o.reference())));
        workload.setSpec(spec);
        return requests.create(workload).thenApply(answer -> {
            boolean there;
            synchronized (entry) {
                // What is there may be what was let go, and not be gone yet.
                there = answer.ok() || (answer.code() == 409 && !entry.hasSuccessor);
                entry.exists = there;
                if (answer.ok()) {
                    entry.spec = Optional.of(spec);
                    entry.finalizers = finalizers;
                    entry.owner = owner.map(Owner::uid);
                }
            }
            if (!there) {
                LOG.warn("GPUWorkload {} was not created: {} {}", id, answer.code(), answer.body());
            }
            return there;
        });
    }

    /** A gang that was over and is placed again needs its finalizer again. */
    private CompletableFuture<Boolean> keep(RecordEntry entry, GangId id) {
        List<String> finalizers;
        synchronized (entry) {
            if (entry.finalizers.contains(OfftakeNames.FINALIZER)) {
                return CompletableFuture.completedFuture(true);
            }
            finalizers = entry.finalizers;
        }
        return requests.keep(id, finalizers).thenApply(answer -> {
            if (answer.ok()) {
                synchronized (entry) {
                    entry.finalizers = FinalizerPatch.with(entry.finalizers);
                }
            } else {
                LOG.warn("GPUWorkload {} was not kept: {} {}", id, answer.code(), answer.body());
            }
            return answer.ok();
        });
    }

    /** What the gang asks for may have changed since the object was made. */
    private CompletableFuture<Boolean> patchSpec(RecordEntry entry, GangId id, GPUWorkloadSpec spec) {
        synchronized (entry) {
            if (entry.spec.filter(spec::equals).isPresent()) {
                return CompletableFuture.completedFuture(true);
            }
            entry.spec = Optional.of(spec);
        }
        return requests.spec(id, spec).thenApply(answer -> {
            if (!answer.ok()) {
                synchronized (entry) {
                    entry.spec = Optional.empty();
                }
            }
            if (!answer.ok() && answer.code() != 404) {
                LOG.warn("spec of GPUWorkload {} was not written: {} {}", id, answer.code(), answer.body());
            }
            return true;
        });
    }

    private CompletableFuture<Boolean> patchStatus(GangId id, GPUWorkloadStatus status) {
        return requests.status(id, status).thenApply(answer -> {
            if (answer.code() == 404) {
                isMissing(id);
            } else if (!answer.ok()) {
                LOG.warn("status of GPUWorkload {} was not written: {} {}", id, answer.code(), answer.body());
            }
            return answer.ok();
        });
    }

    /** The next write makes it anew: it is gone, or never was, as where a conflict was the answer to its creation. */
    private void isMissing(GangId id) {
        RecordEntry entry = entries.get(id);
        if (entry != null) {
            synchronized (entry) {
                entry.exists = false;
            }
        }
    }

    /** Lets the object go: nothing of the gang is left. Tried until it is done: nobody else does it. */
    public void release(GangId id) {
        RecordEntry entry = entry(id);
        synchronized (entry) {
            if (!entry.finalizers.contains(OfftakeNames.FINALIZER)) {
                return;
            }
            entry.placesLeft = entry.places;
            if (entry.releasing) {
                return;
            }
            entry.releasing = true;
            List<String> finalizers = entry.finalizers;
            entry.last = entry.last
                    .exceptionally(failure -> false)
                    .thenCompose(before -> requests.letGo(id, finalizers))
                    .thenApply(answer -> {
                        released(id, entry, answer);
                        return answer.ok();
                    });
        }
    }

    private void released(GangId id, RecordEntry entry, ApiWriter.Answer answer) {
        synchronized (entry) {
            if (answer.ok()) {
                entry.finalizers = FinalizerPatch.without(entry.finalizers);
            }
            if (answer.ok() || answer.code() == 404 || answer.isDropped()) {
                entry.releasing = false;
                return;
            }
        }
        LOG.warn("GPUWorkload {} was not let go: {} {}", id, answer.code(), answer.body());
        Later.run(() -> releaseAgain(id, entry));
    }

    /** Unless the object is gone, was seen to be let go, or the gang has got another place. */
    private void releaseAgain(GangId id, RecordEntry entry) {
        synchronized (entry) {
            entry.releasing = false;
            if (!entry.equals(entries.get(id)) || entry.places != entry.placesLeft) {
                return;
            }
        }
        release(id);
    }
}
