package dev.offtake.placement;

import dev.offtake.fleet.NodeFacts;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

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
            int r = index(name); // may replace the arrays
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

    /** The number of a resource, or -1 where no node ever had it. */
    int find(String name) {
        Integer known = index.get(name);
        return known == null ? -1 : known;
    }

    long allocatable(int n, int resource) {
        return allocatable[resource][n];
    }

    long free(int n, int resource) {
        return allocatable[resource][n] - used[resource][n];
    }

    long freeOf(int n, String resource) {
        int r = find(resource);
        return r < 0 ? 0 : free(n, r);
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

    /** Whether the node has too little of a resource left for so many pods, though it could hold one of them empty. */
    boolean isShort(int n, Shape shape, String resource, int pods) {
        long amount = shape.request(resource);
        int r = find(resource);
        return amount > 0 && r >= 0 && free(n, r) < amount * pods && allocatable[r][n] >= amount;
    }
}
