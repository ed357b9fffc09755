package dev.offtake.placement;

import java.util.HashSet;
import java.util.Set;
import java.util.function.BiPredicate;

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
