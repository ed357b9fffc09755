package dev.offtake.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Places gangs on accounts: tries the pools of the account's class, and explains a refusal in numbers. */
public final class Placer {
    private final Cluster cluster;
    private final Allowance allowance;
    private final Finder finder;
    private long searches;

    public Placer(Cluster cluster) {
        this(cluster, PoolState::fits, true);
    }

    /**
     * @param sources of the counts of what fits, by pool
     * @param skips whether cells are skipped of which the quota tells that they will not do, or tried like the others
     */
    Placer(Cluster cluster, Function<PoolState, Fits.Source> sources, boolean skips) {
        this.cluster = cluster;
        allowance = new Allowance(cluster, skips);
        finder = new Finder(cluster, allowance, sources);
    }

    /** How often it has looked for a place of a gang, idle or with victims: each gang once, be it on several accounts. */
    public long searches() {
        return searches;
    }

    /** So many pods of a gang that run on a node. */
    public record Lying(String node, Shape shape, int pods) {}

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
        return place(gang, claimant, Keep.of(kept), evictables, false);
    }

    /**
     * The same, and says why it is there.
     *
     * @param keep what earlier gangs wait for
     * @param explained whether anybody wants to know
     */
    public Outcome place(GangDemand gang, Claimant claimant, Keep keep, Evictables evictables, boolean explained) {
        return place(gang, List.of(new Terms(claimant, keep, evictables)), explained);
    }

    /**
     * The same on the best of several accounts of a tenant, be it that others have to go: which of them that is, the place
     * decides.
     *
     * @param accounts that may all serve the gang alike, at least one; of equal ones the first does
     */
    public Outcome place(GangDemand gang, List<Terms> accounts, boolean explained) {
        return place(requests(gang, accounts), explained);
    }

    /**
     * Places more pods of a gang that has a place already, in the same pool and, if it requires a level, in the same
     * cell of it, where it is idle, else where the least work has to go for them.
     *
     * @param beside a node of the gang
     */
    public Outcome placeBeside(GangDemand gang, Terms account, String beside) {
        List<Where> there = new ArrayList<>();
        for (Where where : serving(gang.resource(), account.claimant())) {
            int n = cluster.number(where.pool(), beside);
            if (n >= 0) {
                there.add(new Where(where.index(), where.pool(), domain(where.pool(), gang, n)));
            }
        }
        return place(List.of(request(gang, account, there)), false);
    }

    /** A place that was found for a gang, as it lies. */
    List<Lying> lying(GangDemand gang, Outcome.Placed placed) {
        List<Lying> lying = new ArrayList<>();
        for (int i = 0; i < gang.podSets().size(); i++) {
            Shape shape = gang.podSets().get(i).shape();
            placed.assignment().nodes().get(i).forEach(on -> lying.add(new Lying(on.node(), shape, on.pods())));
        }
        return lying;
    }

    /** Takes back a place that was found for a gang: nothing of it is in the state any more. */
    public void takeBack(GangDemand gang, Outcome.Placed placed) {
        lying(gang, placed).forEach(of -> cluster.seat(of.node(), placed.claimant(), of.shape(), -of.pods()));
    }

    /**
     * How many GPUs the claimant may have more at most, wherever they are; for more {@link #claim} answers no. Negative
     * where it may have none at all, not even those of cells that it has bound.
     */
    public int mostClaimable(Claimant claimant) {
        return allowance.mostClaimable(claimant);
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
        Seek seek = finder.seek(gang, pool, Keep.NOTHING);
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
     * @param keep what earlier gangs wait for
     * @return whether it is his now; if not, nothing has changed
     */
    public boolean claim(List<Lying> lying, Claimant lent, Claimant claimant, String resource, Keep keep) {
        if (lying.stream().anyMatch(l -> keep.nodes().contains(l.node()))) {
            return false;
        }
        int gpus = lying.stream().mapToInt(l -> l.shape().gpus() * l.pods()).sum();
        return allowance.free(gpus, claimant, keep.units()) >= 0
                && Closing.during(
                                cluster,
                                List.of(keep),
                                () -> Optional.of(lying).filter(all -> claimHere(all, lent, claimant, resource, keep)),
                                all -> recount(all, claimant, lent))
                        .isPresent();
    }

    private void recount(List<Lying> lying, Claimant from, Claimant to) {
        lying.forEach(l -> {
            cluster.seat(l.node(), from, l.shape(), -l.pods());
            cluster.seat(l.node(), to, l.shape(), l.pods());
        });
    }

    private boolean claimHere(List<Lying> lying, Claimant lent, Claimant claimant, String resource, Keep keep) {
        int gpus = lying.stream().mapToInt(l -> l.shape().gpus() * l.pods()).sum();
        int free = allowance.free(gpus, claimant, keep.units());
        for (Where where : serving(resource, claimant)) {
            PoolState pool = where.pool();
            Right right = allowance.right(claimant).reclaiming();
            boolean here = lying.stream().allMatch(l -> cluster.number(pool, l.node()) >= 0);
            if (here && !allowance.exceeds(free, gpus, claimant, where)) {
                List<Trial.Use> uses = lying.stream()
                        .map(l -> new Trial.Use(cluster.number(pool, l.node()), 0, l.shape(), l.pods()))
                        .toList();
                if (new InPlace(
                                pool,
                                right,
                                new Trial(pool, right, allowance.check(where, claimant, right, free, false)))
                        .fits(uses)) {
                    recount(lying, lent, claimant);
                    return true;
                }
            }
        }
        return false;
    }

    private List<Where> serving(String resource, Claimant claimant) {
        List<Where> serving = new ArrayList<>();
        for (int p : cluster.serving(claimant)) {
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
    Optional<Outcome.Placed> find(GangDemand gang, Terms account, boolean explained) {
        return find(requests(gang, List.of(account)), explained);
    }

    private List<Finder.Request> requests(GangDemand gang, List<Terms> accounts) {
        List<Finder.Request> requests = new ArrayList<>(accounts.size());
        for (Terms account : accounts) {
            requests.add(request(gang, account, serving(gang.resource(), account.claimant())));
        }
        return requests;
    }

    private static Finder.Request request(GangDemand gang, Terms account, List<Where> wheres) {
        return new Finder.Request(
                new Finder.Asked(gang, account.claimant(), account.keep()),
                new AcrossPools(gang, wheres),
                account.evictables());
    }

    private Optional<Outcome.Placed> find(List<Finder.Request> accounts, boolean explained) {
        GangDemand gang = accounts.get(0).asked().gang();
        // Who stands in the way of what is reserved for others has his part of the quota until he has ended.
        List<Finder.Request> within = new ArrayList<>(accounts);
        within.removeIf(account -> !account.asked().keep().reservations().isEmpty() && !isFree(account.asked()));
        if (within.isEmpty()) {
            return Optional.empty();
        }
        searches++;
        List<Keep> keeps = new ArrayList<>(within.size());
        within.forEach(account -> keeps.add(account.asked().keep()));
        return Closing.during(
                cluster,
                keeps,
                () -> finder.find(within).map(place -> take(gang, keep(within, place.claimant()), place, explained)),
                placed -> takeBack(gang, placed));
    }

    private boolean isFree(Finder.Asked asked) {
        return allowance.free(
                        asked.gang().gpus(), asked.claimant(), asked.keep().units())
                >= 0;
    }

    private static Keep keep(List<Finder.Request> accounts, Claimant claimant) {
        for (Finder.Request account : accounts) {
            if (account.asked().claimant().equals(claimant)) {
                return account.asked().keep();
            }
        }
        return Keep.NOTHING;
    }

    private Outcome place(List<Finder.Request> accounts, boolean explained) {
        Optional<Outcome.Placed> found = find(accounts, explained);
        if (found.isPresent()) {
            return found.get();
        }
        List<Refusal> refusals = new ArrayList<>();
        for (Finder.Request account : accounts) {
            Outcome anywhere = anywhere(account, explained).orElseGet(() -> refused(account));
            if (!(anywhere instanceof Outcome.Refused refused)) {
                return anywhere;
            }
            refusals.add(refused.refusal());
        }
        return new Outcome.Refused(refusals);
    }

    private Outcome.Refused refused(Finder.Request request) {
        Finder.Asked asked = request.asked();
        Claimant claimant = asked.claimant();
        Account account = cluster.account(claimant.account()).orElse(new Account(claimant.account(), "", "", 0, 0));
        List<Where> wheres = request.pools().wheres();
        List<PoolState> pools = wheres.stream().map(Where::pool).toList();
        Fits.@Nullable Domain within = wheres.size() == 1 ? wheres.get(0).within() : null;
        Unplaced unplaced = new Unplaced(cluster, asked.gang(), claimant, account, pools, within, asked.keep());
        return new Outcome.Refused(Explanation.of(
                unplaced, () -> wheres.stream().anyMatch(where -> fitsUnlessKept(asked, where))));
    }

    /** What becomes of a gang that is to be compact where it is lent its place, if it would have one elsewhere. */
    private Optional<Outcome> anywhere(Finder.Request request, boolean explained) {
        GangDemand gang = request.asked().gang();
        Claimant claimant = request.asked().claimant();
        if (!gang.compact() || claimant.tier() != Tier.SPOT) {
            return Optional.empty();
        }
        return request.pools()
                .best(where -> finder.search(new Finder.Asked(gang.anywhere(), claimant, Keep.NOTHING), where))
                .map(found -> ifCompact(gang, found, explained));
    }

    /** The search for compact places is not exhaustive: this one may be. */
    private Outcome ifCompact(GangDemand gang, AcrossPools.Found found, boolean explained) {
        PoolState pool = found.where().pool();
        List<Integer> nodes = found.trial().uses().stream().map(Trial.Use::node).toList();
        Optional<Compactness.Excess> excess = Compactness.of(
                        pool, gang, finder.seek(gang, pool, Keep.NOTHING).accepted())
                .excess(nodes);
        if (excess.isEmpty()) {
            return take(gang, Keep.NOTHING, found, explained);
        }
        found.trial().undoTo(0);
        return new Outcome.Refused(Refusal.of(Refusal.Code.NOT_COMPACT)
                .with("level", excess.get().level())
                .with("cells", excess.get().cells())
                .with("mostCells", excess.get().most())
                .build());
    }

    /** Whether there would be a place if nothing was kept for others; cells that are kept may be lent meanwhile. */
    private boolean fitsUnlessKept(Finder.Asked asked, Where where) {
        Finder.Asked unlessKept = new Finder.Asked(asked.gang(), asked.claimant(), Keep.NOTHING);
        Optional<AcrossPools.Found> found =
                asked.keep().nodes().isEmpty() || asked.claimant().tier() == Tier.SPOT
                        ? finder.search(unlessKept, where)
                        : finder.searchBesideFirm(unlessKept, where);
        found.ifPresent(place -> place.trial().undoTo(0));
        return found.isPresent();
    }

    private Outcome.Placed take(GangDemand gang, Keep keep, AcrossPools.Found found, boolean explained) {
        Claimant claimant = found.claimant();
        PoolState pool = found.where().pool();
        Trial trial = found.trial();
        Assignment assignment = trial.assignment(gang.podSets().size());
        List<Trial.Use> uses = trial.uses();
        int claimed = pool.claimed(trial.right().owner());
        trial.undoTo(0);
        Optional<Rationale> why = explained
                ? Optional.of(new Reasoning(pool, trial.right(), gang, finder.seek(gang, pool, keep))
                        .of(uses, claimed - pool.claimed(trial.right().owner()), found.victims())
                        .among(found.pools()))
                : Optional.empty();
        for (Trial.Use use : uses) {
            cluster.seat(pool.node(use.node()).facts().name(), claimant, use.shape(), use.pods());
        }
        return new Outcome.Placed(claimant, assignment, List.copyOf(found.victims()), why);
    }

    /**
     * Whether so many GPUs are more than the account has left of what is committed or agreed, whatever else stands in
     * the way. That there is no supply for what it has left is another matter.
     */
    public boolean isBeyondQuota(Claimant claimant, int gpus) {
        return allowance.isBeyondQuota(claimant, gpus);
    }
}
