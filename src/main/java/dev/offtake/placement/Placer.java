package dev.offtake.placement;

import dev.offtake.fleet.Level;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

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
            Optional<Outcome> placed = placeIn(attempt(p, gang, claimant), gang, claimant, kept, promises);
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
        int depth = gang.required().map(level -> pool.levels().depth(level)).orElse(0);
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

    private Optional<Outcome> placeIn(
            Attempt attempt, GangDemand gang, Claimant claimant, int kept, Promises promises) {
        return placeWithin(attempt, gang, claimant, kept, promises, null);
    }

    private Optional<Outcome> placeWithin(
            Attempt attempt,
            GangDemand gang,
            Claimant claimant,
            int kept,
            Promises promises,
            Fits.@org.jspecify.annotations.Nullable Domain within) {
        PoolState pool = attempt.pool();
        Search.Check check = claimant.tier() == Tier.RESERVED
                ? reservedCheck(attempt, claimant, kept, promises)
                : onDemandCheck(attempt, claimant, kept, promises);
        Search search = new Search(pool, attempt.owner(), gang, attempt.accepted(), attempt.avoided(), check);
        List<Search.Use> uses = List.copyOf(search.run(within));
        if (uses.isEmpty()) {
            return Optional.empty();
        }
        Assignment assignment = Search.assignment(pool, gang, uses);
        search.takeBack();
        for (Search.Use use : uses) {
            cluster.seat(pool.node(use.node()).facts().name(), claimant, use.shape(), use.pods());
        }
        return Optional.of(new Outcome.Placed(claimant, assignment));
    }

    private static Search.Check reservedCheck(Attempt attempt, Claimant claimant, int kept, Promises promises) {
        PoolState pool = attempt.pool();
        int owner = attempt.owner();
        int claimedHere = pool.claimed(owner);
        int free = promises.entitled(claimant.account()) - promises.claimed(claimant.account()) - kept;
        return () -> {
            int taken = pool.claimed(owner) - claimedHere;
            return taken <= Math.max(0, free) && promises.entitlements().holds(attempt.index(), owner, taken);
        };
    }

    private Search.Check onDemandCheck(Attempt attempt, Claimant claimant, int kept, Promises promises) {
        PoolState pool = attempt.pool();
        int limit =
                cluster.account(claimant.account()).map(Account::onDemandGpus).orElse(0);
        int free = limit - cluster.onDemandUsed(claimant.account()) - kept;
        int openHere = pool.claimed(PoolState.OPEN);
        return () -> pool.claimed(PoolState.OPEN) - openHere <= free
                && promises.entitlements().holds(attempt.index(), PoolState.OPEN, 0);
    }

    /** Whether {@code level} can be asked for in any pool that serves the account. */
    public boolean knowsLevel(String account, String level) {
        return cluster.promises().pools(account).stream().anyMatch(p -> {
            LevelTable levels = cluster.promises().pool(p).levels();
            return levels.depth(level) >= 0 || levels.row(level) >= 0 || level.equals(Level.NODE);
        });
    }
}
