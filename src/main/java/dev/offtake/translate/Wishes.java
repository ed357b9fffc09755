package dev.offtake.translate;

import dev.offtake.placement.GangDemand;
import dev.offtake.placement.Tier;
import dev.offtake.schedule.Checkpoint;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the {@code offtake.dev/} labels and annotations of an object wish for. A wish that cannot be understood is left
 * out and told in {@code problems}.
 *
 * @param gpuClasses in order; empty for none named
 * @param tiers in order; at least one
 * @param required level within one cell of which the gang must stay
 * @param preferred level within one cell of which it should stay
 * @param minPods fewest pods that the gang can run with, at least 1
 * @param checkpoint how much is lost by an eviction; empty for everything
 * @param priority 0 if not named
 * @param workload name of the gang of bare pods that the pod belongs to
 * @param pods size of that gang, at least 1
 */
public record Wishes(
        List<String> gpuClasses,
        List<Tier> tiers,
        Optional<String> required,
        Optional<String> preferred,
        Optional<GangDemand.Slice> slice,
        OptionalInt minPods,
        Optional<Duration> duration,
        Optional<Checkpoint> checkpoint,
        int priority,
        Optional<String> workload,
        OptionalInt pods,
        List<Problem> problems) {
    /** Reason of all problems of pods and Jobs. */
    public static final String INVALID = "Invalid";

    public Wishes {
        gpuClasses = List.copyOf(gpuClasses);
        tiers = List.copyOf(tiers);
        problems = List.copyOf(problems);
    }

    public static Wishes of(Pod pod) {
        ObjectMeta meta = pod.getMetadata();
        return read(
                NodeFilters.orEmpty(meta.getLabels()),
                NodeFilters.orEmpty(meta.getAnnotations()),
                WishKeys.problems(meta, WishKeys.Place.POD));
    }

    /** The wishes of a Job and of its pod template; where both name a key, the Job's own counts. */
    public static Wishes of(Job job) {
        List<Problem> problems = new ArrayList<>(WishKeys.problems(job.getMetadata(), WishKeys.Place.JOB));
        Map<String, String> annotations = new TreeMap<>();
        @Nullable ObjectMeta template = job.getSpec().getTemplate().getMetadata();
        if (template != null) {
            problems.addAll(WishKeys.problems(template, WishKeys.Place.JOB));
            annotations.putAll(NodeFilters.orEmpty(template.getAnnotations()));
        }
        annotations.putAll(NodeFilters.orEmpty(job.getMetadata().getAnnotations()));
        return read(Map.of(), annotations, problems);
    }

    private static Wishes read(Map<String, String> labels, Map<String, String> annotations, List<Problem> keys) {
        return new WishReader(labels, annotations, keys.stream().distinct().toList()).read();
    }
}
