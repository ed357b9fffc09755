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

    /** An account's pool with everything that a search in it needs. */
    private record Attempt(int index, PoolState pool, int owner, List<BitSet> accepted, BitSet avoided) {}

    /**
     * Places the gang, or says why not.
     *
     * @param kept units of the account (GPUs on demand) that earlier gangs wait for and that this one must leave
     */
    public Outcome place(GangDemand gang, Claimant claimant, int kept) {
        Promises promises = cluster.promises();
        List<Integer> serving = serving(promises, gang, claimant);
        Explanation explanation = new Explanation(cluster, gang, claimant, kept);
        for (int p : serving) {
            Optional<Outcome> placed = placeWithin(attempt(p, gang, claimant), gang, claimant, kept, promises, null);
            if (placed.isPresent()) {
                return placed.get();
            }
        }
        return new Outcome.Refused(explanation.refusal(serving));
    }

    /**
     * Places more pods of a gang that has a place already, in the same pool and, if it requires a level, in the same
     * cell of it.
     *
     * @param beside a node of the gang
     */
    public Outcome placeBeside(GangDemand gang, Claimant claimant, String beside, int kept) {
        Promises promises = cluster.promises();
        for (int p : serving(promises, gang, claimant)) {
            PoolState pool = promises.pool(p);
            for (int n : pool.nodes()) {
                if (pool.node(n).facts().name().equals(beside)) {
                    Attempt attempt = attempt(p, gang, claimant);
                    Optional<Outcome> placed =
                            placeWithin(attempt, gang, claimant, kept, promises, domain(pool, gang, n));
                    return placed.orElseGet(() -> new Outcome.Refused(
                            new Explanation(cluster, gang, claimant, kept).refusal(List.of(attempt.index()))));
                }
            }
        }
        return new Outcome.Refused(new Explanation(cluster, gang, claimant, kept).refusal(List.of()));
    }

    private static List<Integer> serving(Promises promises, GangDemand gang, Claimant claimant) {
        return promises.pools(claimant.account()).stream()
                .filter(p -> promises.pool(p).pool().resourceName().equals(gang.resource()))
                .toList();
    }

    private static Fits.Domain domain(PoolState pool, GangDemand gang, int n) {
        int depth = gang.required().map(pool.levels()::depthHolding).orElse(0);
        int at = depth < 0 ? pool.levels().nodeDepth() : depth;
        return new Fits.Domain(at, pool.ancestor(at, n));
    }

    private Attempt attempt(int p, GangDemand gang, Claimant claimant) {
        PoolState pool = cluster.promises().pool(p);
        List<BitSet> accepted = new ArrayList<>();
        for (GangDemand.PodSet podSet : gang.podSets()) {
            accepted.add(cluster.filters().accepted(pool, podSet.filter()));
        }
        BitSet avoided = new BitSet();
        if (!gang.avoid().isEmpty()) {
            for (int n : pool.nodes()) {
                avoided.set(n, gang.avoid().contains(pool.node(n).facts().name()));
            }
        }
        int owner = claimant.tier() == Tier.RESERVED ? cluster.owner(claimant.account()) : PoolState.OPEN;
        return new Attempt(p, pool, owner, accepted, avoided);
    }

    private Optional<Outcome> placeWithin(
            Attempt attempt,
            GangDemand gang,
            Claimant claimant,
            int kept,
            Promises promises,
            Fits.@Nullable Domain within) {
        PoolState pool = attempt.pool();
        boolean reserved = claimant.tier() == Tier.RESERVED;
        int free = reserved
                ? promises.claimable(claimant.account()) - kept
                : cluster.onDemandLimit(claimant.account()) - cluster.onDemandUsed(claimant.account()) - kept;
        Trial trial = new Trial(pool, attempt.owner(), check(attempt, Math.max(0, free), promises));
        Search search = new Search(
                pool, attempt.owner(), gang, attempt.accepted(), attempt.avoided(), reserved && free <= 0, trial);
        if ((!reserved && free < gang.gpus()) || !search.run(within)) {
            return Optional.empty();
        }
        Assignment assignment = trial.assignment(gang.podSets().size());
        List<Trial.Use> uses = trial.uses();
        trial.undoTo(0);
        for (Trial.Use use : uses) {
            cluster.seat(pool.node(use.node()).facts().name(), claimant, use.shape(), use.pods());
        }
        return Optional.of(new Outcome.Placed(claimant, assignment));
    }

    /** At most {@code free} units more (GPUs on demand), and every promise stays keepable. */
    private static Trial.Check check(Attempt attempt, int free, Promises promises) {
        PoolState pool = attempt.pool();
        int owner = attempt.owner();
        int before = pool.claimed(owner);
        return () -> {
            int taken = pool.claimed(owner) - before;
            return taken <= free && promises.entitlements().holds(attempt.index(), owner, taken);
        };
    }

    /** Whether {@code level} can be asked for in any pool that serves the account. */
    public boolean knowsLevel(String account, String level) {
        return cluster.promises().pools(account).stream().anyMatch(p -> {
            return cluster.promises().pool(p).levels().depthHolding(level) >= 0;
        });
    }
}
