package dev.offtake.operator.act;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import dev.offtake.schedule.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes pods back that the scheduler refused or whose GPUs another needs, so that it never counts as a failure of the
 * user's Job: a Job is suspended and resumed, the intent standing in its record first; other pods are deleted, if they
 * still are what was seen.
 */
public final class RollBacks {
    private static final Logger LOG = LoggerFactory.getLogger(RollBacks.class);

    /** Condition of pods that others take away. */
    private static final String DISRUPTION = "DisruptionTarget";

    /** Times that a second deletion is tried, a second apart. */
    private static final int ATTEMPTS = 60;

    private final ApiWriter writer;
    private final WorkloadRecords records;
    private final Feedback feedback;
    /** Their Jobs are being resumed, and may still be seen as suspended. */
    private final Set<GangId> resuming = ConcurrentHashMap.newKeySet();

    public RollBacks(ApiWriter writer, WorkloadRecords records, Feedback feedback) {
        this.writer = writer;
        this.records = records;
        this.feedback = feedback;
    }

    /** A pod to delete, as it was seen. */
    public record Victim(PodRef pod, String resourceVersion) {}

    /** Takes back the pods of a Job. */
    public void suspend(GangSpec gang, Owner job, Intent intent, Instant now) {
        GPUWorkloadStatus before = records.status(gang.id()).orElseGet(() -> StatusText.unrecorded(gang.gpus()));
        records.write(gang, Optional.of(job), StatusText.evicting(before, intent, true, now))
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

    /** Whether the operator has suspended the gang's Job: its record says so, or the Job is about to go on. */
    public boolean isSuspendedByUs(GangId gang) {
        return resuming.contains(gang) || isToBeResumed(gang);
    }

    private boolean isToBeResumed(GangId gang) {
        return records.status(gang)
                .map(GPUWorkloadStatus::rollback)
                .map(GPUWorkloadStatus.Rollback::suspendedJob)
                .orElse(false);
    }

    /** The gang's Job is seen to go on. */
    public void resumed(GangId gang) {
        resuming.remove(gang);
    }

    /** All pods are gone: lets a Job go on that {@link #suspend} has stopped, and only such a one. */
    public void finish(GangSpec gang, Optional<Owner> owner, Reason reason, Instant now) {
        if (owner.isPresent() && isToBeResumed(gang.id())) {
            resuming.add(gang.id());
            resume(gang, owner.get(), reason, now);
        } else {
            waitAgain(gang, reason, now);
        }
    }

    /** The record permits it until it is done: tried until the Job goes on or is gone. */
    private void resume(GangSpec gang, Owner job, Reason reason, Instant now) {
        setSuspended(job, false).thenAccept(answer -> {
            if (answer.ok()) {
                waitAgain(gang, reason, now);
            } else if (answer.isStale()) {
                resuming.remove(gang.id());
            } else {
                LOG.warn("{} was not resumed: {} {}", job, answer.code(), answer.body());
                Later.run(() -> {
                    if (resuming.contains(gang.id())) {
                        resume(gang, job, reason, now);
                    }
                });
            }
        });
    }

    /** A Job that {@link #suspend} has stopped goes on at once, whatever is left of its pods: others place it now. */
    public void letGo(GangId gang, Owner job) {
        if (resuming.add(gang)) {
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

    private void waitAgain(GangSpec gang, Reason reason, Instant now) {
        records.change(
                gang.id(),
                before -> Optional.of(before)
                        .filter(status -> status.phase() == GPUWorkloadStatus.Phase.EVICTING)
                        .map(status -> StatusText.waiting(Optional.of(status), gang.gpus(), reason, now)));
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

    /** Takes back pods that no Job makes anew. */
    public void delete(GangSpec gang, Collection<Victim> victims, Intent intent, Instant now) {
        Optional<GPUWorkloadStatus> before = records.status(gang.id());
        if (!gang.id().isLonePod() && before.isPresent()) {
            records.write(gang, Optional.empty(), StatusText.evicting(before.get(), intent, false, now));
        }
        Optional<Long> grace = intent.deadline().map(deadline -> graceUntil(deadline, now));
        victims.forEach(victim -> delete(gang.id(), victim, grace));
    }

    /** Whole seconds from an instant to the deadline; a pod without any would leave the API while it runs. */
    public static long graceUntil(Instant deadline, Instant from) {
        return Math.max(1, (Duration.between(from, deadline).toMillis() + 999) / 1000);
    }

    private void delete(GangId gang, Victim victim, Optional<Long> grace) {
        delete(victim.pod(), asSeen(victim, grace)).thenAccept(answer -> {
            if (answer.code() == 409 && grace.isEmpty()) {
                // It has changed since it was seen; it may have been bound.
                feedback.rollBackFailed(gang);
            } else if (answer.code() == 409) {
                // It has to go whatever has changed of it.
                Later.run(() -> feedback.rollBackFailed(gang));
            } else if (!answer.ok() && answer.code() != 404) {
                LOG.warn("pod {} was not taken back: {} {}", victim.pod(), answer.code(), answer.body());
                if (grace.isEmpty()) {
                    feedback.rollBackFailed(gang);
                } else {
                    Later.run(() -> feedback.rollBackFailed(gang));
                }
            }
        });
    }

    /**
     * Takes one pod back of a gang that goes on. A pod of a Job says first that it is disrupted: its Job ignores that, and
     * charges no failure.
     *
     * @param ofJob whether a Job makes it anew
     * @param intent with a deadline
     */
    public void shrink(GangId gang, Victim victim, boolean ofJob, Intent intent, Instant now) {
        PodRef pod = victim.pod();
        Optional<Long> grace = intent.deadline().map(deadline -> graceUntil(deadline, now));
        // The mark gives a Job's pod a version that nobody has read yet: only the uid says still which one is meant.
        CompletableFuture<ApiWriter.Answer> told = ofJob
                ? markDisrupted(pod, intent, now)
                        .thenCompose(answer -> answer.ok()
                                ? delete(pod, options(pod, grace))
                                : CompletableFuture.completedFuture(answer))
                : delete(pod, asSeen(victim, grace));
        told.thenAccept(answer -> {
            if (answer.ok() || answer.code() == 404) {
                return;
            }
            if (answer.code() != 409) {
                LOG.warn("pod {} was not taken back: {} {}", pod, answer.code(), answer.body());
            }
            // It has to go whatever has changed of it.
            Later.run(() -> feedback.shrinkFailed(gang, pod.uid()));
        });
    }

    /** Not before it is to go: Kubernetes takes an old mark for void. */
    private CompletableFuture<ApiWriter.Answer> markDisrupted(PodRef pod, Intent intent, Instant now) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("metadata").put("uid", pod.uid());
        patch.putObject("status")
                .putArray("conditions")
                .addObject()
                .put("type", DISRUPTION)
                .put("status", "True")
                .put("reason", intent.reason().code().spelled())
                .put("message", intent.words())
                .put("lastTransitionTime", now.truncatedTo(ChronoUnit.SECONDS).toString());
        return writer.urgently(
                ApiWriter.Kind.POD_CONDITION,
                "PATCH",
                Paths.pod(pod.namespace(), pod.name()) + "/status",
                ApiWriter.STRATEGIC_PATCH,
                patch.toString());
    }

    /**
     * A pod that is being deleted gets less time than it asked for. Kubernetes counts from the beginning of the deletion,
     * and never gives more than before. It goes in any state, so its version does not matter.
     */
    public void hasten(PodRef pod, long graceSeconds) {
        hasten(pod, graceSeconds, ATTEMPTS);
    }

    private void hasten(PodRef pod, long graceSeconds, int attempts) {
        delete(pod, options(pod, Optional.of(graceSeconds))).thenAccept(answer -> {
            if (!answer.ok() && !answer.isStale()) {
                LOG.warn("pod {} was not hastened: {} {}", pod, answer.code(), answer.body());
                if (attempts > 1) {
                    Later.run(() -> hasten(pod, graceSeconds, attempts - 1));
                }
            }
        });
    }

    /** The gang keeps its place: one of its pods could not be taken back, and need not be any more. */
    public void undo(GangSpec gang, Optional<Owner> job) {
        if (job.isPresent() && isToBeResumed(gang.id())) {
            setSuspended(job.get(), false);
        }
        if (records.exists(gang.id())) {
            records.change(gang.id(), StatusText::kept);
        }
    }

    private static ObjectNode options(PodRef pod, Optional<Long> grace) {
        ObjectNode options = JsonNodeFactory.instance
                .objectNode()
                .put("kind", "DeleteOptions")
                .put("apiVersion", "v1");
        grace.ifPresent(seconds -> options.put("gracePeriodSeconds", seconds));
        options.putObject("preconditions").put("uid", pod.uid());
        return options;
    }

    /** Only if nothing of it has changed since. */
    private static ObjectNode asSeen(Victim victim, Optional<Long> grace) {
        ObjectNode options = options(victim.pod(), grace);
        options.withObject("/preconditions").put("resourceVersion", victim.resourceVersion());
        return options;
    }

    private CompletableFuture<ApiWriter.Answer> delete(PodRef pod, ObjectNode options) {
        return writer.urgently(
                ApiWriter.Kind.POD_DELETE,
                "DELETE",
                Paths.pod(pod.namespace(), pod.name()),
                ApiWriter.JSON,
                options.toString());
    }
}
