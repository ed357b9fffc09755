package dev.offtake.translate;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSchedulingGate;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Signs that Kueue manages an object. Told by labels and gates, as its own kinds may not be there. */
public final class Kueue {
    private static final String PREFIX = "kueue.x-k8s.io/";
    private static final List<String> LABELS = List.of(PREFIX + "queue-name", PREFIX + "managed", PREFIX + "podset");

    private Kueue() {}

    /** Whether it is in one of Kueue's queues. */
    public static boolean manages(Job job) {
        return isLabelled(job.getMetadata());
    }

    /** Whether it is in one of Kueue's queues, of a Job there, or held by Kueue. */
    public static boolean manages(Pod pod) {
        @Nullable List<PodSchedulingGate> gates = pod.getSpec().getSchedulingGates();
        return isLabelled(pod.getMetadata())
                || (gates != null
                        && gates.stream().anyMatch(gate -> gate.getName().startsWith(PREFIX)));
    }

    private static boolean isLabelled(ObjectMeta meta) {
        Map<String, String> labels = NodeFilters.orEmpty(meta.getLabels());
        return LABELS.stream().anyMatch(labels::containsKey);
    }
}
