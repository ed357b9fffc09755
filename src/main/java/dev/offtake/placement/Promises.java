package dev.offtake.placement;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The accounts as they stand: which pools serve them, what they claim, and what of their commitment can be kept. */
final class Promises {
    static final Promises NONE = new Promises(List.of(), Map.of(), Map.of(), new Entitlements(List.of(), 1, List.of()));

    private final List<PoolState> pools;
    private final Map<String, Integer> owners;
    private final Map<String, List<Integer>> poolsOf;
    private final Entitlements entitlements;

    private Promises(
            List<PoolState> pools,
            Map<String, Integer> owners,
            Map<String, List<Integer>> poolsOf,
            Entitlements entitlements) {
        this.pools = pools;
        this.owners = owners;
        this.poolsOf = poolsOf;
        this.entitlements = entitlements;
    }

    static Promises of(List<PoolState> pools, List<Account> inOrder, Map<String, Integer> owners) {
        Map<String, List<Integer>> poolsOf = new LinkedHashMap<>();
        List<Entitlements.Promise> promised = new ArrayList<>();
        for (Account account : inOrder) {
            int owner = owners.getOrDefault(account.name(), PoolState.OPEN);
            List<Integer> serving = new ArrayList<>();
            for (int p = 0; p < pools.size(); p++) {
                if (pools.get(p).unitRow(owner) >= 0) {
                    serving.add(p);
                }
            }
            poolsOf.put(account.name(), serving);
            promised.add(new Entitlements.Promise(owner, account.committed(), serving));
        }
        return new Promises(pools, Map.copyOf(owners), poolsOf, new Entitlements(pools, owners.size() + 1, promised));
    }

    /** The pools of the account's class that know its unit. */
    List<Integer> pools(String account) {
        return poolsOf.getOrDefault(account, List.of());
    }

    PoolState pool(int index) {
        return pools.get(index);
    }

    int entitled(String account) {
        return entitlements.entitled(owners.getOrDefault(account, PoolState.OPEN));
    }

    /** Units taken whole or bound, in all pools. */
    int claimed(String account) {
        int owner = owners.getOrDefault(account, PoolState.OPEN);
        int sum = 0;
        for (int p : pools(account)) {
            sum += pools.get(p).claimed(owner);
        }
        return sum;
    }

    Entitlements entitlements() {
        return entitlements;
    }

    /** Whole free cells of a row beyond those that are promised. */
    long slack(PoolState pool, int row) {
        return entitlements.slack(pools.indexOf(pool), row);
    }
}
