package dev.offtake.placement;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Everything that others may know of a {@link Cluster} at one instant, by name. */
public record Views(Map<String, PoolView> pools, Map<String, AccountView> accounts) {
    public static final Views NONE = new Views(Map.of(), Map.of());

    public Views {
        pools = Collections.unmodifiableMap(new TreeMap<>(pools));
        accounts = Collections.unmodifiableMap(new TreeMap<>(accounts));
    }

    /** What is to be seen now. Costs a look at every node. */
    public static Views of(Cluster cluster) {
        Map<String, AccountView> accounts = new AccountCounts(cluster).views();
        Map<String, PoolView> pools = new TreeMap<>();
        List<PoolState> states = new ArrayList<>(cluster.pools());
        int[] committed = committedGpus(cluster, states);
        for (int p = 0; p < states.size(); p++) {
            PoolView view = new PoolCounts(cluster, states.get(p)).view(committed[p]);
            pools.put(view.pool().name(), view);
        }
        return new Views(pools, accounts);
    }

    private static int[] committedGpus(Cluster cluster, List<PoolState> states) {
        Promises promises = cluster.promises();
        int[] gpus = new int[states.size()];
        for (Account account : cluster.accounts()) {
            int owner = cluster.owner(account.name());
            int left = account.committed();
            for (int p : promises.pools(account.name())) {
                PoolState pool = states.get(p);
                int here = Math.min(left, promises.entitlements().assigned(p, owner));
                gpus[p] += here * unitGpus(pool, owner);
                left -= here;
            }
            if (!promises.pools(account.name()).isEmpty()) {
                int first = promises.pools(account.name()).get(0);
                gpus[first] += left * unitGpus(states.get(first), owner);
            }
        }
        return gpus;
    }

    static int unitGpus(PoolState pool, int owner) {
        return pool.levels().gpus(pool.unitRow(owner));
    }
}
