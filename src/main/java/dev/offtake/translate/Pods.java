package dev.offtake.translate;

import dev.offtake.api.OfftakeNames;
import dev.offtake.fleet.GpuClass;
import dev.offtake.placement.Shape;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.PodFacts;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodSchedulingGate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Pods: what they take, and how far they are. */
public final class Pods {
    private static final String COMPLETION_INDEX = "batch.kubernetes.io/job-completion-index";

    private Pods() {}

    /** Before there is a pool, NVIDIA's GPUs are known all the same, so that work waits for its pool. */
    static Set<String> offered(Set<String> gpuResources) {
        return gpuResources.isEmpty() ? Set.of(GpuClass.RESOURCE_NAME) : gpuResources;
    }

    static Shape shape(Map<String, Long> requests, Set<String> gpuResources) {
        Map<String, Long> others = new HashMap<>(requests);
        long gpus = 0;
        for (String resource : gpuResources) {
            @Nullable Long amount = others.remove(resource);
            gpus += amount == null ? 0 : Math.min(amount, Integer.MAX_VALUE);
        }
        others.put(Shape.PODS, 1L);
        return new Shape((int) Math.min(gpus, Integer.MAX_VALUE), others);
    }

    /**
     * What a pod of a gang says about itself.
     *
     * @param shape what it takes from its node
     */
    public static PodFacts facts(Pod pod, GangId gang, String podSet, Shape shape) {
        List<String> gates = gates(pod);
        boolean gated = gates.contains(OfftakeNames.GATE);
        PodFacts.State state = state(pod, gates);
        String words = switch (state) {
            case HELD ->
                String.join(
                        ",",
                        gates.stream().filter(g -> !g.equals(OfftakeNames.GATE)).toList());
            case REFUSED ->
                refusal(pod).map(PodCondition::getMessage).map(String::valueOf).orElse("");
            default -> "";
        };
        return new PodFacts(
                pod.getMetadata().getUid(),
                pod.getMetadata().getName(),
                gang,
                podSet,
                index(pod),
                state,
                node(pod, gated),
                words,
                shape);
    }

    private static PodFacts.State state(Pod pod, List<String> gates) {
        if (isFinished(pod)) {
            return PodFacts.State.FINISHED;
        }
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            return PodFacts.State.TERMINATING;
        }
        if (boundTo(pod).isPresent()) {
            return PodFacts.State.BOUND;
        }
        if (gates.equals(List.of(OfftakeNames.GATE))) {
            return PodFacts.State.GATED;
        }
        if (!gates.isEmpty()) {
            return PodFacts.State.HELD;
        }
        return refusal(pod).isPresent() ? PodFacts.State.REFUSED : PodFacts.State.RELEASED;
    }

    /** Whether the pod has run to its end, well or not. */
    public static boolean isFinished(Pod pod) {
        @Nullable
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return "Succeeded".equals(phase) || "Failed".equals(phase);
    }

    /** Whether our gate holds the pod. */
    public static boolean isGated(Pod pod) {
        return gates(pod).contains(OfftakeNames.GATE);
    }

    private static List<String> gates(Pod pod) {
        List<PodSchedulingGate> gates = pod.getSpec().getSchedulingGates();
        return gates == null
                ? List.of()
                : gates.stream().map(PodSchedulingGate::getName).toList();
    }

    /**
     * What the scheduler said when it found no way to bind the pod: {@code Unschedulable}, or {@code SchedulerError}
     * where it failed, as at a binding that the API server refuses. The condition from before the release may still
     * stand.
     */
    private static Optional<PodCondition> refusal(Pod pod) {
        if (pod.getStatus() == null || pod.getStatus().getConditions() == null) {
            return Optional.empty();
        }
        return pod.getStatus().getConditions().stream()
                .filter(c -> "PodScheduled".equals(c.getType())
                        && "False".equals(c.getStatus())
                        && !"SchedulingGated".equals(c.getReason()))
                .findFirst();
    }

    private static Optional<String> boundTo(Pod pod) {
        return Optional.ofNullable(pod.getSpec().getNodeName()).filter(name -> !name.isEmpty());
    }

    /** A pod that we hold may name its node itself (one of a DaemonSet does), but it has no seat there yet. */
    private static Optional<String> node(Pod pod, boolean gated) {
        Optional<String> bound = boundTo(pod);
        return bound.isPresent() || gated ? bound : NodeFilters.pin(pod.getSpec());
    }

    private static int index(Pod pod) {
        @Nullable
        String text = NodeFilters.orEmpty(pod.getMetadata().getAnnotations()).get(COMPLETION_INDEX);
        try {
            return text == null ? -1 : Math.max(-1, Integer.parseInt(text));
        } catch (NumberFormatException noIndex) {
            return -1;
        }
    }
}
