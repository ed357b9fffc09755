package dev.offtake.placement;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/** The nodes of the pools that serve an account. */
public final class ServingNodes {
    private final Cluster cluster;

    public ServingNodes(Cluster cluster) {
        this.cluster = cluster;
    }

    /** How many there are. */
    int count(Claimant claimant) {
        int nodes = 0;
        for (int p : cluster.serving(claimant)) {
            nodes += cluster.promises().pool(p).nodes().size();
        }
        return nodes;
    }

    /** Those in cells that the account has bound. */
    public Set<String> bound(Claimant claimant) {
        int owner = cluster.owner(claimant.account());
        return names(claimant, (pool, n) -> pool.room().isBoundBy(n, owner));
    }

    /** All but some. */
    public Set<String> besides(Set<String> nodes, Claimant claimant) {
        return names(claimant, (pool, n) -> !nodes.contains(pool.node(n).facts().name()));
    }

    /** Those in cells around some of them, of the level within one cell of which the gang or each part of it has to be. */
    public Set<String> around(Collection<String> some, GangDemand gang, Claimant claimant) {
        Map<PoolState, Set<Integer>> cells = new HashMap<>();
        for (int p : cluster.serving(claimant)) {
            PoolState pool = cluster.promises().pool(p);
            cells.put(
                    pool,
                    some.stream()
                            .map(node -> cluster.number(pool, node))
                            .filter(n -> n >= 0)
                            .map(n -> pool.ancestor(depth(pool, gang), n))
                            .collect(Collectors.toSet()));
        }
        return names(
                claimant,
                (pool, n) -> cells.getOrDefault(pool, Set.of()).contains(pool.ancestor(depth(pool, gang), n)));
    }

    /** The depth of those cells; that of nodes where the pool has none of them. */
    int depth(PoolState pool, GangDemand gang) {
        int depth = pool.levels().depthHolding(gang.cellLevel());
        return depth < 0 ? pool.levels().nodeDepth() : depth;
    }

    private Set<String> names(Claimant claimant, BiPredicate<PoolState, Integer> which) {
        Set<String> names = new HashSet<>();
        for (int p : cluster.serving(claimant)) {
            PoolState pool = cluster.promises().pool(p);
            for (int n : pool.nodes()) {
                if (which.test(pool, n)) {
                    names.add(pool.node(n).facts().name());
                }
            }
        }
        return names;
    }
}
