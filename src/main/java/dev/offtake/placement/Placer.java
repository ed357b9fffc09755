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

    /** So many pods of a gang that run on a node. */
    public record Lying(String node, Shape shape, int pods) {}

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
        return place(gang, claimant, serving(gang.resource(), claimant), kept, evictables, explained);
    }

    /**
     * Places more pods of a gang that has a place already, in the same pool and, if it requires a level, in the same
     * cell of it.
     *
     * @param beside a node of the gang
     */
    public Outcome placeBeside(GangDemand gang, Claimant claimant, String beside, int kept) {
        List<Where> there = new ArrayList<>();
        for (Where where : serving(gang.resource(), claimant)) {
            int n = cluster.number(where.pool(), beside);
            if (n >= 0) {
                there.add(new Where(where.index(), where.pool(), domain(where.pool(), gang, n)));
            }
        }
        return place(gang, claimant, there, kept, Evictables.NONE, false);
    }

    /**
     * How many GPUs the claimant may have more at most, wherever they are; for more {@link #claim} answers no. Negative
     * where it may have none at all, not even those of cells that it has bound.
     */
    public int mostClaimable(Claimant claimant) {
        String account = claimant.account();
        return switch (claimant.tier()) {
            case RESERVED -> {
                int free = free(0, claimant, 0);
                yield free < 0 || cluster.unitGpus(account) == 1 ? free : Integer.MAX_VALUE;
            }
            case ON_DEMAND -> cluster.onDemandLimit(account) - cluster.onDemandUsed(account);
            case SPOT -> Integer.MAX_VALUE;
        };
    }

    /**
     * Whether it can be told without a search that what is idle has no room for a gang that it is to be lent to: no cell of
     * the level that it requires is large enough.
     */
    public boolean hasNoRoom(GangDemand gang, Claimant claimant) {
        for (Where where : claimant.tier() == Tier.SPOT ? serving(gang.resource(), claimant) : List.<Where>of()) {
            if (mayHold(where.pool(), gang)) {
                return false;
            }
        }
        return claimant.tier() == Tier.SPOT;
    }

    private boolean mayHold(PoolState pool, GangDemand gang) {
        int required = gang.required().map(pool.levels()::depthHolding).orElse(0);
        if (required < 0 || !pool.hasNodes()) {
            return false;
        }
        Seek seek = seek(gang, pool);
        for (int i = 0; i < gang.podSets().size(); i++) {
            GangDemand.PodSet podSet = gang.podSets().get(i);
            if (Search.holdsNowhere(seek.fits(Right.LENT, Fits.Reach.ALL, i, podSet), podSet, required)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Makes what can be evicted another claimant's, who cannot be, right where it is: if it could be placed just there for
     * him, within his quota, and every promise stays keepable.
     *
     * @param lent whose work it is now, all of one gang
     * @param resource by which it asks for GPUs
     * @param kept units of the account (GPUs on demand) that earlier gangs wait for and that must be left
     * @return whether it is his now; if not, nothing has changed
     */
    public boolean claim(List<Lying> lying, Claimant lent, Claimant claimant, String resource, int kept) {
        int gpus = lying.stream().mapToInt(l -> l.shape().gpus() * l.pods()).sum();
        int free = free(gpus, claimant, kept);
        for (Where where : free < 0 ? List.<Where>of() : serving(resource, claimant)) {
            PoolState pool = where.pool();
            Right right = right(claimant).reclaiming();
            boolean here = lying.stream().allMatch(l -> cluster.number(pool, l.node()) >= 0);
            if (here && !isPromised(gpus, claimant, where)) {
                List<Trial.Use> uses = lying.stream()
                        .map(l -> new Trial.Use(cluster.number(pool, l.node()), 0, l.shape(), l.pods()))
                        .toList();
                if (new InPlace(pool, right, new Trial(pool, right, check(where, right, free))).fits(uses)) {
                    lying.forEach(l -> {
                        cluster.seat(l.node(), lent, l.shape(), -l.pods());
                        cluster.seat(l.node(), claimant, l.shape(), l.pods());
                    });
                    return true;
                }
            }
        }
        return false;
    }

    private List<Where> serving(String resource, Claimant claimant) {
        List<Where> serving = new ArrayList<>();
        for (int p : cluster.promises().pools(claimant.account())) {
            PoolState pool = cluster.promises().pool(p);
            if (pool.pool().resourceName().equals(resource)) {
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

    /** The same as {@link #place}, without saying why not. */
    Optional<Outcome.Placed> find(
            GangDemand gang, Claimant claimant, int kept, Evictables evictables, boolean explained) {
        return find(gang, claimant, serving(gang.resource(), claimant), kept, evictables, explained);
    }

    private Optional<Outcome.Placed> find(
            GangDemand gang,
            Claimant claimant,
            List<Where> wheres,
            int kept,
            Evictables evictables,
            boolean explained) {
        for (Where where : wheres) {
            Optional<Trial> found = search(gang, claimant, where, kept);
            if (found.isPresent()) {
                return Optional.of(take(gang, claimant, where.pool(), found.get(), Set.of(), explained));
            }
        }
        if (evictables != Evictables.NONE && claimant.tier() != Tier.SPOT) {
            for (Where where : wheres) {
                Optional<Outcome.Placed> reclaimed = reclaim(gang, claimant, where, kept, evictables, explained);
                if (reclaimed.isPresent()) {
                    return reclaimed;
                }
            }
        }
        return Optional.empty();
    }

    private Outcome place(
            GangDemand gang,
            Claimant claimant,
            List<Where> wheres,
            int kept,
            Evictables evictables,
            boolean explained) {
        Optional<Outcome.Placed> found = find(gang, claimant, wheres, kept, evictables, explained);
        if (found.isPresent()) {
            return found.get();
        }
        Optional<Outcome> anywhere = anywhere(gang, claimant, wheres, explained);
        if (anywhere.isPresent()) {
            return anywhere.get();
        }
        Account account = cluster.account(claimant.account()).orElse(new Account(claimant.account(), "", "", 0, 0));
        List<PoolState> pools = wheres.stream().map(Where::pool).toList();
        Fits.@Nullable Domain within = wheres.size() == 1 ? wheres.get(0).within() : null;
        Unplaced unplaced = new Unplaced(cluster, gang, claimant, account, pools, within, kept);
        return new Outcome.Refused(Explanation.of(
                unplaced, () -> wheres.stream().anyMatch(w -> fits(gang, claimant, w))));
    }

    /** What becomes of a gang that is to be compact where it is lent its place, if it would have one elsewhere. */
    private Optional<Outcome> anywhere(GangDemand gang, Claimant claimant, List<Where> wheres, boolean explained) {
        if (!gang.compact() || claimant.tier() != Tier.SPOT) {
            return Optional.empty();
        }
        for (Where where : wheres) {
            Optional<Trial> found = search(gang.anywhere(), claimant, where, 0);
            if (found.isPresent()) {
                return Optional.of(ifCompact(gang, claimant, where.pool(), found.get(), explained));
            }
        }
        return Optional.empty();
    }

    /** The search for compact places is not exhaustive: this one may be. */
    private Outcome ifCompact(GangDemand gang, Claimant claimant, PoolState pool, Trial found, boolean explained) {
        List<Integer> nodes = found.uses().stream().map(Trial.Use::node).toList();
        Optional<Compactness.Excess> excess =
                Compactness.of(pool, gang, seek(gang, pool).accepted()).excess(nodes);
        if (excess.isEmpty()) {
            return take(gang, claimant, pool, found, Set.of(), explained);
        }
        found.undoTo(0);
        return new Outcome.Refused(Refusal.of(Refusal.Code.NOT_COMPACT)
                .with("level", excess.get().level())
                .with("cells", excess.get().cells())
                .with("mostCells", excess.get().most())
                .build());
    }

    /** Whether there would be a place if nothing was kept for others. */
    private boolean fits(GangDemand gang, Claimant claimant, Where where) {
        Optional<Trial> found = search(gang, claimant, where, 0);
        found.ifPresent(trial -> trial.undoTo(0));
        return found.isPresent();
    }

    private Outcome.Placed take(
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
        int free = free(gang.gpus(), claimant, kept);
        if (free < 0 || exceeds(free, gang, claimant, where) || isPromised(gang.gpus(), claimant, where)) {
            return Optional.empty();
        }
        Right right = right(claimant);
        Trial trial = new Trial(where.pool(), right, check(where, right, free));
        Search search =
                new Search(where.pool(), right, gang, seek(gang, where.pool()), isOnlyBound(claimant, free), trial);
        return search.run(where.within()) ? Optional.of(trial) : Optional.empty();
    }

    private Optional<Outcome.Placed> reclaim(
            GangDemand gang, Claimant claimant, Where where, int kept, Evictables evictables, boolean explained) {
        int free = free(gang.gpus(), claimant, kept);
        if (free < 0 || exceeds(free, gang, claimant, where) || isPromised(gang.gpus(), claimant, where)) {
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
    private boolean isPromised(int gpus, Claimant claimant, Where where) {
        int gpuRow = where.pool().levels().gpuRow();
        return claimant.tier() == Tier.ON_DEMAND
                && cluster.promises().entitlements().slack(where.index(), gpuRow) < gpus;
    }

    /**
     * Whether so many GPUs are more than the account has left of what is committed or agreed, whatever else stands in
     * the way. That there is no supply for what it has left is another matter.
     */
    public boolean isBeyondQuota(Claimant claimant, int gpus) {
        return switch (claimant.tier()) {
            case RESERVED -> {
                List<Integer> pools = cluster.promises().pools(claimant.account());
                boolean inGpus = !pools.isEmpty();
                for (int p : pools) {
                    inGpus &= isInGpus(claimant, cluster.promises().pool(p));
                }
                yield inGpus && cluster.promises().unclaimed(claimant.account()) < gpus;
            }
            case ON_DEMAND ->
                cluster.onDemandLimit(claimant.account()) - cluster.onDemandUsed(claimant.account()) < gpus;
            case SPOT -> false;
        };
    }

    private boolean isInGpus(Claimant claimant, PoolState pool) {
        return pool.unitRow(cluster.owner(claimant.account())) == pool.levels().gpuRow();
    }

    /** Whether its GPUs alone are more than the free units: a commitment in GPUs binds nothing that could hold the rest. */
    private boolean exceeds(int free, GangDemand gang, Claimant claimant, Where where) {
        return claimant.tier() == Tier.RESERVED && isInGpus(claimant, where.pool()) && gang.gpus() > free;
    }

    private static boolean isOnlyBound(Claimant claimant, int free) {
        return claimant.tier() == Tier.RESERVED && free == 0;
    }

    /** Units of the account (GPUs beside it) that the gang may take; negative if it must not be placed on it. */
    private int free(int gpus, Claimant claimant, int kept) {
        String account = claimant.account();
        return switch (claimant.tier()) {
            case RESERVED -> {
                int claimable = cluster.promises().claimable(account);
                yield claimable < 0 ? -1 : Math.max(0, claimable - kept);
            }
            case ON_DEMAND -> {
                int free = cluster.onDemandLimit(account) - cluster.onDemandUsed(account) - kept;
                yield free < gpus ? -1 : free;
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
