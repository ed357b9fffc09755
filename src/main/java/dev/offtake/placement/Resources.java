package dev.offtake.placement;

import dev.offtake.fleet.NodeFacts;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Allocatable and used amounts of every resource of a pool's nodes: what really fits, promises aside (I1). */
final class Resources {
    static final int DEVICES = 0;
    static final int CPU = 1;
    static final int MEMORY = 2;
    static final int PODS = 3;

    private final Map<String, Integer> index = new LinkedHashMap<>();
    private long[][] allocatable = new long[4][16];
    private long[][] used = new long[4][16];

    Resources(String deviceResource) {
        index.put(deviceResource, DEVICES);
        index.put(Shape.CPU, CPU);
        index.put(Shape.MEMORY, MEMORY);
        index.put(Shape.PODS, PODS);
    }

    void setNode(int n, NodeFacts facts) {
        if (n >= allocatable[0].length) {
            for (int r = 0; r < allocatable.length; r++) {
                allocatable[r] = Arrays.copyOf(allocatable[r], allocatable[r].length * 2);
                used[r] = Arrays.copyOf(used[r], used[r].length * 2);
            }
        }
        facts.allocatable().forEach((name, amount) -> {
            // First the index: it may put a larger array in place of the one that would be written to.
            int r = index(name);
            allocatable[r][n] = amount;
        });
    }

    void clearNode(int n) {
        for (int r = 0; r < allocatable.length; r++) {
            allocatable[r][n] = 0;
            used[r][n] = 0;
        }
    }

    private int index(String name) {
        Integer known = index.get(name);
        if (known != null) {
            return known;
        }
        int r = index.size();
        index.put(name, r);
        if (r >= allocatable.length) {
            int nodes = allocatable[0].length;
            allocatable = Arrays.copyOf(allocatable, r + 1);
            used = Arrays.copyOf(used, r + 1);
            allocatable[r] = new long[nodes];
            used[r] = new long[nodes];
        }
        return r;
    }

    long allocatable(int n, int resource) {
        return allocatable[resource][n];
    }

    long free(int n, int resource) {
        return allocatable[resource][n] - used[resource][n];
    }

    long freeOf(int n, String resource) {
        Integer r = index.get(resource);
        return r == null ? 0 : free(n, r);
    }

    long used(int n, int resource) {
        return used[resource][n];
    }

    void use(int n, Shape shape, int count) {
        used[DEVICES][n] += (long) shape.gpus() * count;
        shape.requests().forEach((name, amount) -> {
            int r = index(name);
            used[r][n] += amount * count;
        });
    }

    /** How many pods of this shape fit beside what is there, at most {@code most}. */
    int fit(int n, Shape shape, int most) {
        return fit(n, shape, most, used);
    }

    /** How many would fit by all resources but GPUs, if the node were empty. */
    int fitEmpty(int n, Shape shape) {
        return fitRequests(n, shape, Integer.MAX_VALUE, null);
    }

    private int fit(int n, Shape shape, int most, long[][] inUse) {
        long gpus = shape.gpus() == 0 ? most : (allocatable[DEVICES][n] - inUse[DEVICES][n]) / shape.gpus();
        return fitRequests(n, shape, Math.min(most, gpus), inUse);
    }

    private int fitRequests(int n, Shape shape, long most, long @Nullable [][] inUse) {
        long pods = most;
        for (Map.Entry<String, Long> request : shape.requests().entrySet()) {
            long amount = request.getValue();
            if (amount > 0) {
                Integer r = index.get(request.getKey());
                if (r == null) {
                    return 0;
                }
                long free = allocatable[r][n] - (inUse == null ? 0 : inUse[r][n]);
                pods = Math.min(pods, free / amount);
            }
        }
        return (int) Math.max(0, pods);
    }

    /** Whether the node has too little of a resource left for so many pods, though it could hold one of them empty. */
    boolean isShort(int n, Shape shape, String resource, int pods) {
        long amount = shape.request(resource);
        Integer r = index.get(resource);
        return amount > 0 && r != null && free(n, r) < amount * pods && allocatable[r][n] >= amount;
    }
}
