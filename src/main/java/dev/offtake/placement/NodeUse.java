package dev.offtake.placement;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What lies on one node by name, whether or not the node is known or in a pool right now. */
final class NodeUse {
    /** Seats of gangs: by account, tier and shape. Most nodes have those of one kind, if any. */
    private Map<Key, Integer> seats = Map.of();
    /** Pods that are nobody's seat, by uid. Most nodes have none. */
    private Map<String, Shape> unmanaged = Map.of();

    record Key(Claimant claimant, Shape shape) {}

    void seat(Key key, int pods) {
        int now = seats.getOrDefault(key, 0) + pods;
        if (now < 0) {
            throw new IllegalStateException("seats of " + key + " would be " + now);
        }
        boolean isOnly = seats.isEmpty() || (seats.size() == 1 && seats.containsKey(key));
        if (isOnly) {
            seats = now == 0 ? Map.of() : Map.of(key, now);
        } else if (now == 0) {
            Map<Key, Integer> others = new LinkedHashMap<>(seats);
            others.remove(key);
            seats = others.size() == 1 ? Map.copyOf(others) : others;
        } else if (seats.size() == 1) {
            seats = new LinkedHashMap<>(seats);
            seats.put(key, now);
        } else {
            seats.put(key, now);
        }
    }

    /** To be read only. */
    Map<Key, Integer> seats() {
        return seats;
    }

    /** To be read only. */
    Map<String, Shape> unmanaged() {
        return unmanaged;
    }

    /** Counts a pod that is nobody's seat, or takes it off; answers with what it was before. */
    Optional<Shape> occupy(String podUid, Optional<Shape> shape) {
        Map<String, Shape> pods = new TreeMap<>(unmanaged);
        Shape before = shape.isPresent() ? pods.put(podUid, shape.get()) : pods.remove(podUid);
        unmanaged = pods.isEmpty() ? Map.of() : pods;
        return Optional.ofNullable(before);
    }

    boolean isEmpty() {
        return seats.isEmpty() && unmanaged.isEmpty();
    }

    /**
     * GPUs that cannot be sold because pods without GPUs have taken the CPU or memory that they need, rounded down:
     * the usual daemons of a node cost nothing.
     */
    int stranded(long cpu, long memory, int gpusPerNode) {
        long usedCpu = 0;
        long usedMemory = 0;
        for (Shape shape : unmanaged.values()) {
            if (shape.gpus() == 0) {
                usedCpu += shape.request(Shape.CPU);
                usedMemory += shape.request(Shape.MEMORY);
            }
        }
        long byCpu = cpu == 0 ? 0 : usedCpu * gpusPerNode / cpu;
        long byMemory = memory == 0 ? 0 : usedMemory * gpusPerNode / memory;
        return (int) Math.min(gpusPerNode, Math.max(byCpu, byMemory));
    }
}
