package dev.offtake.operator.act;

import dev.offtake.api.GPUWorkloadSpec;
import dev.offtake.api.OfftakeNames;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes an object that is there one of the gang that begins now: it may be of a Job of the same name that is gone, or say
 * what its own asked for when it ran before.
 */
final class Successions {
    private static final Logger LOG = LoggerFactory.getLogger(Successions.class);
    private static final CompletableFuture<Boolean> DONE = CompletableFuture.completedFuture(true);

    private final WorkloadRequests requests;

    Successions(WorkloadRequests requests) {
        this.requests = requests;
    }

    /**
     * The answer is whether that may be written now.
     *
     * @param placed whether it says where the gang was when it ran before
     */
    CompletableFuture<Boolean> begin(
            RecordEntry entry, GangSpec gang, Optional<Owner> owner, GPUWorkloadSpec spec, boolean placed) {
        synchronized (entry) {
            if (!entry.exists) {
                return DONE;
            }
            if (entry.deleting) {
                return letGo(entry, gang.id());
            }
        }
        return own(entry, gang.id(), owner).thenCompose(its -> its && placed ? clear(entry, gang, spec) : DONE);
    }

    /** Nothing brings back what was deleted: another one is made when it is gone. */
    private CompletableFuture<Boolean> letGo(RecordEntry entry, GangId id) {
        List<String> finalizers = entry.finalizers;
        entry.isSucceeded();
        if (!finalizers.contains(OfftakeNames.FINALIZER)) {
            return DONE;
        }
        return requests.letGo(id, finalizers).thenApply(answer -> {
            boolean left = answer.ok() || answer.code() == 404;
            if (!left) {
                LOG.warn("GPUWorkload {} was not let go: {} {}", id, answer.code(), answer.body());
                synchronized (entry) {
                    entry.hasSuccessor = false;
                    entry.exists = true;
                    entry.deleting = true;
                    entry.finalizers = finalizers;
                }
            }
            return left;
        });
    }

    /** Else it would go with the one before, or with nobody. */
    private CompletableFuture<Boolean> own(RecordEntry entry, GangId id, Optional<Owner> owner) {
        synchronized (entry) {
            if (owner.isEmpty() || owner.map(Owner::uid).equals(entry.owner)) {
                return DONE;
            }
        }
        return requests.own(id, owner.get()).thenApply(answer -> {
            synchronized (entry) {
                entry.owner = answer.ok() ? owner.map(Owner::uid) : entry.owner;
                entry.exists &= answer.code() != 404;
            }
            if (!answer.ok()) {
                LOG.warn("GPUWorkload {} was not given to {}: {} {}", id, owner.get(), answer.code(), answer.body());
            }
            return answer.ok();
        });
    }

    /** What it asks for is fixed as long as it says where the gang is. */
    private CompletableFuture<Boolean> clear(RecordEntry entry, GangSpec gang, GPUWorkloadSpec spec) {
        synchronized (entry) {
            if (entry.spec.filter(spec::equals).isPresent()) {
                return DONE;
            }
        }
        return requests.status(gang.id(), StatusText.begun(gang.gpus())).thenApply(answer -> {
            if (!answer.ok()) {
                LOG.warn("status of GPUWorkload {} was not cleared: {} {}", gang.id(), answer.code(), answer.body());
            }
            return true;
        });
    }
}
