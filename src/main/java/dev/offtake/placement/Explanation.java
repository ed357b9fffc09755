package dev.offtake.placement;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Says in numbers why a gang has no place. Runs only after a search has failed, and looks at one cause after the other:
 * what could never work, then the quota, then the shape, then what else is short.
 */
final class Explanation {
    private final Cluster cluster;
    private final GangDemand gang;
    private final Claimant claimant;
    private final int kept;

    Explanation(Cluster cluster, GangDemand gang, Claimant claimant, int kept) {
        this.cluster = cluster;
        this.gang = gang;
        this.claimant = claimant;
        this.kept = kept;
    }

    Refusal refusal(List<Integer> serving) {
        if (serving.isEmpty()) {
            return Refusal.of(Refusal.Code.NO_POOL_OF_CLASS)
                    .with(
                            "class",
                            cluster.account(claimant.account())
                                    .map(Account::gpuClass)
                                    .orElse(""))
                    .with(
                            "unit",
                            cluster.account(claimant.account())
                                    .map(Account::unit)
                                    .orElse(""))
                    .build();
        }
        List<PoolState> pools = serving.stream().map(cluster.promises()::pool).toList();
        Optional<Refusal> hopeless = matchesNoNode(pools).or(() -> neverFits(pools));
        if (hopeless.isPresent()) {
            return hopeless.get();
        }
        Optional<Refusal> quota = claimant.tier() == Tier.RESERVED ? reservedQuota(pools) : onDemandQuota(pools);
        return quota.or(() -> shortResource(pools)).orElseGet(() -> shape(pools));
    }

    private Optional<Refusal> matchesNoNode(List<PoolState> pools) {
        for (GangDemand.PodSet podSet : gang.podSets()) {
            int accepted = 0;
            int nodes = 0;
            for (PoolState pool : pools) {
                nodes += pool.nodes().size();
                for (int n : pool.nodes()) {
                    boolean avoided = gang.avoid().contains(pool.node(n).facts().name());
                    accepted += !avoided
                                    && cluster.filters()
                                            .accepted(pool, podSet.filter())
                                            .get(n)
                            ? 1
                            : 0;
                }
            }
            if (nodes > 0 && accepted == 0) {
                return Optional.of(Refusal.of(Refusal.Code.CONSTRAINTS_MATCH_NO_NODE)
                        .with("nodes", nodes)
                        .with("avoided", gang.avoid().size())
                        .build());
            }
        }
        return Optional.empty();
    }

    private Optional<Refusal> neverFits(List<PoolState> pools) {
        String level = gang.required().orElse("pool");
        long most = 0;
        for (PoolState pool : pools) {
            most = Math.max(most, mostInEmpty(pool));
        }
        if (most >= gang.pods()) {
            return Optional.empty();
        }
        int gpusPerPod = gang.podSets().get(0).shape().gpus();
        return Optional.of(Refusal.of(Refusal.Code.NEVER_FITS)
                .with("level", level)
                .with("neededPods", gang.pods())
                .with("neededGpus", gang.gpus())
                .with("mostPods", most)
                .with("mostGpus", most * gpusPerPod)
                .build());
    }

    /** The most pods of the gang that one cell of the required level could hold, were it empty and complete. */
    private long mostInEmpty(PoolState pool) {
        int depth = gang.required().map(level -> pool.levels().depth(level)).orElse(0);
        int at = depth < 0 ? pool.levels().nodeDepth() : depth;
        long most = 0;
        long sum = 0;
        for (GangDemand.PodSet podSet : gang.podSets()) {
            Fits fits = new Fits(pool, PoolState.OPEN);
            fits.count(
                    podSet,
                    cluster.filters().accepted(pool, podSet.filter()),
                    new BitSet(),
                    Fits.Reach.EMPTY,
                    null,
                    Integer.MAX_VALUE);
            long best = 0;
            long bestNode = 0;
            for (int n = 0; n < fits.nodes(); n++) {
                bestNode = Math.max(bestNode, fits.of(pool.levels().nodeDepth(), n));
            }
            for (int c = 0; c < fits.cells(at); c++) {
                best = Math.max(best, fits.of(at, c));
            }
            best = Math.max(best, bestNode * pool.levels().sellableNodes(at));
            if (best < podSet.count()) {
                return best;
            }
            sum += best;
            most = most == 0 ? best : Math.min(most, best);
        }
        return gang.podSets().size() == 1 ? most : Math.max(sum, gang.pods());
    }

    private Optional<Refusal> reservedQuota(List<PoolState> pools) {
        Promises promises = cluster.promises();
        Account account = cluster.account(claimant.account()).orElseThrow();
        int owner = cluster.owner(claimant.account());
        LevelTable levels = pools.get(0).levels();
        int unitGpus = levels.gpus(pools.get(0).unitRow(owner));
        int claimed = promises.claimed(account.name());
        int entitled = promises.entitled(account.name());
        long boundFree = boundFreeGpus(pools, owner);
        long missing = Math.max(0, charge(pools) - boundFree);
        long units = -Math.floorDiv(-missing, unitGpus);
        if (units > account.committed() - claimed) {
            return Optional.of(Refusal.of(Refusal.Code.QUOTA_REACHED)
                    .with("tier", "Reserved")
                    .with("unit", account.unit())
                    .with("needed", units)
                    .with("free", Math.max(0, account.committed() - claimed))
                    .with("claimed", claimed)
                    .with("committed", account.committed())
                    .build());
        }
        if (units > entitled - claimed) {
            return Optional.of(
                    Refusal.of(unitGpus == 1 ? Refusal.Code.INSUFFICIENT_GPUS : Refusal.Code.INSUFFICIENT_WHOLE_CELLS)
                            .with("level", account.unit())
                            .with("needed", units)
                            .with("whole", Math.max(0, entitled - claimed))
                            .with("entitled", entitled)
                            .with("committed", account.committed())
                            .build());
        }
        if (units > entitled - claimed - kept) {
            return Optional.of(behind(account.unit(), units, entitled - claimed));
        }
        return Optional.empty();
    }

    private Refusal behind(String unit, long needed, long free) {
        return Refusal.of(Refusal.Code.BEHIND_IN_QUEUE)
                .with("unit", unit)
                .with("needed", needed)
                .with("free", free)
                .with("kept", kept)
                .build();
    }

    private Optional<Refusal> onDemandQuota(List<PoolState> pools) {
        Account account = cluster.account(claimant.account()).orElseThrow();
        long needed = charge(pools);
        int used = cluster.onDemandUsed(account.name());
        if (needed > account.onDemandGpus() - used) {
            return Optional.of(Refusal.of(Refusal.Code.QUOTA_REACHED)
                    .with("tier", "OnDemand")
                    .with("unit", "gpu")
                    .with("needed", needed)
                    .with("free", Math.max(0, account.onDemandGpus() - used))
                    .with("claimed", used)
                    .with("committed", account.onDemandGpus())
                    .build());
        }
        return needed > account.onDemandGpus() - used - kept
                ? Optional.of(behind("gpu", needed, account.onDemandGpus() - used))
                : Optional.empty();
    }

    /** What the gang is charged, at the first node that it accepts. */
    private long charge(List<PoolState> pools) {
        long sum = 0;
        for (GangDemand.PodSet podSet : gang.podSets()) {
            int perPod = podSet.shape().gpus();
            for (PoolState pool : pools) {
                int n = cluster.filters().accepted(pool, podSet.filter()).nextSetBit(0);
                if (n >= 0) {
                    perPod = pool.charge(n, podSet.shape());
                    break;
                }
            }
            sum += (long) perPod * podSet.count();
        }
        return sum;
    }

    private long boundFreeGpus(List<PoolState> pools, int owner) {
        long sum = 0;
        for (PoolState pool : pools) {
            int unitDepth = pool.levels().depthOfRow(pool.unitRow(owner));
            boolean keyed = unitDepth > 0 && unitDepth < pool.levels().nodeDepth();
            for (int n : pool.nodes()) {
                if (pool.node(n).health().takesWork()) {
                    boolean inside = keyed && pool.cells(unitDepth).owner(pool.ancestor(unitDepth, n)) == owner;
                    sum += keyed
                            ? (inside ? Math.max(0, pool.node(n).gpus() - pool.charged(n)) : 0)
                            : pool.boundRest(n, owner);
                }
            }
        }
        return sum;
    }

    private Optional<Refusal> shortResource(List<PoolState> pools) {
        for (GangDemand.PodSet podSet : gang.podSets()) {
            Shape shape = podSet.shape();
            for (String resource : shape.requests().keySet().stream().sorted().toList()) {
                long fitOtherwise = 0;
                long most = 0;
                for (PoolState pool : pools) {
                    BitSet accepted = cluster.filters().accepted(pool, podSet.filter());
                    for (int n = accepted.nextSetBit(0); n >= 0; n = accepted.nextSetBit(n + 1)) {
                        boolean gpusFree = pool.node(n).health().takesWork() && pool.open(n) >= shape.gpus();
                        if (gpusFree && pool.resources().isShort(n, shape, resource)) {
                            fitOtherwise += pool.open(n) / Math.max(1, shape.gpus());
                            most = Math.max(most, pool.resources().freeOf(n, resource));
                        }
                    }
                }
                if (fitOtherwise > 0) {
                    return Optional.of(Refusal.of(Refusal.Code.INSUFFICIENT_RESOURCES)
                            .with("resource", resource)
                            .with("neededPerPod", shape.request(resource))
                            .with("mostFreeOnANode", most)
                            .with("gpusFreeBesideIt", fitOtherwise * shape.gpus())
                            .build());
                }
            }
        }
        return Optional.empty();
    }

    private Refusal shape(List<PoolState> pools) {
        int owner = claimant.tier() == Tier.RESERVED ? cluster.owner(claimant.account()) : PoolState.OPEN;
        GangDemand.PodSet first = gang.podSets().get(0);
        String level = gang.required()
                .or(() -> first.slice().map(GangDemand.Slice::level))
                .orElse("");
        long free = 0;
        long largest = 0;
        for (PoolState pool : pools) {
            Fits fits = new Fits(pool, owner);
            BitSet accepted = cluster.filters().accepted(pool, first.filter());
            fits.count(first, accepted, new BitSet(), Fits.Reach.ALL, null, gang.pods());
            int depth = pool.levels().depth(level);
            for (int c = 0; depth > 0 && c < fits.cells(depth); c++) {
                largest = Math.max(largest, fits.of(depth, c));
            }
            free += Math.max(0, pool.wholeFree(pool.levels().gpuRow()));
        }
        if (!level.isEmpty()) {
            return Refusal.of(Refusal.Code.INSUFFICIENT_WHOLE_CELLS)
                    .with("level", level)
                    .with("needed", gang.pods())
                    .with("whole", largest)
                    .with("freeGpus", free)
                    .build();
        }
        Account account = cluster.account(claimant.account()).orElseThrow();
        boolean binds = claimant.tier() == Tier.RESERVED && !account.unit().equals("gpu");
        long boundFree = binds ? boundFreeGpus(pools, owner) : 0;
        if (boundFree > 0) {
            return Refusal.of(Refusal.Code.OWN_FRAGMENTATION)
                    .with("unit", account.unit())
                    .with("neededGpus", gang.gpus())
                    .with("freeInBound", boundFree)
                    .with(
                            "freeUnits",
                            cluster.promises().entitled(account.name())
                                    - cluster.promises().claimed(account.name()))
                    .build();
        }
        return Refusal.of(Refusal.Code.INSUFFICIENT_GPUS)
                .with("needed", gang.gpus())
                .with("free", free)
                .with("promised", promisedToOthers(pools))
                .build();
    }

    private long promisedToOthers(List<PoolState> pools) {
        long sum = 0;
        for (PoolState pool : pools) {
            int row = pool.levels().gpuRow();
            sum += pool.wholeFree(row) - cluster.promises().slack(pool, row);
        }
        return sum;
    }
}
