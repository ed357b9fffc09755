package dev.offtake.placement;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntBiFunction;

/**
 * What lies on the nodes, by the nodes' names: it survives a node's leaving and coming back, and work whose pool or
 * contract is gone is still counted where it runs.
 */
final class Occupancy {
    private final Map<String, NodeUse> uses = new HashMap<>();
    private final Map<String, Location> locations = new HashMap<>();
    private final Map<String, String> nodeOfPod = new HashMap<>();
    /** GPUs charged beside commitments. */
    private final Map<Claimant, Integer> beside = new HashMap<>();

    private final ToIntBiFunction<PoolState, Claimant> owner;

    /** Where a node is in its pool. {@code stranded} GPUs of it are held for pods without GPUs. */
    record Location(PoolState pool, int node, int stranded) {}

    /** @param owner in whose name a claimant's work is counted in a pool */
    Occupancy(ToIntBiFunction<PoolState, Claimant> owner) {
        this.owner = owner;
    }

    /** Counts what lies on the node in its pool from now on. */
    void attach(String node, PoolState pool, int n) {
        locations.put(node, new Location(pool, n, stranded(node, pool, n)));
        count(node, 1);
    }

    /** Takes what lies on the node out of its pool. */
    Optional<Location> detach(String node) {
        count(node, -1);
        return Optional.ofNullable(locations.remove(node));
    }

    /** The pool in which what lies on the node is counted. */
    Optional<PoolState> pool(String node) {
        return Optional.ofNullable(locations.get(node)).map(Location::pool);
    }

    /** The number of a node in a pool, -1 if it is not there. */
    int number(PoolState pool, String node) {
        Location location = locations.get(node);
        return location == null || location.pool() != pool ? -1 : location.node();
    }

    /** Counts everything on every node again, with other owners after {@code change}. */
    void recount(Runnable change) {
        // In an order that does not depend on what happened before.
        List<String> inOrder = locations.keySet().stream().sorted().toList();
        inOrder.forEach(node -> count(node, -1));
        change.run();
        inOrder.forEach(node -> count(node, 1));
    }

    private void count(String node, int sign) {
        NodeUse use = uses.get(node);
        Location location = locations.get(node);
        if (use == null || location == null) {
            return;
        }
        use.seats().forEach((key, pods) -> useSeats(location, key.claimant(), key.shape(), pods * sign));
        use.unmanaged().values().forEach(shape -> useUnmanaged(location, shape, sign));
        if (location.stranded() > 0) {
            location.pool().hold(location.node(), PoolState.OPEN, location.stranded() * sign);
        }
    }

    private void useSeats(Location location, Claimant claimant, Shape shape, int pods) {
        PoolState pool = location.pool();
        if (claimant.tier() == Tier.SPOT) {
            pool.lend(location.node(), shape, pods);
        } else {
            pool.use(location.node(), owner.applyAsInt(pool, claimant), shape, pods);
        }
        if (claimant.tier() != Tier.RESERVED) {
            beside.merge(claimant, pool.charge(location.node(), shape) * pods, Integer::sum);
        }
    }

    private static void useUnmanaged(Location location, Shape shape, int sign) {
        PoolState pool = location.pool();
        pool.resources().use(location.node(), shape, sign);
        // Of pods without GPUs all together are charged, as stranded; what fits beside each changes all the same.
        int charge = shape.gpus() > 0 ? pool.charge(location.node(), shape) : 0;
        pool.hold(location.node(), PoolState.OPEN, charge * sign);
    }

    private int stranded(String node, PoolState pool, int n) {
        NodeUse use = uses.get(node);
        return use == null
                ? 0
                : use.stranded(
                        pool.resources().allocatable(n, Resources.CPU),
                        pool.resources().allocatable(n, Resources.MEMORY),
                        pool.levels().gpusPerNode());
    }

    /** Counts seats of a gang on a node, or takes them off where {@code pods} is negative. */
    void seat(String node, Claimant claimant, Shape shape, int pods) {
        NodeUse use = uses.computeIfAbsent(node, n -> new NodeUse());
        Location location = locations.get(node);
        use.seat(new NodeUse.Key(claimant, shape), pods);
        if (location != null) {
            useSeats(location, claimant, shape, pods);
        }
        forgetIfEmpty(node, use);
    }

    /** Counts a pod that is nobody's seat; whether that is a change. */
    boolean occupy(String podUid, String node, Shape shape) {
        NodeUse use = uses.get(node);
        if (use != null && shape.equals(use.unmanaged().get(podUid))) {
            return false;
        }
        vacate(podUid);
        change(node, podUid, Optional.of(shape));
        nodeOfPod.put(podUid, node);
        return true;
    }

    /** Takes off a pod that is nobody's seat; whether there was one. */
    boolean vacate(String podUid) {
        String node = nodeOfPod.remove(podUid);
        if (node != null) {
            change(node, podUid, Optional.empty());
        }
        return node != null;
    }

    private void change(String node, String podUid, Optional<Shape> shape) {
        NodeUse use = uses.computeIfAbsent(node, n -> new NodeUse());
        Location location = locations.get(node);
        Optional<Shape> before = use.occupy(podUid, shape);
        if (location != null) {
            before.ifPresent(b -> useUnmanaged(location, b, -1));
            shape.ifPresent(s -> useUnmanaged(location, s, 1));
            int stranded = stranded(node, location.pool(), location.node());
            if (stranded != location.stranded()) {
                location.pool().hold(location.node(), PoolState.OPEN, stranded - location.stranded());
                locations.put(node, new Location(location.pool(), location.node(), stranded));
            }
        }
        forgetIfEmpty(node, use);
    }

    private void forgetIfEmpty(String node, NodeUse use) {
        if (use.isEmpty()) {
            uses.remove(node);
        }
    }

    /** By the node's name. */
    Map<String, NodeUse> uses() {
        return uses;
    }

    /** GPUs that a claimant is charged for beside the commitment of its account. */
    int usedBeside(Claimant claimant) {
        return beside.getOrDefault(claimant, 0);
    }

    /** The same by claimant, also where it is nothing. */
    Map<Claimant, Integer> besides() {
        return beside;
    }
}
