package dev.offtake.placement;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Places gangs on accounts: tries the pools of the account's class, and explains a refusal in numbers. */
public final class Placer {
    private final Cluster cluster;

    public Placer(Cluster cluster) {
        this.cluster = cluster;
    }

    /** One of the account's pools, or one cell of it. */
    private record Where(int index, PoolState pool, Fits.@Nullable Domain within) {}

    /**
     * Places the gang, or says why not.
     *
     * @param kept units of the account (GPUs on demand) that earlier gangs wait for and that this one must leave
     */
    public Outcome place(GangDemand gang, Claimant claimant, int kept) {
        return place(gang, claimant, serving(gang, claimant), kept);
    }

    /**
     * Places more pods of a gang that has a place already, in the same pool and, if it requires a level, in the same
     * cell of it.
     *
     * @param beside a node of the gang
     */
    public Outcome placeBeside(GangDemand gang, Claimant claimant, String beside, int kept) {
        List<Where> there = new ArrayList<>();
        for (Where where : serving(gang, claimant)) {
            PoolState pool = where.pool();
            for (int n : pool.nodes()) {
                if (pool.node(n).facts().name().equals(beside)) {
                    there.add(new Where(where.index(), pool, domain(pool, gang, n)));
                }
            }
        }
        return place(gang, claimant, there, kept);
    }

    private List<Where> serving(GangDemand gang, Claimant claimant) {
        List<Where> serving = new ArrayList<>();
        for (int p : cluster.promises().pools(claimant.account())) {
            PoolState pool = cluster.promises().pool(p);
            if (pool.pool().resourceName().equals(gang.resource())) {
                serving.add(new Where(p, pool, null));
            }
        }
        return serving;
    }

    private static Fits.Domain domain(PoolState pool, GangDemand gang, int n) {
        int depth = gang.required().map(pool.levels()::depthHolding).orElse(0);
        int at = depth < 0 ? pool.levels().nodeDepth() : depth;
        return new Fits.Domain(at, pool.ancestor(at, n));
    }

    private Outcome place(GangDemand gang, Claimant claimant, List<Where> wheres, int kept) {
        for (Where where : wheres) {
            Optional<Trial> found = search(gang, claimant, where, kept);
            if (found.isPresent()) {
                return take(gang, claimant, where.pool(), found.get());
            }
        }
        Account account = cluster.account(claimant.account()).orElse(new Account(claimant.account(), "", "", 0, 0));
        List<PoolState> pools = wheres.stream().map(Where::pool).toList();
        Fits.@Nullable Domain within = wheres.size() == 1 ? wheres.get(0).within() : null;
        Unplaced unplaced = new Unplaced(cluster, gang, claimant, account, pools, within, kept);
        return new Outcome.Refused(Explanation.of(
                unplaced, () -> wheres.stream().anyMatch(w -> fits(gang, claimant, w))));
    }

    /** Whether there would be a place if nothing was kept for others. */
    private boolean fits(GangDemand gang, Claimant claimant, Where where) {
        Optional<Trial> found = search(gang, claimant, where, 0);
        found.ifPresent(trial -> trial.undoTo(0));
        return found.isPresent();
    }

    private Outcome take(GangDemand gang, Claimant claimant, PoolState pool, Trial trial) {
        Assignment assignment = trial.assignment(gang.podSets().size());
        List<Trial.Use> uses = trial.uses();
        trial.undoTo(0);
        for (Trial.Use use : uses) {
            cluster.seat(pool.node(use.node()).facts().name(), claimant, use.shape(), use.pods());
        }
        return new Outcome.Placed(claimant, assignment);
    }

    /** The place found, which is then in the state. */
    private Optional<Trial> search(GangDemand gang, Claimant claimant, Where where, int kept) {
        String account = claimant.account();
        boolean reserved = claimant.tier() == Tier.RESERVED;
        int claimable = reserved
                ? cluster.promises().claimable(account)
                : cluster.onDemandLimit(account) - cluster.onDemandUsed(account);
        int free = claimable - kept;
        if (claimable < 0 || (!reserved && free < gang.gpus())) {
            return Optional.empty();
        }
        int owner = reserved ? cluster.owner(account) : PoolState.OPEN;
        Trial trial = new Trial(where.pool(), owner, check(where, owner, Math.max(0, free)));
        Search search =
                new Search(where.pool(), owner, gang, accepted(gang, where.pool()), reserved && free <= 0, trial);
        return search.run(where.within()) ? Optional.of(trial) : Optional.empty();
    }

    /** At most {@code free} units more (GPUs on demand), and every promise stays keepable. */
    private Trial.Check check(Where where, int owner, int free) {
        PoolState pool = where.pool();
        Entitlements entitlements = cluster.promises().entitlements();
        int before = pool.claimed(owner);
        return () -> {
            int taken = pool.claimed(owner) - before;
            return taken <= free && entitlements.holds(where.index(), owner, taken);
        };
    }

    private List<BitSet> accepted(GangDemand gang, PoolState pool) {
        return gang.podSets().stream()
                .map(podSet -> cluster.accepted(pool, podSet, gang.avoid()))
                .toList();
    }
}
