package dev.offtake.operator.act;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
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

/** Takes single pods back, and those that no Job makes anew: they are deleted, if they still are what was seen. */
public final class RollBacks {
    private static final Logger LOG = LoggerFactory.getLogger(RollBacks.class);

    /** Condition of pods that others take away. */
    private static final String DISRUPTION = "DisruptionTarget";

    /** Times that a second deletion is tried, a second apart. */
    private static final int ATTEMPTS = 60;

    private final ApiWriter writer;
    private final WorkloadRecords records;
    private final Feedback feedback;
    /** Uids of pods that had changed when they were to be deleted: whoever changes them all the time keeps none by it. */
    private final Set<String> changing = ConcurrentHashMap.newKeySet();

    public RollBacks(ApiWriter writer, WorkloadRecords records, Feedback feedback) {
        this.writer = writer;
        this.records = records;
        this.feedback = feedback;
    }

    /** A pod to delete, as it was seen. */
    public record Victim(PodRef pod, String resourceVersion) {}

    /** Takes back pods that no Job makes anew. */
    public void delete(GangSpec gang, Collection<Victim> victims, Intent intent, Instant now) {
        if (!gang.id().isLonePod()) {
            records.tell(
                    gang,
                    Optional.empty(),
                    before -> before.map(status -> StatusText.evicting(status, intent, Optional.empty(), now)));
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
                // It has to go whatever has changed of it, unless it is seen to have ended.
                changing.add(victim.pod().uid());
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
            if (answer.code() == 409) {
                changing.add(pod.uid());
            } else {
                LOG.warn("pod {} was not taken back: {} {}", pod, answer.code(), answer.body());
            }
            // It has to go whatever has changed of it.
            Later.run(() -> feedback.shrinkFailed(gang, pod.uid()));
        });
    }

    private CompletableFuture<ApiWriter.Answer> markDisrupted(PodRef pod, Intent intent, Instant now) {
        return markDisrupted(pod, intent.reason().code().spelled(), intent.words(), now);
    }

    /** Not before it is to go: Kubernetes takes an old mark for void. */
    private CompletableFuture<ApiWriter.Answer> markDisrupted(PodRef pod, String reason, String message, Instant now) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("metadata").put("uid", pod.uid());
        patch.putObject("status")
                .putArray("conditions")
                .addObject()
                .put("type", DISRUPTION)
                .put("status", "True")
                .put("reason", reason)
                .put("message", message)
                .put("lastTransitionTime", now.truncatedTo(ChronoUnit.SECONDS).toString());
        return writer.urgently(
                ApiWriter.Kind.POD_CONDITION,
                "PATCH",
                Paths.pod(pod.namespace(), pod.name()) + "/status",
                ApiWriter.STRATEGIC_PATCH,
                patch.toString());
    }

    /**
     * A pod of a gang that has to go is deleted, as nobody else did it. It says first that it is disrupted: its Job may
     * ignore that, and charge no failure.
     */
    public void remove(PodRef pod, Optional<Long> graceSeconds, Instant now) {
        markDisrupted(pod, "TakenBack", "its gang has to go, and nobody else has deleted it", now)
                .thenAccept(answer -> insist(pod, graceSeconds, ATTEMPTS));
    }

    /**
     * A pod that is being deleted gets less time than it asked for. Kubernetes counts from the beginning of the deletion,
     * and never gives more than before.
     */
    public void hasten(PodRef pod, long graceSeconds) {
        insist(pod, Optional.of(graceSeconds), ATTEMPTS);
    }

    /**
     * It goes in any state, so its version does not matter. Whoever leads no longer asks no more: another may have decided
     * that it stays by the time that this process leads again.
     */
    private void insist(PodRef pod, Optional<Long> graceSeconds, int attempts) {
        delete(pod, options(pod, graceSeconds)).thenAccept(answer -> {
            if (!answer.ok() && !answer.isStale() && !answer.isDropped()) {
                LOG.warn("pod {} was not told to end: {} {}", pod, answer.code(), answer.body());
                if (attempts > 1) {
                    Later.run(() -> insist(pod, graceSeconds, attempts - 1));
                }
            }
        });
    }

    /** The pod is gone. */
    public void forget(String podUid) {
        changing.remove(podUid);
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

    /**
     * Only if nothing of it has changed since: it may have ended, or have been bound. One that has to go because of
     * another is spared by that once.
     */
    private ObjectNode asSeen(Victim victim, Optional<Long> grace) {
        ObjectNode options = options(victim.pod(), grace);
        if (grace.isEmpty() || !changing.contains(victim.pod().uid())) {
            options.withObject("/preconditions").put("resourceVersion", victim.resourceVersion());
        }
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
