package dev.offtake.placement;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Finds the place of a gang in the pools of its accounts: where it is idle, else where others go for it; on each account
 * bound cells before new ones, and what may not be lent kept idle, also where others have to go for that.
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
     * @param keep what earlier gangs wait for
     * @param keepsUnlent whether what may not be lent has to stay idle
     */
    record Asked(GangDemand gang, Claimant claimant, Keep keep, boolean keepsUnlent) {
        Asked(GangDemand gang, Claimant claimant, Keep keep) {
            this(gang, claimant, keep, false);
        }

        Asked keepingUnlent() {
            return new Asked(gang, claimant, keep, true);
        }
    }

    /**
     * What is looked for on one account, and where.
     *
     * @param evictables who may be evicted for it
     */
    record Request(Asked asked, AcrossPools pools, Evictables evictables) {
        private Request keepingUnlent() {
            return new Request(asked.keepingUnlent(), pools, evictables);
        }

        private boolean mayEvict() {
            return evictables != Evictables.NONE && asked.claimant().tier() != Tier.SPOT;
        }
    }

    /**
     * The best place for a gang, which is then in the state.
     *
     * @param accounts that may all serve it alike, at least one
     */
    Optional<AcrossPools.Found> find(List<Request> accounts) {
        if (mayWaitForOthers(accounts)) {
            // Or those whose idle cells are not lent would have to wait until others have left theirs.
            Optional<AcrossPools.Found> found =
                    best(accounts.stream().map(Request::keepingUnlent).toList());
            if (found.isPresent()) {
                return found;
            }
        }
        return best(accounts);
    }

    /** Whether a place that is not idle may be better than one that takes what may not be lent. */
    private boolean mayWaitForOthers(List<Request> accounts) {
        Needs needs = cluster.promises().needs();
        boolean mayEvict = false;
        boolean isAnyUnlent = false;
        for (Request account : accounts) {
            mayEvict |= account.mayEvict();
            for (Where where : account.pools().wheres()) {
                isAnyUnlent |= needs.isAnyUnlent(where.index());
            }
        }
        return mayEvict && isAnyUnlent;
    }

    private Optional<AcrossPools.Found> best(List<Request> accounts) {
        if (accounts.size() == 1) {
            Request only = accounts.get(0);
            return gently(only).or(() -> reclaim(only));
        }
        AcrossAccounts offers = new AcrossAccounts(
                accounts.get(0).asked().gang(),
                accounts.stream()
                        .flatMap(account -> account.pools().wheres().stream())
                        .toList());
        Set<View> served = new HashSet<>();
        List<Request> others = offers(accounts, this::gently, served, offers);
        if (!offers.isIdle()) {
            offers(others, this::reclaim, served, offers);
        }
        return offers.best();
    }

    /** Lets each account offer its place; answers those that have none. */
    private List<Request> offers(
            List<Request> accounts,
            Function<Request, Optional<AcrossPools.Found>> way,
            Set<View> served,
            AcrossAccounts offers) {
        List<Request> without = new ArrayList<>();
        for (Request account : accounts) {
            Optional<View> view = view(account);
            if (view.filter(served::contains).isEmpty()) {
                Optional<AcrossPools.Found> place = way.apply(account);
                place.ifPresentOrElse(offers::offer, () -> without.add(account));
                place.flatMap(found -> view).ifPresent(served::add);
            }
        }
        return without;
    }

    /** All on which it depends what an account finds that has bound no cell. */
    private record View(String unit, List<Where> wheres, Set<String> kept, Evictables evictables) {}

    /** Empty where an account has cells of its own. Accounts with the same view have the same place, if they have one. */
    private Optional<View> view(Request request) {
        Claimant claimant = request.asked().claimant();
        boolean isOpen = claimant.tier() != Tier.RESERVED;
        String account = claimant.account();
        boolean hasCells = !isOpen
                && cluster.quotas().unitGpus(account) != 1
                && cluster.promises().claimed(account) > 0;
        String unit = isOpen ? "" : cluster.account(account).map(Account::unit).orElse("");
        return hasCells
                ? Optional.empty()
                : Optional.of(new View(
                        unit, request.pools().wheres(), request.asked().keep().nodes(), request.evictables()));
    }

    /** A place where it is idle, but for what was lent of cells that are the account's already. */
    private Optional<AcrossPools.Found> gently(Request request) {
        Optional<AcrossPools.Found> idle = request.pools().best(where -> search(request.asked(), where));
        return idle.isPresent()
                        && request.mayEvict()
                        && mayBindCells(request.asked().claimant(), idle.get())
                ? boundFirst(request, idle.get())
                : idle;
    }

    private Optional<AcrossPools.Found> reclaim(Request request) {
        return request.mayEvict() ? reclaim(request, false) : Optional.empty();
    }

    private Optional<AcrossPools.Found> reclaim(Request request, boolean inBound) {
        return request.pools().best(where -> reclaim(request.asked(), where, request.evictables(), inBound));
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
    private Optional<AcrossPools.Found> boundFirst(Request request, AcrossPools.Found idle) {
        String account = request.asked().claimant().account();
        int claimed = cluster.promises().claimed(account);
        List<Trial.Use> uses = idle.trial().uses();
        idle.trial().undoTo(0);
        int before = cluster.promises().claimed(account);
        Optional<AcrossPools.Found> bound = before > 0 && claimed > before ? reclaim(request, true) : Optional.empty();
        if (bound.isPresent()) {
            return bound;
        }
        uses.forEach(idle.trial()::apply);
        return Optional.of(idle);
    }

    /** A place where it is idle, which is then in the state. */
    Optional<AcrossPools.Found> search(Asked asked, Where where) {
        return search(asked, where, allowance.right(asked.claimant()));
    }

    /** The same as if what can be evicted was gone. */
    Optional<AcrossPools.Found> searchBesideFirm(Asked asked, Where where) {
        return search(asked, where, allowance.right(asked.claimant()).reclaiming());
    }

    private Optional<AcrossPools.Found> search(Asked asked, Where where, Right right) {
        PoolState pool = where.pool();
        return look(asked, where, right, (trial, onlyBound) -> {
            Seek seek = seek(asked.gang(), pool, asked.keep());
            Search search = new Search(pool, right, asked.gang(), seek, onlyBound, trial);
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
                                seek(gang, pool, asked.keep()),
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
        int free = allowance.free(gpus, asked.claimant(), asked.keep().units());
        if (allowance.exceeds(free, gpus, asked.claimant(), where)) {
            return Optional.empty();
        }
        Trial trial = new Trial(
                where.pool(), right, allowance.check(where, asked.claimant(), right, free, asked.keepsUnlent()));
        return way.look(trial, Allowance.isOnlyBound(asked.claimant(), free))
                .map(victims -> new AcrossPools.Found(asked.claimant(), where, trial, victims, 1));
    }

    /** Where in a pool to look for a place of a gang. */
    Seek seek(GangDemand gang, PoolState pool, Keep keep) {
        List<BitSet> accepted = new ArrayList<>(gang.podSets().size());
        for (GangDemand.PodSet podSet : gang.podSets()) {
            accepted.add(cluster.accepted(pool, podSet));
        }
        BitSet avoid = cluster.numbers(pool, gang.avoid());
        if (!keep.nodes().isEmpty()) {
            avoid.or(cluster.numbers(pool, keep.nodes()));
        }
        return new Seek(sources.apply(pool), accepted, avoid, new BitSet());
    }
}
