package dev.offtake.placement;

import dev.offtake.fleet.Fleet;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.NodeState;
import dev.offtake.fleet.Pool;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Supplier;

/**
 * All pools with everything that lies in them: what exists, what is used, on whose account. Changed in place by one
 * thread.
 */
public final class Cluster {
    private final Fleet fleet = new Fleet();
    private final Map<String, PoolState> pools = new TreeMap<>();
    private final Occupancy occupancy = new Occupancy(this::owner);
    private final FilterCache filters = new FilterCache();
    private final Map<String, Integer> owners = new LinkedHashMap<>();
    private final Map<String, Account> accounts = new LinkedHashMap<>();
    private final StandingPromises promises = new StandingPromises(pools.values(), accounts, owners);
    private final Quotas quotas = new Quotas(this);
    private long freed;
    private long structure;

    /** Adds or replaces a pool. */
    public void putPool(Pool pool) {
        Optional<Pool> before =
                fleet.pools().stream().filter(p -> p.name().equals(pool.name())).findFirst();
        if (before.isPresent() && before.get().equals(pool)) {
            return;
        }
        Set<String> moving = clear(pool.name());
        PoolState state = new PoolState(pool);
        pools.put(pool.name(), state);
        declareUnits(state);
        fleet.putPool(pool).forEach(s -> moving.add(s.facts().name()));
        moving.forEach(this::reattach);
        structureChanged();
    }

    /** Removes a pool; what runs on its nodes is kept and counted again when the pool comes back. */
    public void removePool(String name) {
        Set<String> moving = clear(name);
        fleet.removePool(name).forEach(s -> moving.add(s.facts().name()));
        moving.forEach(this::reattach);
        structureChanged();
    }

    /** Takes a pool out with all its nodes; answers with their names. */
    private Set<String> clear(String pool) {
        Set<String> nodes = new TreeSet<>();
        PoolState old = pools.get(pool);
        if (old != null) {
            for (int n : old.nodes()) {
                nodes.add(old.node(n).facts().name());
            }
            nodes.forEach(this::detach);
            pools.remove(pool);
            filters.forget(old);
        }
        return nodes;
    }

    /** Adds or updates a node. */
    public void putNode(NodeFacts facts) {
        for (NodeState state : fleet.putNode(facts)) {
            reattach(state.facts().name());
        }
    }

    /** Removes a node; what lies on it is counted again should it come back. */
    public void removeNode(String name) {
        detach(name);
        for (NodeState state : fleet.removeNode(name)) {
            reattach(state.facts().name());
        }
    }

    private void detach(String node) {
        occupancy.detach(node).ifPresent(location -> {
            location.pool().removeNode(location.node());
            filters.removeNode(location.pool(), location.node());
            structureChanged();
        });
    }

    private void reattach(String node) {
        detach(node);
        Optional<NodeState> state = fleet.node(node);
        Optional<PoolState> pool = state.flatMap(NodeState::pool).map(pools::get);
        if (state.isPresent() && pool.isPresent()) {
            int n = pool.get().addNode(state.get());
            filters.addNode(pool.get(), n);
            occupancy.attach(node, pool.get(), n);
            structureChanged();
        }
    }

    private void changed(boolean any) {
        if (any) {
            promises.outdate();
            freed++;
        }
    }

    private void structureChanged() {
        changed(true);
        structure++;
    }

    /** GPUs of a node of the pool whose nodes have fewest; 1 where there is none. */
    public int leastGpusPerNode() {
        return fleet.pools().stream().mapToInt(Pool::gpusPerNode).min().orElse(1);
    }

    /** Another number after each change of pools, nodes or accounts. */
    public long structure() {
        return structure;
    }

    /** The pools in which a claimant may have a place: what is lent need not have the unit of the commitment. */
    List<Integer> serving(Claimant claimant) {
        return claimant.tier() == Tier.SPOT
                ? account(claimant.account())
                        .map(account -> promises().ofClass(account.gpuClass()))
                        .orElse(List.of())
                : promises().pools(claimant.account());
    }

    /** The most GPUs of any one pool of an account's class which nobody uses; what keeps them from being lent aside. */
    public int mostIdleGpus(String account) {
        int most = 0;
        for (int p : serving(new Claimant(account, Tier.SPOT))) {
            most = Math.max(most, promises().pool(p).idleGpus());
        }
        return most;
    }

    /**
     * Another number after each change by which more may be lent than before: work that went, another node, another
     * account, or a cell that was bound or is no longer.
     */
    public long freed() {
        return freed;
    }

    /** All that was counted since then was only tried, and everything is again as it was. */
    public void nothingFreedSince(long before) {
        freed = before;
    }

    private int owner(PoolState pool, Claimant claimant) {
        int owner = claimant.tier() == Tier.RESERVED ? owner(claimant.account()) : PoolState.OPEN;
        return pool.unitRow(owner) < 0 ? PoolState.OPEN : owner;
    }

    /** Counts seats of a gang on a node, or takes them off where {@code pods} is negative. */
    public void seat(String node, Claimant claimant, Shape shape, int pods) {
        Optional<PoolState> pool = occupancy.pool(node);
        if (pool.isEmpty()) {
            occupancy.seat(node, claimant, shape, pods);
            return;
        }
        if (claimant.tier() == Tier.SPOT) {
            // What can be evicted is on neither side of what is promised.
            occupancy.seat(node, claimant, shape, pods);
            freed += pods < 0 ? 1 : 0;
            return;
        }
        int owner = owner(pool.get(), claimant);
        int claimed = pool.get().claimed(owner);
        int unusable = pool.get().claimedUnusable(owner);
        occupancy.seat(node, claimant, shape, pods);
        int more = pool.get().claimed(owner) - claimed;
        if (pool.get().claimedUnusable(owner) == unusable) {
            promises.absorb(pool.get(), owner, more);
        } else {
            promises.outdate();
        }
        boolean bindsMore =
                more != 0 && pool.get().unitRow(owner) != pool.get().levels().gpuRow();
        freed += pods < 0 || bindsMore || promises.isOutdated() ? 1 : 0;
    }

    /** Counts a pod that is nobody's seat; again for the same uid changes it. */
    public void occupy(String podUid, String node, Shape shape) {
        changed(occupancy.occupy(podUid, node, shape));
    }

    /** The pod is gone, or has become a seat. */
    public void vacate(String podUid) {
        changed(occupancy.vacate(podUid));
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
        if (terms(next).equals(terms(accounts))) {
            take(next);
        } else {
            occupancy.recount(() -> {
                take(next);
                owners.clear();
                new TreeSet<>(next.keySet()).forEach(name -> owners.put(name, owners.size() + 1));
                pools.values().forEach(this::declareUnits);
            });
        }
        structureChanged();
    }

    private void take(Map<String, Account> next) {
        accounts.clear();
        accounts.putAll(next);
    }

    /** What decides how work on an account is counted. */
    private static Map<String, Account> terms(Map<String, Account> accounts) {
        Map<String, Account> terms = new TreeMap<>();
        accounts.values().forEach(a -> terms.put(a.name(), new Account("", a.gpuClass(), a.unit(), 0, 0, a.lends())));
        return terms;
    }

    private void declareUnits(PoolState pool) {
        for (Account account : accounts.values()) {
            boolean sameClass = pool.pool().gpuClass().equals(account.gpuClass());
            pool.setUnit(
                    Objects.requireNonNull(owners.get(account.name())),
                    sameClass ? pool.levels().row(account.unit()) : -1,
                    account.lends());
        }
    }

    /** What is promised and what of it can be kept, as of now. */
    Promises promises() {
        return promises.now();
    }

    /** The same for those who must not have it filled, or want it filled in any case. */
    StandingPromises standingPromises() {
        return promises;
    }

    /**
     * Looks for something while what these accounts claim now stays promised to them before all else, though some of it is
     * counted as lent meanwhile: where supply is short it would be owed to those whom they go before as long as they claim it.
     */
    public <T> T keepingRank(Set<String> names, Supplier<T> search) {
        return promises.keepingRank(names, search);
    }

    Collection<PoolState> pools() {
        return pools.values();
    }

    /** The nodes of a pool that a pod set may use; not to be changed. */
    BitSet accepted(PoolState pool, GangDemand.PodSet podSet) {
        return filters.accepted(pool, podSet.filter());
    }

    /** The numbers of those of the nodes that are in a pool. */
    BitSet numbers(PoolState pool, Set<String> nodes) {
        BitSet numbers = new BitSet();
        for (String node : nodes) {
            int n = number(pool, node);
            if (n >= 0) {
                numbers.set(n);
            }
        }
        return numbers;
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
        return occupancy.uses();
    }

    /** Whether more of some resource of a node is used than it has. */
    public boolean isOverused(String node) {
        Optional<PoolState> pool = occupancy.pool(node);
        return pool.isPresent() && pool.get().resources().isOverused(occupancy.number(pool.get(), node));
    }

    /**
     * Nodes that only lent work uses, in those cells around a node of which more are in use than they may give: some of
     * them have to be left before there is anything to give.
     */
    public Set<String> onSpares(String node) {
        return besideSpares(node, NodesInUse::isOnlyLent);
    }

    /** All nodes of these cells that are in use. */
    public Set<String> besideSpares(String node) {
        return besideSpares(node, (pool, n) -> pool.taken(n) > 0);
    }

    private Set<String> besideSpares(String node, BiPredicate<PoolState, Integer> which) {
        return occupancy
                .pool(node)
                .map(pool -> NodesInUse.besideSpares(pool, number(pool, node), n -> which.test(pool, n)))
                .orElse(Set.of());
    }

    /** Whether a node has room for these pods beside those that are nobody's, whatever else is counted there. */
    public boolean holds(String node, List<Shape> pods) {
        Optional<PoolState> pool = occupancy.pool(node);
        if (pool.isEmpty()) {
            return false;
        }
        List<Shape> all = new ArrayList<>(pods);
        Optional.ofNullable(occupancy.uses().get(node))
                .ifPresent(use -> all.addAll(use.unmanaged().values()));
        return pool.get().resources().holds(occupancy.number(pool.get(), node), all);
    }

    /** The number of a node in a pool, -1 if it is not there. */
    int number(PoolState pool, String node) {
        return occupancy.number(pool, node);
    }

    /** The number of an account among owners. */
    int owner(String account) {
        return owners.getOrDefault(account, PoolState.OPEN);
    }

    /** GPUs in use beside commitments, by whom. */
    Map<Claimant, Integer> besides() {
        return occupancy.besides();
    }

    /** GPUs of those that are in use on demand by an account, or lent to it. */
    int usedBeside(Claimant claimant) {
        return occupancy.usedBeside(claimant);
    }

    /** What accounts may have, and have. */
    public Quotas quotas() {
        return quotas;
    }

    /** How many nodes are in pools. */
    public int nodes() {
        return pools.values().stream().mapToInt(PoolState::size).sum();
    }

    /** GPUs of a node that nobody has for sure. */
    int openGpus(String node) {
        return occupancy
                .pool(node)
                .map(pool -> pool.room().open(number(pool, node)))
                .orElse(0);
    }

    /** Whether there is a pool that serves both accounts. */
    public boolean sharePool(String account, String other) {
        return account.equals(other)
                || !Collections.disjoint(promises().pools(account), promises().pools(other));
    }

    /** Whether a node is in a pool that serves an account. */
    public boolean serves(String account, String node) {
        return occupancy
                .pool(node)
                .filter(pool -> promises().pools(account).stream()
                        .anyMatch(p -> promises().pool(p) == pool))
                .isPresent();
    }

    /** Does now what the next placement would have to do first, as what changed since the last one is to be counted. */
    public void settle() {
        pools.values().forEach(pool -> pool.fits().settle());
    }

    /** Pools and nodes; to be read only. */
    public Fleet fleet() {
        return fleet;
    }
}
