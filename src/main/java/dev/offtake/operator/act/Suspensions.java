package dev.offtake.operator.act;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import dev.offtake.schedule.Reason;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the pods of whole Jobs back that the scheduler refused or whose GPUs another needs, so that it never counts as a
 * failure of the user's Job: it is suspended and resumed, the intent standing in its record first. Only what the record says of just this Job
 * permits to resume it: its user may have suspended it, or made another one of its name.
 */
public final class Suspensions {
    private static final Logger LOG = LoggerFactory.getLogger(Suspensions.class);

    private final ApiWriter writer;
    private final WorkloadRecords records;
    private final Feedback feedback;
    /** Uids of Jobs that are being resumed, and may still be seen as suspended. */
    private final Map<GangId, String> resuming = new ConcurrentHashMap<>();
    /** Uids of Jobs that were seen as suspended since they last were to be. */
    private final Map<GangId, String> stopped = new ConcurrentHashMap<>();

    public Suspensions(ApiWriter writer, WorkloadRecords records, Feedback feedback) {
        this.writer = writer;
        this.records = records;
        this.feedback = feedback;
    }

    /** Takes back the pods of a Job. */
    public void suspend(GangSpec gang, Owner job, Intent intent, Instant now) {
        // What is seen from here on is about this suspension.
        stopped.remove(gang.id());
        GPUWorkloadStatus before = records.status(gang.id()).orElseGet(() -> StatusText.unrecorded(gang.gpus()));
        records.write(gang, Optional.of(job), StatusText.evicting(before, intent, Optional.of(job.uid()), now))
                .thenCompose(durable -> durable
                        ? setSuspended(job, true)
                        : CompletableFuture.completedFuture(new ApiWriter.Answer(0, "the intent was not recorded")))
                .thenAccept(answer -> {
                    if (!answer.ok()) {
                        LOG.warn("{} was not suspended: {} {}", job, answer.code(), answer.body());
                        Later.run(() -> feedback.rollBackFailed(gang.id()));
                    }
                });
    }

    /** Whether the operator has suspended a Job of the gang: its record says so, or the Job is about to go on. */
    public boolean isSuspendedByUs(GangId gang, String jobUid) {
        return jobUid.equals(resuming.get(gang)) || isToBeResumed(gang, jobUid);
    }

    private boolean isToBeResumed(GangId gang, String jobUid) {
        return records.status(gang)
                .map(GPUWorkloadStatus::rollback)
                .filter(GPUWorkloadStatus.Rollback::suspendedJob)
                .filter(rollback ->
                        rollback.jobUid() == null || rollback.jobUid().equals(jobUid))
                .isPresent();
    }

    /** The gang's Job as it is seen now; answers whether somebody else has resumed one that the operator has suspended. */
    public boolean seen(GangId gang, String jobUid, boolean suspended) {
        if (suspended) {
            stopped.put(gang, jobUid);
            return false;
        }
        boolean wasStopped = stopped.remove(gang, jobUid);
        boolean resumed = resuming.remove(gang) != null;
        return wasStopped && !resumed && isToBeResumed(gang, jobUid);
    }

    /** The gang's Job is gone. */
    public void gone(GangId gang) {
        stopped.remove(gang);
        resuming.remove(gang);
    }

    /** Somebody else has resumed the Job while pods of it run that have to go: it is suspended once more. */
    public void suspendAgain(Owner job) {
        setSuspended(job, true).thenAccept(answer -> {
            if (!answer.ok() && !answer.isStale()) {
                LOG.warn("{} was not suspended again: {} {}", job, answer.code(), answer.body());
            }
        });
    }

    /** Somebody else has resumed the Job: if it is suspended again, it is for its user to resume it. */
    public void leaveToOthers(GangId gang) {
        records.change(gang, StatusText::resumedByOthers);
    }

    /** All pods are gone: lets a Job go on that {@link #suspend} has stopped, and only such a one. */
    public void finish(GangSpec gang, Optional<Owner> owner, Reason reason, Instant now) {
        if (owner.isPresent() && isToBeResumed(gang.id(), owner.get().uid())) {
            resuming.put(gang.id(), owner.get().uid());
            resume(gang, owner.get(), reason, now);
        } else {
            records.waitsAgain(gang, GPUWorkloadStatus.Phase.EVICTING, reason, now);
        }
    }

    /** The record permits it until it is done: tried until the Job goes on or is gone. */
    private void resume(GangSpec gang, Owner job, Reason reason, Instant now) {
        setSuspended(job, false).thenAccept(answer -> {
            if (answer.ok()) {
                records.waitsAgain(gang, GPUWorkloadStatus.Phase.EVICTING, reason, now);
            } else if (answer.isStale() || answer.isDropped()) {
                resuming.remove(gang.id());
            } else {
                LOG.warn("{} was not resumed: {} {}", job, answer.code(), answer.body());
                Later.run(() -> {
                    if (resuming.containsKey(gang.id())) {
                        resume(gang, job, reason, now);
                    }
                });
            }
        });
    }

    /** A Job that {@link #suspend} has stopped goes on at once, whatever is left of its pods: nobody takes it back any more. */
    public void letGo(GangId gang, Owner job) {
        if (isToBeResumed(gang, job.uid()) && resuming.putIfAbsent(gang, job.uid()) == null) {
            resume(gang, job);
        }
    }

    private void resume(GangId gang, Owner job) {
        setSuspended(job, false).thenAccept(answer -> {
            if (answer.ok()) {
                records.change(gang, StatusText::resumed);
            } else if (answer.isStale() || answer.isDropped()) {
                resuming.remove(gang);
            } else {
                LOG.warn("{} was not resumed: {} {}", job, answer.code(), answer.body());
                Later.run(() -> resume(gang, job));
            }
        });
    }

    /** The gang keeps its place: one of its pods could not be taken back, and need not be any more. */
    public void undo(GangSpec gang, Optional<Owner> job) {
        if (job.isPresent() && isToBeResumed(gang.id(), job.get().uid())) {
            if (stopped.containsKey(gang.id())) {
                resuming.put(gang.id(), job.get().uid());
            }
            setSuspended(job.get(), false);
        }
        if (records.exists(gang.id())) {
            records.change(gang.id(), StatusText::kept);
        }
    }

    private CompletableFuture<ApiWriter.Answer> setSuspended(Owner job, boolean suspended) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        String patch = nodes.arrayNode()
                .add(nodes.objectNode()
                        .put("op", "test")
                        .put("path", "/metadata/uid")
                        .put("value", job.uid()))
                .add(nodes.objectNode()
                        .put("op", "add")
                        .put("path", "/spec/suspend")
                        .put("value", suspended))
                .toString();
        return writer.urgently(
                ApiWriter.Kind.JOB_SUSPEND,
                "PATCH",
                Paths.job(job.namespace(), job.name()),
                ApiWriter.JSON_PATCH,
                patch);
    }
}
