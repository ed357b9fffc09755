package dev.offtake.placement;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What is given of nodes and commitments at an instant, to see later that no decision gave anything twice (I1) or more
 * than somebody is entitled to (I3). What others do, as when pods come unasked or GPUs fail, is nobody's decision: who had
 * too much before may keep it.
 */
public final class Given {
    /** Before anything is. */
    public static final Given NOTHING = new Given();

    private static final Over NONE = new Over(0, 0);

    /** Where more is used of a resource of a node than there is. */
    private final Map<Slot, Over> overused = new HashMap<>();

    private final Map<String, Claimed> claimed = new HashMap<>();

    private record Slot(String node, String resource) {}

    /** So much by all work, and by that which cannot be evicted. */
    private record Over(long all, long firm) {}

    private record Claimed(int units, int usable) {
        static final Claimed NOTHING = new Claimed(0, 0);
    }

    private Given() {}

    /** What is given now. */
    public static Given of(Cluster cluster) {
        Given given = new Given();
        for (PoolState pool : cluster.pools()) {
            pool.nodes().forEach(n -> given.count(pool, n));
            for (Account account : cluster.accounts()) {
                given.count(pool, account.name(), cluster.owner(account.name()));
            }
        }
        return given;
    }

    private void count(PoolState pool, int n) {
        Resources resources = pool.resources();
        for (int r = 0; r < resources.count(); r++) {
            if (resources.free(n, r) < 0) {
                overused.put(
                        new Slot(pool.node(n).facts().name(), resources.name(r)),
                        new Over(-resources.free(n, r), Math.max(0, -resources.freeOfFirm(n, r))));
            }
        }
    }

    private void count(PoolState pool, String account, int owner) {
        if (pool.unitRow(owner) >= 0) {
            claimed.merge(
                    account,
                    new Claimed(pool.claimed(owner), pool.claimedUsable(owner)),
                    (a, b) -> new Claimed(a.units() + b.units(), a.usable() + b.usable()));
        }
    }

    /**
     * Throws {@link Miscount} if what is given of the cluster now is more than there is, and was not before.
     *
     * @param awaited nodes on which somebody has seats that others have to leave first
     * @param moving accounts on which somebody has other seats now, and has those before until that is recorded; with the
     *     GPUs of those on nodes that take work, which are claimed twice
     */
    public static void compare(Cluster cluster, Given before, Set<String> awaited, Map<String, Integer> moving) {
        Given now = of(cluster);
        now.overused.forEach((slot, over) -> {
            Over was = before.overused.getOrDefault(slot, NONE);
            if (over.firm() > was.firm() || (over.all() > was.all() && !awaited.contains(slot.node()))) {
                throw new Miscount(
                        Miscount.Rule.I1,
                        "a decision gave more " + slot.resource() + " of node " + slot.node() + " than it has: " + over
                                + " too much, before " + was);
            }
        });
        for (Account account : cluster.accounts()) {
            Claimed is = now.claimed.getOrDefault(account.name(), Claimed.NOTHING);
            Claimed was = before.claimed.getOrDefault(account.name(), Claimed.NOTHING);
            boolean raised = is.units() > was.units() && !moving.containsKey(account.name());
            int usable = is.usable() - moving.getOrDefault(account.name(), 0);
            if ((raised && is.units() > account.committed())
                    || (usable > was.usable()
                            && usable > cluster.standingPromises().look().entitled(account.name()))) {
                throw new Miscount(
                        Miscount.Rule.I3,
                        "a decision raised what is claimed of " + account.name() + " to " + is
                                + ", before " + was + ", committed " + account.committed() + ", entitled "
                                + cluster.standingPromises().look().entitled(account.name()));
            }
        }
    }
}
