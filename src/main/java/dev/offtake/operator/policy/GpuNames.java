package dev.offtake.operator.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which resource names the policies take for GPUs: the ConfigMap {@code offtake-resources}. */
public record GpuNames(List<String> names, List<String> others) {
    private static final List<String> PREFIXES = List.of("nvidia.com/", "deviceclass.resource.kubernetes.io/");

    public GpuNames {
        names = List.copyOf(names);
        others = List.copyOf(others);
    }

    static GpuNames of(Map<?, ?> data) {
        return new GpuNames(list(data.get("resources")), list(data.get("notGpus")));
    }

    private static List<String> list(@Nullable Object value) {
        return value == null
                ? List.of()
                : Arrays.stream(value.toString().split(",")).map(String::trim).toList();
    }

    /** Whether pods that ask for this resource are gated. */
    boolean covers(String resource) {
        return names.contains(resource)
                || (PREFIXES.stream().anyMatch(resource::startsWith) && !others.contains(resource));
    }
}
