package dev.offtake.translate;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a pod requests in all, counted as the kube-scheduler counts it: the larger of its containers with their sidecars
 * and of each init container with the sidecars started before it; pod-level requests instead of that sum where they are
 * set; plus the overhead of the runtime. Templates are counted as the pods that the API server makes of them, so limits
 * stand in for absent requests.
 */
final class PodRequests {
    private final @Nullable PodStatus status;

    private PodRequests(@Nullable PodStatus status) {
        this.status = status;
    }

    /** Amounts by resource, see {@link Quantities#amount}; zeros are left out. */
    static Map<String, Long> of(PodSpec spec, @Nullable PodStatus status) {
        Map<String, Long> total = new PodRequests(status).containers(spec);
        podLevel(spec.getResources(), total);
        if (spec.getOverhead() != null) {
            add(total, amounts(spec.getOverhead()));
        }
        total.values().removeIf(amount -> amount == 0);
        return total;
    }

    private Map<String, Long> containers(PodSpec spec) {
        Map<String, Long> total = new HashMap<>();
        for (Container container : orEmpty(spec.getContainers())) {
            add(total, requests(container, status == null ? null : status.getContainerStatuses()));
        }
        Map<String, Long> sidecars = new HashMap<>();
        Map<String, Long> initial = new HashMap<>();
        for (Container container : orEmpty(spec.getInitContainers())) {
            Map<String, Long> own = requests(container, status == null ? null : status.getInitContainerStatuses());
            if ("Always".equals(container.getRestartPolicy())) {
                add(total, own);
                add(sidecars, own);
                raise(initial, sidecars);
            } else {
                add(own, sidecars);
                raise(initial, own);
            }
        }
        raise(total, initial);
        return total;
    }

    /** The requests of a container; one that is being made smaller keeps what it has until that is done. */
    private static Map<String, Long> requests(Container container, @Nullable List<ContainerStatus> statuses) {
        Map<String, Long> requests = new HashMap<>();
        ResourceRequirements resources = container.getResources();
        if (resources != null) {
            if (resources.getLimits() != null) {
                requests.putAll(amounts(resources.getLimits()));
            }
            if (resources.getRequests() != null) {
                requests.putAll(amounts(resources.getRequests()));
            }
        }
        for (ContainerStatus now : orEmpty(statuses)) {
            if (now.getName().equals(container.getName())) {
                if (now.getAllocatedResources() != null) {
                    raise(requests, amounts(now.getAllocatedResources()));
                }
                if (now.getResources() != null && now.getResources().getRequests() != null) {
                    raise(requests, amounts(now.getResources().getRequests()));
                }
            }
        }
        return requests;
    }

    private static void podLevel(@Nullable ResourceRequirements resources, Map<String, Long> total) {
        if (resources == null) {
            return;
        }
        if (resources.getLimits() != null) {
            amounts(resources.getLimits()).forEach((name, amount) -> {
                if (isPodLevel(name)) {
                    total.putIfAbsent(name, amount);
                }
            });
        }
        if (resources.getRequests() != null) {
            amounts(resources.getRequests()).forEach((name, amount) -> {
                if (isPodLevel(name)) {
                    total.put(name, amount);
                }
            });
        }
    }

    private static boolean isPodLevel(String resource) {
        return resource.equals("cpu") || resource.equals("memory") || resource.startsWith("hugepages-");
    }

    static Map<String, Long> amounts(Map<String, Quantity> quantities) {
        Map<String, Long> amounts = new HashMap<>();
        quantities.forEach((name, quantity) -> {
            if (quantity != null) {
                amounts.put(name, Quantities.amount(name, quantity));
            }
        });
        return amounts;
    }

    private static void add(Map<String, Long> total, Map<String, Long> more) {
        more.forEach((name, amount) -> total.merge(name, amount, PodRequests::plus));
    }

    private static long plus(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    private static void raise(Map<String, Long> total, Map<String, Long> other) {
        other.forEach((name, amount) -> total.merge(name, amount, Math::max));
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
