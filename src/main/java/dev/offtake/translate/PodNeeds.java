package dev.offtake.translate;

import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Shape;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a pod needs of a node, whatever the pools offer. Equal for all pods of a template.
 *
 * @param requests amounts by resource, see {@link PodRequests}
 * @param resourceClaim name of its first resource claim
 */
public record PodNeeds(Map<String, Long> requests, Optional<String> resourceClaim, NodeFilter filter) {
    private static final String NVIDIA = "nvidia.com/";
    private static final List<String> PARTS_OF_GPUS = List.of("nvidia.com/gpu", "nvidia.com/mig-");
    private static final String DEVICE_CLASS = "deviceclass.resource.kubernetes.io/";
    private static final String FIELD = "resources.requests";

    public PodNeeds {
        requests = Map.copyOf(requests);
    }

    public static PodNeeds of(Pod pod) {
        return of(pod.getSpec(), pod.getStatus(), Claims.has(pod));
    }

    /** What the pods of a template need. */
    public static PodNeeds of(PodSpec template) {
        return of(template, null, false);
    }

    private static PodNeeds of(PodSpec spec, @Nullable PodStatus status, boolean pinned) {
        Optional<String> claim = spec.getResourceClaims() == null
                ? Optional.empty()
                : spec.getResourceClaims().stream().findFirst().map(c -> String.valueOf(c.getName()));
        return new PodNeeds(PodRequests.of(spec, status), claim, NodeFilters.of(spec, pinned));
    }

    /**
     * What that is in terms of the pools.
     *
     * @param gpuResources resource names of all pools; without any, {@code nvidia.com/gpu}
     */
    public PodAsk ask(Set<String> gpuResources) {
        Set<String> offered = Pods.offered(gpuResources);
        TreeSet<String> asked = new TreeSet<>(requests.keySet());
        asked.retainAll(offered);
        Optional<Problem> problem = gpuProblem(asked, offered);
        Optional<String> resource =
                asked.isEmpty() || problem.isPresent() ? Optional.empty() : Optional.of(asked.first());
        return new PodAsk(shape(gpuResources), resource, filter, problem);
    }

    /** What a pod takes from its node, whoever made it. GPUs of all resource names are added up. */
    public Shape shape(Set<String> gpuResources) {
        return Pods.shape(requests, Pods.offered(gpuResources));
    }

    private Optional<Problem> gpuProblem(Set<String> asked, Set<String> offered) {
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
        return asked.isEmpty() && resourceClaim.isPresent()
                ? Optional.of(Problem.of(
                        Wishes.INVALID,
                        "spec.resourceClaims",
                        resourceClaim.get(),
                        "asks for devices by ResourceClaim, which is not offered yet: ask for "
                                + String.join(" or ", new TreeSet<>(offered)) + " instead"))
                : Optional.empty();
    }

    private static Optional<Problem> problem(String name, String text) {
        return Optional.of(Problem.of(Wishes.INVALID, FIELD, name, text));
    }
}
