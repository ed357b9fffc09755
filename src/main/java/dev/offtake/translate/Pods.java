package dev.offtake.translate;

import dev.offtake.api.OfftakeNames;
import dev.offtake.fleet.GpuClass;
import dev.offtake.placement.Shape;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.PodFacts;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodSchedulingGate;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Pods: what they ask for, and how far they are. */
public final class Pods {
    private static final String COMPLETION_INDEX = "batch.kubernetes.io/job-completion-index";
    private static final String NVIDIA = "nvidia.com/";
    private static final List<String> PARTS_OF_GPUS = List.of("nvidia.com/gpu", "nvidia.com/mig-");
    private static final String DEVICE_CLASS = "deviceclass.resource.kubernetes.io/";
    private static final String FIELD = "resources.requests";

    private Pods() {}

    /**
     * What a pod asks for.
     *
     * @param gpuResources resource names of all pools; without any, {@code nvidia.com/gpu}
     */
    public static PodAsk ask(Pod pod, Set<String> gpuResources) {
        return ask(pod.getSpec(), pod.getStatus(), Claims.has(pod), gpuResources);
    }

    /** What the pods of a template ask for. */
    public static PodAsk ask(PodSpec template, Set<String> gpuResources) {
        return ask(template, null, false, gpuResources);
    }

    private static PodAsk ask(PodSpec spec, @Nullable PodStatus status, boolean pinned, Set<String> gpuResources) {
        Set<String> offered = offered(gpuResources);
        Map<String, Long> requests = PodRequests.of(spec, status);
        TreeSet<String> asked = new TreeSet<>(requests.keySet());
        asked.retainAll(offered);
        Optional<Problem> problem = gpuProblem(spec, requests, asked, offered);
        Optional<String> resource =
                asked.isEmpty() || problem.isPresent() ? Optional.empty() : Optional.of(asked.first());
        return new PodAsk(shape(requests, offered), resource, NodeFilters.of(spec, pinned), problem);
    }

    /** What a pod takes from its node, whoever made it. GPUs of all resource names are added up. */
    public static Shape shape(Pod pod, Set<String> gpuResources) {
        return shape(PodRequests.of(pod.getSpec(), pod.getStatus()), offered(gpuResources));
    }

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

    private static Optional<Problem> gpuProblem(
            PodSpec spec, Map<String, Long> requests, Set<String> asked, Set<String> offered) {
        String offers = "the pools offer " + String.join(", ", new TreeSet<>(offered));
        if (asked.size() > 1) {
            return problem(
                    String.join(", ", asked), "asks for two GPU resources; split the work, or ask for one of them");
        }
        for (String name : new TreeSet<>(requests.keySet())) {
            boolean partOfGpu = PARTS_OF_GPUS.stream().anyMatch(name::startsWith);
            // Beside GPUs the name may be that of a network device.
            boolean unknown = name.startsWith(NVIDIA) && (asked.isEmpty() || partOfGpu);
            if (unknown && !offered.contains(name)) {
                return problem(name, "is offered by no pool; " + offers);
            }
            if (name.startsWith(DEVICE_CLASS)) {
                return problem(name, "asks for GPUs by device class, which is not offered yet; " + offers);
            }
        }
        if (asked.isEmpty()
                && spec.getResourceClaims() != null
                && !spec.getResourceClaims().isEmpty()) {
            String claim = spec.getResourceClaims().get(0).getName();
            return Optional.of(Problem.of(
                    Wishes.INVALID,
                    "spec.resourceClaims",
                    claim,
                    "asks for devices by ResourceClaim, which is not offered yet: ask for "
                            + String.join(" or ", new TreeSet<>(offered)) + " instead"));
        }
        return Optional.empty();
    }

    private static Optional<Problem> problem(String name, String text) {
        return Optional.of(Problem.of(Wishes.INVALID, FIELD, name, text));
    }

    /**
     * What a pod of a gang says about itself.
     *
     * @param shape as {@link #ask} found it
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
