package dev.offtake.operator.act;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import dev.offtake.schedule.Reason;
import java.time.Instant;
import java.util.HashMap;
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

    private static final ApiWriter.Answer NOT_RECORDED = new ApiWriter.Answer(0, "the intent was not recorded");
    private static final CompletableFuture<Boolean> NOTHING_FIRST = CompletableFuture.completedFuture(true);

    private final ApiWriter writer;
    private final WorkloadRecords records;
    private final Feedback feedback;
    /** Jobs that are being resumed, and may still be seen as suspended. */
    private final Map<GangId, Resumption> resuming = new ConcurrentHashMap<>();
    /** Uids of Jobs that were seen as suspended since they last were to be. */
    private final Map<GangId, String> stopped = new ConcurrentHashMap<>();

    /** What is asked for last of each Job, by its path, as long as there is no answer. */
    private final Map<String, CompletableFuture<ApiWriter.Answer>> lastAsked = new HashMap<>();

    /** A Job that is to go on, and what is to be written down once it does. */
    private static final class Resumption {
        private final String jobUid;
        private final Runnable onceItGoesOn;
        private boolean over;

        Resumption(Owner job, Runnable onceItGoesOn) {
            jobUid = job.uid();
            this.onceItGoesOn = onceItGoesOn;
        }

        synchronized void itGoesOn() {
            if (!over) {
                over = true;
                onceItGoesOn.run();
            }
        }

        /** The Job is to stop again: what was to be written down is not true any more, nor is it written after this. */
        synchronized void isVoid() {
            over = true;
        }
    }

    public Suspensions(ApiWriter writer, WorkloadRecords records, Feedback feedback) {
        this.writer = writer;
        this.records = records;
        this.feedback = feedback;
    }

    /** Takes back the pods of a Job. */
    public void suspend(GangSpec gang, Owner job, Intent intent, Instant now) {
        // What is seen from here on is about this suspension, and nobody lets the Job go on for what was before.
        stopped.remove(gang.id());
        Optional.ofNullable(resuming.remove(gang.id())).ifPresent(Resumption::isVoid);
        CompletableFuture<Boolean> recorded = records.write(
                gang,
                Optional.of(job),
                before -> StatusText.evicting(
                        before.orElseGet(() -> StatusText.unrecorded(gang.gpus())),
                        intent,
                        Optional.of(job.uid()),
                        now));
        setSuspended(job, true, recorded).thenAccept(answer -> {
            if (!answer.ok()) {
                LOG.warn("{} was not suspended: {} {}", job, answer.code(), answer.body());
                Later.run(() -> feedback.rollBackFailed(gang.id()));
            }
        });
    }

    /** Whether the operator has suspended a Job of the gang: its record says so, or the Job is about to go on. */
    public boolean isSuspendedByUs(GangId gang, String jobUid) {
        return isBeingResumed(gang, jobUid) || isToBeResumed(gang, jobUid);
    }

    private boolean isBeingResumed(GangId gang, String jobUid) {
        Resumption resumption = resuming.get(gang);
        return resumption != null && resumption.jobUid.equals(jobUid);
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
        resuming.computeIfPresent(gang, (id, of) -> of.jobUid.equals(jobUid) ? of : null);
        if (suspended) {
            stopped.put(gang, jobUid);
            return false;
        }
        if (!stopped.remove(gang, jobUid)) {
            // This may be from before the suspension.
            return false;
        }
        Resumption resumption = resuming.remove(gang);
        if (resumption == null) {
            return isToBeResumed(gang, jobUid);
        }
        // The answer to the write that did it may be lost.
        resumption.itGoesOn();
        return false;
    }

    /** The gang's Job is gone. */
    public void gone(GangId gang) {
        stopped.remove(gang);
        resuming.remove(gang);
    }

    /** Somebody else has resumed the Job while pods of it run that have to go: it is suspended once more. */
    public void suspendAgain(Owner job) {
        setSuspended(job, true, NOTHING_FIRST).thenAccept(answer -> {
            if (!answer.ok() && !answer.isStale()) {
                LOG.warn("{} was not suspended again: {} {}", job, answer.code(), answer.body());
            }
        });
    }

    /** Somebody else has resumed the Job: if it is suspended again, it is for its user to resume it. */
    public void leaveToOthers(GangId gang) {
        records.change(gang, StatusText::resumedByOthers);
    }

    /**
     * All pods are gone: lets a Job go on that {@link #suspend} has stopped, and only such a one.
     *
     * @param reason why it waits again; empty where it was over, and is not any more
     */
    public void finish(GangSpec gang, Optional<Owner> owner, Optional<Reason> reason, Instant now) {
        Runnable waitsAgain = () -> reason.ifPresentOrElse(
                why -> records.waitsAgain(gang, GPUWorkloadStatus.Phase.EVICTING, why, now),
                () -> records.beginsAnew(gang));
        if (owner.isPresent() && isToBeResumed(gang.id(), owner.get().uid())) {
            resume(gang.id(), owner.get(), waitsAgain);
        } else {
            waitsAgain.run();
        }
    }

    /** A Job that {@link #suspend} has stopped goes on at once, whatever is left of its pods: nobody takes it back any more. */
    public void letGo(GangId gang, Owner job) {
        if (isToBeResumed(gang, job.uid()) && !isBeingResumed(gang, job.uid())) {
            resume(gang, job, () -> records.change(gang, StatusText::resumed));
        }
    }

    /** The gang keeps its place: one of its pods could not be taken back, and need not be any more. */
    public void undo(GangSpec gang, Optional<Owner> job) {
        Runnable kept = () -> {
            if (records.exists(gang.id())) {
                records.change(gang.id(), StatusText::kept);
            }
        };
        if (job.isPresent() && isToBeResumed(gang.id(), job.get().uid())) {
            resume(gang.id(), job.get(), kept);
        } else {
            kept.run();
        }
    }

    private void resume(GangId gang, Owner job, Runnable onceItGoesOn) {
        Resumption resumption = new Resumption(job, onceItGoesOn);
        resuming.put(gang, resumption);
        resume(gang, job, resumption);
    }

    /** Its record permits it until it is done: tried until the Job is seen to go on or to be gone, as nobody else does it. */
    private void resume(GangId gang, Owner job, Resumption resumption) {
        setSuspended(job, false, NOTHING_FIRST).thenAccept(answer -> {
            if (answer.ok()) {
                resumption.itGoesOn();
                if (!stopped.containsKey(gang)) {
                    // It was never seen as suspended, so it will not be seen as resumed either.
                    resuming.remove(gang, resumption);
                }
            } else if (answer.isDropped()) {
                resuming.remove(gang, resumption);
            } else {
                LOG.warn("{} was not resumed: {} {}", job, answer.code(), answer.body());
                Later.run(() -> {
                    if (resumption.equals(resuming.get(gang))) {
                        resume(gang, job, resumption);
                    }
                });
            }
        });
    }

    /**
     * One after the other for each Job: what waits for its record, or is tried again as its answer was lost, must not come
     * after what was asked for later, or a Job that is to go on would be suspended for ever.
     *
     * @param recorded what has to be durable first, or it is not asked for
     */
    private synchronized CompletableFuture<ApiWriter.Answer> setSuspended(
            Owner job, boolean suspended, CompletableFuture<Boolean> recorded) {
        String path = Paths.job(job.namespace(), job.name());
        CompletableFuture<ApiWriter.Answer> asked = lastAsked
                .getOrDefault(path, CompletableFuture.completedFuture(NOT_RECORDED))
                .thenCompose(before -> recorded.exceptionally(failure -> false))
                .thenCompose(durable -> durable
                        ? patchSuspended(path, job.uid(), suspended)
                        : CompletableFuture.completedFuture(NOT_RECORDED));
        lastAsked.put(path, asked);
        asked.whenComplete((answer, failure) -> answered(path, asked));
        return asked;
    }

    private synchronized void answered(String path, CompletableFuture<ApiWriter.Answer> asked) {
        lastAsked.remove(path, asked);
    }

    private CompletableFuture<ApiWriter.Answer> patchSuspended(String path, String uid, boolean suspended) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        String patch = nodes.arrayNode()
                .add(nodes.objectNode()
                        .put("op", "test")
                        .put("path", "/metadata/uid")
                        .put("value", uid))
                .add(nodes.objectNode()
                        .put("op", "add")
                        .put("path", "/spec/suspend")
                        .put("value", suspended))
                .toString();
        return writer.urgently(ApiWriter.Kind.JOB_SUSPEND, "PATCH", path, ApiWriter.JSON_PATCH, patch);
    }
}
