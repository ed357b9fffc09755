package dev.offtake.placement;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that others may know of a {@link Cluster} at one instant, by name.
 *
 * @param held what work holds in the name of an account, also of one that is owed nothing any more
 */
public record Views(Map<String, PoolView> pools, Map<String, AccountView> accounts, Map<String, Held> held) {
    public static final Views NONE = new Views(Map.of(), Map.of(), Map.of());

    /** GPUs that work holds, by its tier. */
    public record Held(int reserved, int onDemand, int spot) {
        public static final Held NOTHING = new Held(0, 0, 0);

        Held and(Tier tier, int gpus) {
            return switch (tier) {
                case RESERVED -> new Held(reserved + gpus, onDemand, spot);
                case ON_DEMAND -> new Held(reserved, onDemand + gpus, spot);
                case SPOT -> new Held(reserved, onDemand, spot + gpus);
            };
        }
    }

    public Views {
        pools = Collections.unmodifiableMap(new TreeMap<>(pools));
        accounts = Collections.unmodifiableMap(new TreeMap<>(accounts));
        held = Collections.unmodifiableMap(new TreeMap<>(held));
    }

    /** What work holds in the name of an account. */
    public Held held(String account) {
        return held.getOrDefault(account, Held.NOTHING);
    }

    /** What is to be seen now. Costs a look at every node. */
    public static Views of(Cluster cluster) {
        AccountCounts accounts = new AccountCounts(cluster);
        Map<String, PoolView> pools = new TreeMap<>();
        List<PoolState> states = new ArrayList<>(cluster.pools());
        long[] committed = committedGpus(cluster, states);
        for (int p = 0; p < states.size(); p++) {
            PoolView view = new PoolCounts(cluster, states.get(p)).view(committed[p]);
            pools.put(view.pool().name(), view);
        }
        return new Views(pools, accounts.views(), accounts.held());
    }

    private static long[] committedGpus(Cluster cluster, List<PoolState> states) {
        Promises promises = cluster.promises();
        long[] gpus = new long[states.size()];
        for (Account account : cluster.accounts()) {
            int owner = cluster.owner(account.name());
            int left = account.committed();
            for (int p : promises.pools(account.name())) {
                PoolState pool = states.get(p);
                int here = Math.min(left, promises.entitlements().assigned(p, owner));
                gpus[p] += (long) here * unitGpus(pool, owner);
                left -= here;
            }
            if (!promises.pools(account.name()).isEmpty()) {
                int first = promises.pools(account.name()).get(0);
                gpus[first] += (long) left * unitGpus(states.get(first), owner);
            }
        }
        return gpus;
    }

    static int unitGpus(PoolState pool, int owner) {
        return pool.levels().gpus(pool.unitRow(owner));
    }
}
