package dev.offtake.placement;

import dev.offtake.fleet.NodeFacts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Allocatable and used amounts of every resource of a pool's nodes: what really fits, promises aside (I1). */
final class Resources {
    static final int DEVICES = 0;
    static final int CPU = 1;
    static final int MEMORY = 2;
    static final int PODS = 3;

    private final Map<String, Integer> index = new LinkedHashMap<>();
    /** By number. */
    private final List<String> names = new ArrayList<>();

    private long[][] allocatable = new long[4][16];
    private long[][] used = new long[4][16];
    /** Of {@link #used}, by work that can be evicted. */
    private long[][] lent = new long[4][16];

    /** The shape that was counted last, as all pods of a gang are of few: the numbers of its resources, and how much. */
    private @Nullable Shape last;

    private int[] lastResources = {};
    private long[] lastAmounts = {};

    Resources(String deviceResource) {
        for (String name : List.of(deviceResource, Shape.CPU, Shape.MEMORY, Shape.PODS)) {
            index.put(name, names.size());
            names.add(name);
        }
    }

    void setNode(int n, NodeFacts facts) {
        if (n >= allocatable[0].length) {
            int capacity = Columns.grown(allocatable[0].length, n + 1);
            for (int r = 0; r < allocatable.length; r++) {
                allocatable[r] = Arrays.copyOf(allocatable[r], capacity);
                used[r] = Arrays.copyOf(used[r], capacity);
                lent[r] = Arrays.copyOf(lent[r], capacity);
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
            lent[r][n] = 0;
        }
    }

    private int index(String name) {
        Integer known = index.get(name);
        if (known != null) {
            return known;
        }
        int r = index.size();
        index.put(name, r);
        names.add(name);
        if (r >= allocatable.length) {
            int nodes = allocatable[0].length;
            allocatable = Arrays.copyOf(allocatable, r + 1);
            used = Arrays.copyOf(used, r + 1);
            lent = Arrays.copyOf(lent, r + 1);
            allocatable[r] = new long[nodes];
            used[r] = new long[nodes];
            lent[r] = new long[nodes];
        }
        return r;
    }

    /** Resources have numbers below this. */
    int count() {
        return names.size();
    }

    String name(int resource) {
        return names.get(resource);
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

    /** What would be free, were all work evicted that can be. */
    long freeOfFirm(int n, int resource) {
        return allocatable[resource][n] - used[resource][n] + lent[resource][n];
    }

    boolean isOverused(int n) {
        for (int r = 0; r < used.length; r++) {
            if (free(n, r) < 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether a node has room for these pods, were there nothing else on it. */
    boolean holds(int n, Collection<Shape> pods) {
        long[] needed = new long[names.size()];
        for (Shape pod : pods) {
            for (int r = 0; r < needed.length; r++) {
                needed[r] += amount(pod, r);
                if (needed[r] > allocatable[r][n]) {
                    return false;
                }
            }
        }
        return true;
    }

    long freeOf(int n, String resource) {
        int r = find(resource);
        return r < 0 ? 0 : free(n, r);
    }

    long used(int n, int resource) {
        return used[resource][n];
    }

    /** What a pod of this shape asks of a resource. */
    long amount(Shape shape, int resource) {
        if (resource == DEVICES) {
            return shape.gpus();
        }
        return resource < names.size() ? shape.request(names.get(resource)) : 0;
    }

    void use(int n, Shape shape, int count) {
        resolve(shape);
        add(used, n, shape, count);
    }

    private void resolve(Shape shape) {
        if (shape.equals(last)) {
            return;
        }
        lastResources = new int[shape.requests().size()];
        lastAmounts = new long[lastResources.length];
        int i = 0;
        for (Map.Entry<String, Long> request : shape.requests().entrySet()) {
            lastResources[i] = index(request.getKey()); // may replace the arrays
            lastAmounts[i++] = request.getValue();
        }
        last = shape;
    }

    private void add(long[][] to, int n, Shape resolved, int count) {
        to[DEVICES][n] += (long) resolved.gpus() * count;
        for (int i = 0; i < lastResources.length; i++) {
            to[lastResources[i]][n] += lastAmounts[i] * count;
        }
    }

    /** Uses what can be taken back. */
    void lend(int n, Shape shape, int count) {
        use(n, shape, count);
        add(lent, n, shape, count);
    }

    /** Whether the node has too little of a resource left for so many pods, though it could hold one of them empty. */
    boolean isShort(int n, Shape shape, String resource, int pods) {
        long amount = shape.request(resource);
        int r = find(resource);
        return amount > 0 && r >= 0 && free(n, r) < amount * pods && allocatable[r][n] >= amount;
    }
}
