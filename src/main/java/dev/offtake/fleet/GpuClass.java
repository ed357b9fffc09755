package dev.offtake.fleet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of a GPU class, so that a pool need not say it.
 *
 * @param name e.g. {@code gb300-nvl72}
 * @param family NVIDIA's architecture name as GPU Feature Discovery writes it, e.g. {@code blackwell}
 * @param arch CPU architecture of the nodes, as in the label {@code kubernetes.io/arch}
 * @param gpusPerNode GPUs of a whole node
 * @param nvl72 whether NVLink spans a rack of 18 nodes
 * @param power most that one unit draws
 * @param productValues label values that mean this class, keys in the order in which they are tried
 * @param levels topology levels with the keys of all vocabularies, outermost first
 * @param source where {@code gpusPerNode} and the size of the NVLink domain are documented
 */
public record GpuClass(
        String name,
        String family,
        String arch,
        int gpusPerNode,
        boolean nvl72,
        Power power,
        List<ProductValue> productValues,
        List<Level> levels,
        String source) {
    /** The extended resource of whole NVIDIA GPUs. */
    public static final String RESOURCE_NAME = "nvidia.com/gpu";

    /** A label value that means whole GPUs of the class. */
    public record ProductValue(String key, String value, String source) {}

    /**
     * Most power that a unit draws.
     *
     * @param unit {@code node} or {@code rack}
     * @param watts 0 where it is not known
     */
    public record Power(String unit, long watts, String source) {}

    public GpuClass {
        productValues = List.copyOf(productValues);
        levels = List.copyOf(levels);
    }

    /** The product values by key, for {@link Pool#product()}. */
    public List<ProductKey> product() {
        Map<String, List<String>> byKey = new LinkedHashMap<>();
        for (ProductValue value : productValues) {
            byKey.computeIfAbsent(value.key(), key -> new ArrayList<>()).add(value.value());
        }
        return byKey.entrySet().stream()
                .map(entry -> new ProductKey(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** A pool of this class with nothing but presets, on all nodes of the class. */
    public Pool pool(String poolName) {
        return new Pool(
                poolName,
                name,
                List.of(),
                product(),
                RESOURCE_NAME,
                gpusPerNode,
                levels,
                HealthSignals.unhealthyConditions(),
                HealthSignals.unhealthyTaints());
    }
}
