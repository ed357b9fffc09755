package dev.offtake.placement;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Counts what each account holds, in one pass over the nodes. */
final class AccountCounts {
    private final Cluster cluster;
    private final Map<Integer, Partial> partial = new HashMap<>();
    private final Map<String, Views.Held> held = new HashMap<>();

    /** Cells that an owner holds in part. */
    private record Partial(int cells, int idleGpus) {}

    AccountCounts(Cluster cluster) {
        this.cluster = cluster;
        cluster.uses().values().forEach(this::countUse);
        for (PoolState pool : cluster.pools()) {
            countPartsOfNodes(pool);
            countCells(pool);
        }
    }

    Map<String, AccountView> views() {
        Promises promises = cluster.promises();
        Map<String, AccountView> views = new TreeMap<>();
        for (Account account : cluster.accounts()) {
            String name = account.name();
            int owner = cluster.owner(name);
            List<Integer> pools = promises.pools(name);
            Partial inPart = partial.getOrDefault(owner, new Partial(0, 0));
            views.put(
                    name,
                    new AccountView(
                            name,
                            pools.isEmpty() ? 0 : Views.unitGpus(promises.pool(pools.get(0)), owner),
                            account.committed(),
                            promises.entitled(name),
                            promises.claimed(name),
                            inPart.cells(),
                            inPart.idleGpus(),
                            held.getOrDefault(name, Views.Held.NOTHING).reserved(),
                            cluster.quotas().onDemandUsed(name)));
        }
        return views;
    }

    private void countUse(NodeUse use) {
        use.seats()
                .forEach((key, pods) -> held.compute(
                        key.claimant().account(),
                        (account, before) -> (before == null ? Views.Held.NOTHING : before)
                                .and(key.claimant().tier(), key.shape().gpus() * pods)));
    }

    /** What work holds in the name of each account. */
    Map<String, Views.Held> held() {
        return held;
    }

    /** Accounts whose unit is the node or a part of it. */
    private void countPartsOfNodes(PoolState pool) {
        for (int n : pool.nodes()) {
            NodeUse use = cluster.uses().get(pool.node(n).facts().name());
            if (use != null) {
                Set<Integer> owners = new HashSet<>();
                for (NodeUse.Key key : use.seats().keySet()) {
                    int owner = key.claimant().tier() == Tier.RESERVED
                            ? cluster.owner(key.claimant().account())
                            : PoolState.OPEN;
                    if (owner != PoolState.OPEN && pool.unitRow(owner) >= 0 && owners.add(owner)) {
                        add(owner, pool.room().boundRest(n, owner));
                    }
                }
            }
        }
    }

    /** Accounts whose unit is a level above the node. */
    private void countCells(PoolState pool) {
        LevelTable levels = pool.levels();
        for (int d = 1; d < levels.nodeDepth(); d++) {
            int row = levels.rowOfDepth(d);
            int[] idle = row < 0 ? new int[0] : idleGpus(pool, d);
            CellTree tree = pool.cells(d);
            for (int c = 0; row >= 0 && c < tree.bound(); c++) {
                int cell = c;
                if (tree.exists(cell)) {
                    tree.claims(cell)
                            .forEach((owner, gpus) ->
                                    add(owner, Math.min(idle[cell], Math.max(0, levels.gpus(row) - gpus))));
                }
            }
        }
    }

    private static int[] idleGpus(PoolState pool, int depth) {
        int[] idle = new int[pool.cells(depth).bound()];
        for (int n : pool.nodes()) {
            if (pool.node(n).health().takesWork()) {
                idle[pool.ancestor(depth, n)] += Math.max(0, pool.node(n).gpus() - pool.charged(n));
            }
        }
        return idle;
    }

    private void add(int owner, int idleGpus) {
        if (idleGpus > 0) {
            partial.merge(
                    owner,
                    new Partial(1, idleGpus),
                    (a, b) -> new Partial(a.cells() + b.cells(), a.idleGpus() + b.idleGpus()));
        }
    }
}
