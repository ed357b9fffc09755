package dev.offtake.placement;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Finds the place of a gang in the pools of an account: where it is idle, else where others go for it; bound cells before
 * new ones, and what may not be lent kept idle, also where others have to go for that.
 */
final class Finder {
    private final Cluster cluster;
    private final Allowance allowance;
    private final Function<PoolState, Fits.Source> sources;

    /** @param sources of the counts of what fits, by pool */
    Finder(Cluster cluster, Allowance allowance, Function<PoolState, Fits.Source> sources) {
        this.cluster = cluster;
        this.allowance = allowance;
        this.sources = sources;
    }

    /**
     * What is looked for.
     *
     * @param kept units of the account that earlier gangs wait for
     * @param keepsUnlent whether what may not be lent has to stay idle
     */
    record Asked(GangDemand gang, Claimant claimant, int kept, boolean keepsUnlent) {
        Asked(GangDemand gang, Claimant claimant, int kept) {
            this(gang, claimant, kept, false);
        }

        Asked keepingUnlent() {
            return new Asked(gang, claimant, kept, true);
        }
    }

    /** The best place, which is then in the state. */
    Optional<AcrossPools.Found> find(Asked asked, List<Where> wheres, Evictables evictables) {
        boolean mayEvict = evictables != Evictables.NONE && asked.claimant().tier() != Tier.SPOT;
        AcrossPools pools = new AcrossPools(asked.gang(), wheres);
        if (!mayEvict) {
            return pools.best(where -> search(asked, where));
        }
        Needs needs = cluster.promises().needs();
        if (wheres.stream().anyMatch(where -> needs.isAnyUnlent(where.index()))) {
            // Or those whose idle cells are not lent would have to wait until others have left theirs.
            Optional<AcrossPools.Found> found = find(pools, asked.keepingUnlent(), evictables);
            if (found.isPresent()) {
                return found;
            }
        }
        return find(pools, asked, evictables);
    }

    private Optional<AcrossPools.Found> find(AcrossPools pools, Asked asked, Evictables evictables) {
        Optional<AcrossPools.Found> idle = pools.best(where -> search(asked, where));
        if (idle.isEmpty()) {
            return pools.best(where -> reclaim(asked, where, evictables, false));
        }
        return mayBindCells(asked.claimant(), idle.get()) ? boundFirst(pools, asked, idle.get(), evictables) : idle;
    }

    private static boolean mayBindCells(Claimant claimant, AcrossPools.Found found) {
        PoolState pool = found.where().pool();
        return claimant.tier() == Tier.RESERVED
                && pool.unitRow(found.trial().right().owner()) != pool.levels().gpuRow();
    }

    /**
     * Where an idle place takes new cells, though the commitment has bound some already: what is lent of these goes first,
     * or it would cost the commitment other cells.
     */
    private Optional<AcrossPools.Found> boundFirst(
            AcrossPools pools, Asked asked, AcrossPools.Found idle, Evictables evictables) {
        String account = asked.claimant().account();
        int claimed = cluster.promises().claimed(account);
        List<Trial.Use> uses = idle.trial().uses();
        idle.trial().undoTo(0);
        int before = cluster.promises().claimed(account);
        Optional<AcrossPools.Found> bound = before > 0 && claimed > before
                ? pools.best(where -> reclaim(asked, where, evictables, true))
                : Optional.empty();
        if (bound.isPresent()) {
            return bound;
        }
        uses.forEach(idle.trial()::apply);
        return Optional.of(idle);
    }

    /** A place where it is idle, which is then in the state. */
    Optional<AcrossPools.Found> search(Asked asked, Where where) {
        PoolState pool = where.pool();
        return look(asked, where, allowance.right(asked.claimant()), (trial, onlyBound) -> {
            Search search = new Search(pool, trial.right(), asked.gang(), seek(asked.gang(), pool), onlyBound, trial);
            return search.run(where.within()) ? Optional.of(Set.of()) : Optional.empty();
        });
    }

    /**
     * A place that others have to leave first.
     *
     * @param inBound whether it is sought in cells only that the account has bound
     */
    private Optional<AcrossPools.Found> reclaim(Asked asked, Where where, Evictables evictables, boolean inBound) {
        PoolState pool = where.pool();
        GangDemand gang = asked.gang();
        Right right = allowance.right(asked.claimant()).reclaiming();
        return look(
                asked,
                where,
                right,
                (trial, onlyBound) -> new Reclaim(
                                pool,
                                right,
                                gang,
                                seek(gang, pool),
                                evictables,
                                name -> cluster.number(pool, name),
                                trial)
                        .run(where.within(), inBound || onlyBound, allowance.scarce(where)));
    }

    /** A way to look for a place in one pool; answers with who has to go for the one that is then in the trial. */
    private interface Way {
        Optional<Set<Evictables.Victim>> look(Trial trial, boolean onlyBound);
    }

    private Optional<AcrossPools.Found> look(Asked asked, Where where, Right right, Way way) {
        int gpus = asked.gang().gpus();
        int free = allowance.free(gpus, asked.claimant(), asked.kept());
        if (allowance.exceeds(free, gpus, asked.claimant(), where)) {
            return Optional.empty();
        }
        Trial trial = new Trial(where.pool(), right, allowance.check(where, right, free, asked.keepsUnlent()));
        return way.look(trial, Allowance.isOnlyBound(asked.claimant(), free))
                .map(victims -> new AcrossPools.Found(where, trial, victims, 1));
    }

    /** Where in a pool to look for a place of a gang. */
    Seek seek(GangDemand gang, PoolState pool) {
        List<BitSet> accepted = gang.podSets().stream()
                .map(podSet -> cluster.accepted(pool, podSet))
                .toList();
        return new Seek(sources.apply(pool), accepted, cluster.numbers(pool, gang.avoid()), new BitSet());
    }
}
