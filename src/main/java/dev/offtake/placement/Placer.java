package dev.offtake.placement;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Places gangs on accounts: tries the pools of the account's class, and explains a refusal in numbers. */
public final class Placer {
    private final Cluster cluster;
    private final Function<PoolState, Fits.Source> sources;

    public Placer(Cluster cluster) {
        this(cluster, PoolState::fits);
    }

    /** @param sources of the counts of what fits, by pool */
    Placer(Cluster cluster, Function<PoolState, Fits.Source> sources) {
        this.cluster = cluster;
        this.sources = sources;
    }

    /** One of the account's pools, or one cell of it. */
    private record Where(int index, PoolState pool, Fits.@Nullable Domain within) {}

    /**
     * Places the gang where it is idle, or says why not.
     *
     * @param kept units of the account (GPUs on demand) that earlier gangs wait for and that this one must leave
     */
    public Outcome place(GangDemand gang, Claimant claimant, int kept) {
        return place(gang, claimant, kept, Evictables.NONE);
    }

    /**
     * Places the gang where it is idle, else where the least work has to go for it, or says why not.
     *
     * @param kept units of the account (GPUs on demand) that earlier gangs wait for and that this one must leave
     * @param evictables who may be evicted for it
     */
    public Outcome place(GangDemand gang, Claimant claimant, int kept, Evictables evictables) {
        return place(gang, claimant, kept, evictables, false);
    }

    /**
     * The same, and says why it is there.
     *
     * @param explained whether anybody wants to know
     */
    public Outcome place(GangDemand gang, Claimant claimant, int kept, Evictables evictables, boolean explained) {
        return place(gang, claimant, serving(gang, claimant), kept, evictables, explained);
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
            int n = cluster.number(where.pool(), beside);
            if (n >= 0) {
                there.add(new Where(where.index(), where.pool(), domain(where.pool(), gang, n)));
            }
        }
        return place(gang, claimant, there, kept, Evictables.NONE, false);
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

    private Outcome place(
            GangDemand gang,
            Claimant claimant,
            List<Where> wheres,
            int kept,
            Evictables evictables,
            boolean explained) {
        for (Where where : wheres) {
            Optional<Trial> found = search(gang, claimant, where, kept);
            if (found.isPresent()) {
                return take(gang, claimant, where.pool(), found.get(), Set.of(), explained);
            }
        }
        if (evictables != Evictables.NONE && claimant.tier() != Tier.SPOT) {
            for (Where where : wheres) {
                Optional<Outcome> reclaimed = reclaim(gang, claimant, where, kept, evictables, explained);
                if (reclaimed.isPresent()) {
                    return reclaimed.get();
                }
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

    private Outcome take(
            GangDemand gang,
            Claimant claimant,
            PoolState pool,
            Trial trial,
            Set<Evictables.Victim> victims,
            boolean explained) {
        Assignment assignment = trial.assignment(gang.podSets().size());
        List<Trial.Use> uses = trial.uses();
        int claimed = pool.claimed(trial.right().owner());
        trial.undoTo(0);
        Optional<Rationale> why = explained
                ? Optional.of(new Reasoning(pool, trial.right(), gang, seek(gang, pool))
                        .of(uses, claimed - pool.claimed(trial.right().owner()), victims))
                : Optional.empty();
        for (Trial.Use use : uses) {
            cluster.seat(pool.node(use.node()).facts().name(), claimant, use.shape(), use.pods());
        }
        return new Outcome.Placed(claimant, assignment, List.copyOf(victims), why);
    }

    /** The place found, which is then in the state. */
    private Optional<Trial> search(GangDemand gang, Claimant claimant, Where where, int kept) {
        int free = free(gang, claimant, kept);
        if (free < 0 || isPromised(gang, claimant, where)) {
            return Optional.empty();
        }
        Right right = right(claimant);
        Trial trial = new Trial(where.pool(), right, check(where, right, free));
        Search search =
                new Search(where.pool(), right, gang, seek(gang, where.pool()), isOnlyBound(claimant, free), trial);
        return search.run(where.within()) ? Optional.of(trial) : Optional.empty();
    }

    private Optional<Outcome> reclaim(
            GangDemand gang, Claimant claimant, Where where, int kept, Evictables evictables, boolean explained) {
        int free = free(gang, claimant, kept);
        if (free < 0 || isPromised(gang, claimant, where)) {
            return Optional.empty();
        }
        Right right = right(claimant).reclaiming();
        PoolState pool = where.pool();
        Trial trial = new Trial(pool, right, check(where, right, free));
        return new Reclaim(pool, right, gang, seek(gang, pool), evictables, name -> cluster.number(pool, name), trial)
                .run(where.within(), isOnlyBound(claimant, free), scarce(where))
                .map(victims -> take(gang, claimant, pool, trial, victims, explained));
    }

    private Right right(Claimant claimant) {
        return switch (claimant.tier()) {
            case RESERVED -> Right.of(cluster.owner(claimant.account()));
            case ON_DEMAND -> Right.of(PoolState.OPEN);
            case SPOT -> Right.LENT;
        };
    }

    /** Whether so many GPUs cannot be spared, wherever they are: on demand each one that is taken is one less to give. */
    private boolean isPromised(GangDemand gang, Claimant claimant, Where where) {
        int gpuRow = where.pool().levels().gpuRow();
        return claimant.tier() == Tier.ON_DEMAND
                && cluster.promises().entitlements().slack(where.index(), gpuRow) < gang.gpus();
    }

    private static boolean isOnlyBound(Claimant claimant, int free) {
        return claimant.tier() == Tier.RESERVED && free == 0;
    }

    /** Units of the account (GPUs beside it) that the gang may take; negative if it must not be placed on it. */
    private int free(GangDemand gang, Claimant claimant, int kept) {
        String account = claimant.account();
        return switch (claimant.tier()) {
            case RESERVED -> {
                int claimable = cluster.promises().claimable(account);
                yield claimable < 0 ? -1 : Math.max(0, claimable - kept);
            }
            case ON_DEMAND -> {
                int free = cluster.onDemandLimit(account) - cluster.onDemandUsed(account) - kept;
                yield free < gang.gpus() ? -1 : free;
            }
            case SPOT -> Integer.MAX_VALUE;
        };
    }

    /** At most {@code free} units more (GPUs on demand), and every promise stays keepable. */
    private Trial.Check check(Where where, Right right, int free) {
        PoolState pool = where.pool();
        Entitlements entitlements = cluster.promises().entitlements();
        if (right.isLent()) {
            return () -> entitlements.isUnlentIdle(where.index());
        }
        int owner = right.owner();
        int before = pool.claimed(owner);
        return () -> {
            int taken = pool.claimed(owner) - before;
            return taken <= free && entitlements.holds(where.index(), owner, taken);
        };
    }

    /** The rows of whose whole cells the pool has none beyond those that are promised. */
    private BitSet scarce(Where where) {
        BitSet scarce = new BitSet();
        for (int row = 0; row < where.pool().levels().rows(); row++) {
            scarce.set(row, cluster.promises().entitlements().slack(where.index(), row) <= 0);
        }
        return scarce;
    }

    private Seek seek(GangDemand gang, PoolState pool) {
        List<BitSet> accepted = gang.podSets().stream()
                .map(podSet -> cluster.accepted(pool, podSet))
                .toList();
        return new Seek(sources.apply(pool), accepted, cluster.numbers(pool, gang.avoid()), new BitSet());
    }
}
