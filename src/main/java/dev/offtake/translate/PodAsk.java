package dev.offtake.translate;

import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Shape;
import java.util.Optional;

/**
 * What a pod asks for.
 *
 * @param shape its requests; {@code gpus} is 0 without a {@code resource}
 * @param resource the GPU resource of pools that it asks for; empty for a pod without GPUs and for one with a problem
 * @param problem why its wish for GPUs cannot be served as it is written
 */
public record PodAsk(Shape shape, Optional<String> resource, NodeFilter filter, Optional<Problem> problem) {
    /** Whether it wants GPUs, by a name that pools offer or not. */
    public boolean wantsGpus() {
        return resource.isPresent() || problem.isPresent();
    }
}
