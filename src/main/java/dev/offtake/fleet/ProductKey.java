package dev.offtake.fleet;

import java.util.List;

/**
 * A node-label key that names the GPU product, with the exact values that belong to the pool. Exact, so that
 * {@code NVIDIA-H100-80GB-HBM3-SHARED} and {@code ...-MIG-1g.10gb} are not taken for whole GPUs.
 */
public record ProductKey(String key, List<String> values) {
    public ProductKey {
        values = List.copyOf(values);
    }
}
