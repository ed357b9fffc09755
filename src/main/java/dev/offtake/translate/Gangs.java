package dev.offtake.translate;

import dev.offtake.api.OfftakeLabels;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Jobs and pods as gangs. A gang of several bare pods is a {@link PodGang}.
 *
 * <p>The {@code gpuResources} that the methods take are the resource names of all pools.
 */
public final class Gangs {
    /** Pod set of a Job's pods. */
    public static final String WORKERS = "workers";

    /** Pod set of a lone pod. */
    public static final String POD = "pod";

    private static final String JOB = "job-";

    private Gangs() {}

    /** The gang that a pod belongs to: its Job's, that of its label {@code offtake.dev/workload}, or its own. */
    public static GangId idOf(Pod pod) {
        String namespace = pod.getMetadata().getNamespace();
        Optional<String> job = jobOf(pod);
        if (job.isPresent()) {
            return ofJob(namespace, job.get());
        }
        @Nullable
        String workload = NodeFilters.orEmpty(pod.getMetadata().getLabels()).get(OfftakeLabels.WORKLOAD);
        return workload == null ? GangId.ofPod(namespace, pod.getMetadata().getUid()) : PodGang.id(namespace, workload);
    }

    /** The gang of a Job. */
    public static GangId ofJob(String namespace, String job) {
        return new GangId(namespace, JOB + job);
    }

    /** Name of the Job that controls a pod. */
    public static Optional<String> jobOf(Pod pod) {
        return owners(pod).stream()
                .filter(owner -> Boolean.TRUE.equals(owner.getController())
                        && "Job".equals(owner.getKind())
                        && owner.getApiVersion() != null
                        && owner.getApiVersion().startsWith("batch/"))
                .map(OwnerReference::getName)
                .findFirst();
    }

    private static List<OwnerReference> owners(Pod pod) {
        @Nullable List<OwnerReference> owners = pod.getMetadata().getOwnerReferences();
        return owners == null ? List.of() : owners;
    }

    /** A pod that belongs to nothing; empty if it asks for no GPUs. */
    public static Optional<GangSpec> ofPod(PodView pod, Tenancy tenancy, Set<String> gpuResources) {
        PodAsk ask = pod.needs().ask(gpuResources);
        if (!ask.wantsGpus()) {
            return Optional.empty();
        }
        GangDraft draft = new GangDraft(pod.gang(), tenancy, pod.wishes(), pod.createdAt());
        draft.addPodSet(POD, 1, ask);
        draft.madeBy(pod.maker());
        return Optional.of(draft.spec());
    }

    /**
     * Names what makes a pod anew when it is gone: its controller; that of a StatefulSet or DaemonSet makes it as this
     * one of several.
     */
    static Optional<String> maker(Pod pod) {
        return owners(pod).stream()
                .filter(owner -> Boolean.TRUE.equals(owner.getController()) && owner.getUid() != null)
                .findFirst()
                .map(owner -> switch (String.valueOf(owner.getKind())) {
                    case "StatefulSet" ->
                        owner.getUid() + "/" + pod.getMetadata().getName();
                    case "DaemonSet" ->
                        owner.getUid() + "/" + NodeFilters.pin(pod.getSpec()).orElse("");
                    default -> owner.getUid();
                });
    }

    /**
     * The gang of a Job: as many pods as run at once. Empty for a Job that wants none now (suspended, parallelism 0,
     * finished) and for one whose pods ask for no GPUs.
     *
     * @param sample what one of its pods needs, if there is one: admission may have given it more than the template says, such as
     *     tolerations or the overhead of a runtime class
     */
    public static Optional<GangSpec> ofJob(
            Job job, Optional<PodNeeds> sample, Tenancy tenancy, Set<String> gpuResources) {
        int count = slots(job);
        PodAsk ask = sample.orElseGet(
                        () -> PodNeeds.of(job.getSpec().getTemplate().getSpec()))
                .ask(gpuResources);
        if (count == 0 || !ask.wantsGpus()) {
            return Optional.empty();
        }
        ObjectMeta meta = job.getMetadata();
        GangId id = ofJob(meta.getNamespace(), meta.getName());
        GangDraft draft = new GangDraft(id, tenancy, Wishes.of(job), createdAt(meta));
        draft.comesBack();
        draft.addPodSet(WORKERS, count, ask);
        left(job).ifPresent(draft::startsWith);
        if (!FailurePolicies.ignoreDisruptions(job)) {
            draft.sparesNoPods();
        }
        return Optional.of(draft.spec());
    }

    /** Pods of the Job that run at once. */
    private static int slots(Job job) {
        JobSpec spec = job.getSpec();
        if (Boolean.TRUE.equals(spec.getSuspend()) || isFinished(job)) {
            return 0;
        }
        int parallelism = spec.getParallelism() == null ? 1 : spec.getParallelism();
        return Math.max(0, spec.getCompletions() == null ? parallelism : Math.min(parallelism, spec.getCompletions()));
    }

    /** Pods that the Job makes until it is complete, if it counts them: none for an index that has failed for good. */
    private static OptionalInt left(Job job) {
        @Nullable Integer completions = job.getSpec().getCompletions();
        @Nullable JobStatus status = job.getStatus();
        if (completions == null || status == null) {
            return OptionalInt.empty();
        }
        @Nullable Integer succeeded = status.getSucceeded();
        int over = (succeeded == null ? 0 : succeeded) + Indexes.count(status.getFailedIndexes());
        return OptionalInt.of(Math.max(1, completions - over));
    }

    /** Whether the Job is complete or has failed. */
    public static boolean isFinished(Job job) {
        return job.getStatus() != null
                && job.getStatus().getConditions() != null
                && job.getStatus().getConditions().stream()
                        .anyMatch(c -> "True".equals(c.getStatus())
                                && ("Complete".equals(c.getType()) || "Failed".equals(c.getType())));
    }

    static Instant createdAt(ObjectMeta meta) {
        @Nullable String text = meta.getCreationTimestamp();
        try {
            return text == null ? Instant.EPOCH : Instant.parse(text);
        } catch (DateTimeParseException unreadable) {
            return Instant.EPOCH;
        }
    }
}
