package dev.offtake.placement;

import java.util.Map;

/**
 * What one pod asks of a node, counted as the kube-scheduler counts it.
 *
 * @param gpus whole GPUs, at least 1 for pods that are placed
 * @param requests all other resources by name: {@code cpu} in thousandths, {@code memory} in bytes, others in units;
 *     {@code pods} is 1
 */
public record Shape(int gpus, Map<String, Long> requests) {
    public static final String CPU = "cpu";
    public static final String MEMORY = "memory";
    public static final String PODS = "pods";

    public Shape {
        requests = Map.copyOf(requests);
    }

    long request(String resource) {
        return requests.getOrDefault(resource, 0L);
    }

    /**
     * The GPUs that such a pod takes from what can be promised: its GPUs, or its share of the node's CPU or memory
     * where that is larger, in whole GPUs (semantics.md, "Charge").
     */
    int charge(long nodeCpu, long nodeMemory, int gpusPerNode) {
        return Math.max(
                gpus,
                Math.max(share(request(CPU), nodeCpu, gpusPerNode), share(request(MEMORY), nodeMemory, gpusPerNode)));
    }

    private static int share(long requested, long allocatable, int gpusPerNode) {
        if (requested == 0 || allocatable <= 0) {
            return 0;
        }
        // Long.MAX_VALUE / 1024 bytes are 8 PiB: more than a node has.
        long gpus = -Math.floorDiv(-Math.min(requested, Long.MAX_VALUE / 1024) * gpusPerNode, allocatable);
        return (int) Math.min(gpus, gpusPerNode);
    }
}
