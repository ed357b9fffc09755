package dev.offtake.placement;

import dev.offtake.fleet.NodeState;
import dev.offtake.fleet.Pool;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** What lies on one node of a pool, counted from scratch. */
final class CountedNode {
    /** In whose name work is counted that draws on no commitment. */
    static final String NOBODY = "";

    private final NodeState state;
    private final Pool pool;
    private final Map<String, Long> used = new HashMap<>();
    private final Map<String, Long> usedByLent = new HashMap<>();
    private final Map<String, Integer> gpus = new TreeMap<>();
    private int lent;
    private long strayCpu;
    private long strayMemory;

    CountedNode(NodeState state, Pool pool) {
        this.state = state;
        this.pool = pool;
    }

    NodeState state() {
        return state;
    }

    String name() {
        return state.facts().name();
    }

    boolean takesWork() {
        return state.health().takesWork();
    }

    boolean isUsable() {
        return state.health() == NodeState.Health.USABLE;
    }

    /** Answers the GPUs that it is charged. */
    int seat(String account, Shape shape) {
        int charge = charge(shape);
        take(used, shape);
        gpus.merge(account, charge, Integer::sum);
        return charge;
    }

    /** The same for what can be evicted. */
    int lend(Shape shape) {
        int charge = charge(shape);
        take(used, shape);
        take(usedByLent, shape);
        lent += charge;
        return charge;
    }

    void stray(Shape shape) {
        take(used, shape);
        if (shape.gpus() > 0) {
            gpus.merge(NOBODY, charge(shape), Integer::sum);
        } else {
            strayCpu += shape.request(Shape.CPU);
            strayMemory += shape.request(Shape.MEMORY);
        }
    }

    /** All that lies here is known: pods without GPUs are charged for together. */
    void close() {
        long stranded = Math.max(share(strayCpu, Shape.CPU), share(strayMemory, Shape.MEMORY));
        gpus.merge(NOBODY, (int) Math.min(pool.gpusPerNode(), stranded), Integer::sum);
        gpus.values().removeIf(charged -> charged == 0);
    }

    private long share(long amount, String resource) {
        long all = allocatable(resource);
        return all == 0 ? 0 : amount * pool.gpusPerNode() / all;
    }

    private int charge(Shape shape) {
        return shape.charge(allocatable(Shape.CPU), allocatable(Shape.MEMORY), pool.gpusPerNode());
    }

    private void take(Map<String, Long> of, Shape shape) {
        of.merge(pool.resourceName(), (long) shape.gpus(), Long::sum);
        shape.requests().forEach((name, amount) -> of.merge(name, amount, Long::sum));
    }

    long allocatable(String resource) {
        return state.facts().allocatable(resource);
    }

    /** Of a resource by everybody. */
    long used(String resource) {
        return used.getOrDefault(resource, 0L);
    }

    /** Of that by what can be evicted. */
    long usedByLent(String resource) {
        return usedByLent.getOrDefault(resource, 0L);
    }

    /** GPUs that are charged, by account; {@link #NOBODY} is nobody's. */
    Map<String, Integer> gpus() {
        return gpus;
    }

    int charged() {
        return gpus.values().stream().mapToInt(Integer::intValue).sum();
    }

    int lent() {
        return lent;
    }

    /** GPUs that new work may count on, whoever uses them. */
    int workingGpus() {
        return takesWork() ? state.gpus() : 0;
    }
}
