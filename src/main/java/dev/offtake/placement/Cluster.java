package dev.offtake.placement;

import dev.offtake.fleet.Fleet;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.NodeState;
import dev.offtake.fleet.Pool;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All pools with everything that lies in them: what exists, what is used, on whose account. Changed in place by one
 * thread.
 *
 * <p>What lies on a node is kept by the node's name, so that it survives the node's leaving and coming back, and work
 * whose pool or contract is gone is still counted where it runs.
 */
public final class Cluster {
    private final Fleet fleet = new Fleet();
    private final Map<String, PoolState> pools = new TreeMap<>();
    private final Map<String, NodeUse> uses = new HashMap<>();
    private final Map<String, Location> locations = new HashMap<>();
    private final Map<String, String> nodeOfPod = new HashMap<>();
    private final FilterCache filters = new FilterCache();
    private final Map<String, Integer> owners = new LinkedHashMap<>();
    private final Map<String, Account> accounts = new LinkedHashMap<>();
    private final Map<String, Integer> onDemandUsed = new TreeMap<>();
    private List<String> nameOfOwner = new ArrayList<>(List.of(""));
    private Promises promises = Promises.NONE;
    private boolean stale = true;

    private record Location(PoolState pool, int node, int stranded) {}

    /** Adds or replaces a pool. */
    public void putPool(Pool pool) {
        Optional<Pool> before =
                fleet.pools().stream().filter(p -> p.name().equals(pool.name())).findFirst();
        if (before.isPresent() && before.get().equals(pool)) {
            return;
        }
        TreeSet<String> moving = new TreeSet<>();
        PoolState old = pools.get(pool.name());
        if (old != null) {
            for (int n : old.nodes()) {
                moving.add(old.node(n).facts().name());
            }
            moving.forEach(this::detach);
            filters.forget(old);
        }
        PoolState state = new PoolState(pool);
        pools.put(pool.name(), state);
        declareUnits(state);
        fleet.putPool(pool).forEach(s -> moving.add(s.facts().name()));
        moving.forEach(this::reattach);
        stale = true;
    }

    /** Removes a pool; what runs on its nodes is kept and counted again when the pool comes back. */
    public void removePool(String name) {
        PoolState old = pools.get(name);
        if (old == null) {
            return;
        }
        List<NodeState> changed = fleet.removePool(name);
        TreeSet<String> moving = new TreeSet<>();
        for (int n : old.nodes()) {
            moving.add(old.node(n).facts().name());
        }
        changed.forEach(s -> moving.add(s.facts().name()));
        moving.forEach(this::detach);
        pools.remove(name);
        filters.forget(old);
        moving.forEach(this::reattach);
        stale = true;
    }

    public void putNode(NodeFacts facts) {
        for (NodeState state : fleet.putNode(facts)) {
            reattach(state.facts().name());
        }
    }

    public void removeNode(String name) {
        detach(name);
        for (NodeState state : fleet.removeNode(name)) {
            reattach(state.facts().name());
        }
    }

    private void detach(String node) {
        Location location = locations.remove(node);
        if (location != null) {
            forEachUse(node, location, -1);
            location.pool().removeNode(location.node());
            filters.removeNode(location.pool(), location.node());
            stale = true;
        }
    }

    private void reattach(String node) {
        detach(node);
        Optional<NodeState> state = fleet.node(node);
        Optional<PoolState> pool = state.flatMap(NodeState::pool).map(pools::get);
        if (state.isPresent() && pool.isPresent()) {
            int n = pool.get().addNode(state.get());
            filters.addNode(pool.get(), n);
            int stranded = stranded(node, pool.get(), n);
            Location location = new Location(pool.get(), n, stranded);
            locations.put(node, location);
            forEachUse(node, location, 1);
            stale = true;
        }
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

    private void forEachUse(String node, Location location, int sign) {
        NodeUse use = uses.get(node);
        if (use == null) {
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
        pool.use(location.node(), owner(pool, claimant), shape, pods);
        if (claimant.tier() == Tier.ON_DEMAND) {
            onDemandUsed.merge(claimant.account(), pool.charge(location.node(), shape) * pods, Integer::sum);
        }
    }

    private static void useUnmanaged(Location location, Shape shape, int sign) {
        PoolState pool = location.pool();
        pool.resources().use(location.node(), shape, sign);
        if (shape.gpus() > 0) {
            pool.hold(location.node(), PoolState.OPEN, pool.charge(location.node(), shape) * sign);
        }
    }

    private int owner(PoolState pool, Claimant claimant) {
        Integer owner = claimant.tier() == Tier.RESERVED ? owners.get(claimant.account()) : null;
        return owner == null || pool.unitRow(owner) < 0 ? PoolState.OPEN : owner;
    }

    /** Counts seats of a gang on a node, or takes them off where {@code pods} is negative. */
    public void seat(String node, Claimant claimant, Shape shape, int pods) {
        NodeUse use = uses.computeIfAbsent(node, n -> new NodeUse());
        Location location = locations.get(node);
        use.seat(new NodeUse.Key(claimant, shape), pods);
        if (location != null) {
            useSeats(location, claimant, shape, pods);
        }
        if (use.isEmpty()) {
            uses.remove(node);
        }
        stale = true;
    }

    /** Counts a pod that is nobody's seat; again for the same uid changes it. */
    public void occupy(String podUid, String node, Shape shape) {
        NodeUse use = uses.get(node);
        if (use != null && shape.equals(use.unmanaged().get(podUid))) {
            return;
        }
        vacate(podUid);
        changeUnmanaged(node, podUid, Optional.of(shape));
        nodeOfPod.put(podUid, node);
    }

    /** The pod is gone, or has become a seat. */
    public void vacate(String podUid) {
        String node = nodeOfPod.remove(podUid);
        if (node != null) {
            changeUnmanaged(node, podUid, Optional.empty());
        }
    }

    /** Whether the pod is counted as nobody's. */
    public boolean isOccupant(String podUid) {
        return nodeOfPod.containsKey(podUid);
    }

    private void changeUnmanaged(String node, String podUid, Optional<Shape> shape) {
        NodeUse use = uses.computeIfAbsent(node, n -> new NodeUse());
        Location location = locations.get(node);
        Shape before = shape.isPresent()
                ? use.unmanaged().put(podUid, shape.get())
                : use.unmanaged().remove(podUid);
        if (location != null) {
            if (before != null) {
                useUnmanaged(location, before, -1);
            }
            shape.ifPresent(s -> useUnmanaged(location, s, 1));
            int stranded = stranded(node, location.pool(), location.node());
            if (stranded != location.stranded()) {
                location.pool().hold(location.node(), PoolState.OPEN, stranded - location.stranded());
                locations.put(node, new Location(location.pool(), location.node(), stranded));
            }
            stale = true;
        }
        if (use.isEmpty()) {
            uses.remove(node);
        }
    }

    /**
     * Sets all accounts, in the order in which entitlements are filled. Work on accounts that are not among them is
     * counted as work on no account.
     */
    public void setAccounts(Collection<Account> inOrder) {
        Map<String, Account> next = new LinkedHashMap<>();
        inOrder.forEach(a -> next.put(a.name(), a));
        if (List.copyOf(next.values()).equals(List.copyOf(accounts.values()))) {
            return;
        }
        boolean unitsChanged = !units(next).equals(units(accounts));
        List<String> attached = unitsChanged ? List.copyOf(new TreeSet<>(locations.keySet())) : List.of();
        attached.forEach(node -> forEachUse(node, located(node), -1));
        accounts.clear();
        accounts.putAll(next);
        if (unitsChanged) {
            owners.clear();
            nameOfOwner = new ArrayList<>(List.of(""));
            for (String name : new TreeSet<>(accounts.keySet())) {
                owners.put(name, nameOfOwner.size());
                nameOfOwner.add(name);
            }
            pools.values().forEach(this::declareUnits);
            attached.forEach(node -> forEachUse(node, located(node), 1));
        }
        stale = true;
    }

    private Location located(String node) {
        return java.util.Objects.requireNonNull(locations.get(node), node);
    }

    private static Map<String, List<String>> units(Map<String, Account> accounts) {
        Map<String, List<String>> units = new TreeMap<>();
        accounts.values().forEach(a -> units.put(a.name(), List.of(a.gpuClass(), a.unit())));
        return units;
    }

    private void declareUnits(PoolState pool) {
        for (Account account : accounts.values()) {
            boolean sameClass = pool.pool().gpuClass().equals(account.gpuClass());
            pool.setUnit(
                    java.util.Objects.requireNonNull(owners.get(account.name())),
                    sameClass ? pool.levels().row(account.unit()) : -1);
        }
    }

    /** What is promised and what of it can be kept, as of now. */
    Promises promises() {
        if (stale) {
            promises = Promises.of(List.copyOf(pools.values()), List.copyOf(accounts.values()), owners);
            stale = false;
        }
        return promises;
    }

    Collection<PoolState> pools() {
        return pools.values();
    }

    FilterCache filters() {
        return filters;
    }

    Optional<Account> account(String name) {
        return Optional.ofNullable(accounts.get(name));
    }

    /** All accounts, in the order in which entitlements are filled. */
    Collection<Account> accounts() {
        return accounts.values();
    }

    /** What lies on each node, by the node's name. */
    Map<String, NodeUse> uses() {
        return uses;
    }

    /** The number of an account among owners. */
    int owner(String account) {
        return owners.getOrDefault(account, PoolState.OPEN);
    }

    /** GPUs in use above a commitment. */
    public int onDemandUsed(String account) {
        return onDemandUsed.getOrDefault(account, 0);
    }

    public Fleet fleet() {
        return fleet;
    }
}
