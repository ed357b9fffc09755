package dev.offtake.placement;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A gang that found no place, and where it looked.
 *
 * @param pools that serve the claimant's account
 * @param within the cell of the only pool that it must not leave; null where it may go anywhere
 * @param keep what it had to leave to earlier gangs
 */
record Unplaced(
        Cluster cluster,
        GangDemand gang,
        Claimant claimant,
        Account account,
        List<PoolState> pools,
        Fits.@Nullable Domain within,
        Keep keep) {
    /** A pod that could go to any node. */
    private static final GangDemand.PodSet ONE_GPU =
            new GangDemand.PodSet("gpu", 1, new Shape(1, Map.of()), NodeFilter.EVERY, Optional.empty());

    boolean reserved() {
        return claimant.tier() == Tier.RESERVED;
    }

    int owner() {
        return reserved() ? cluster.owner(claimant.account()) : PoolState.OPEN;
    }

    /** By what right it sought, were all work evicted that can be. */
    Right right() {
        return claimant.tier() == Tier.SPOT ? Right.LENT : Right.of(owner()).reclaiming();
    }

    BitSet accepted(PoolState pool, GangDemand.PodSet podSet) {
        return cluster.accepted(pool, podSet);
    }

    /** Whether no node is left that a pod set accepts. */
    boolean matchesNone(PoolState pool, GangDemand.PodSet podSet) {
        return firstOf(pool, podSet) < 0;
    }

    private int firstOf(PoolState pool, GangDemand.PodSet podSet) {
        BitSet accepted = accepted(pool, podSet);
        BitSet avoid = cluster.numbers(pool, gang.avoid());
        int n = accepted.nextSetBit(0);
        while (n >= 0 && avoid.get(n)) {
            n = accepted.nextSetBit(n + 1);
        }
        return n;
    }

    /** What fits of a pod set, for the claimant. */
    Fits fits(PoolState pool, GangDemand.PodSet podSet, Fits.Reach reach) {
        Right sought = reach == Fits.Reach.EMPTY ? Right.of(PoolState.OPEN).reclaiming() : right();
        return pool.fits()
                .fits(sought, reach, podSet, accepted(pool, podSet), cluster.numbers(pool, gang.avoid()), new BitSet());
    }

    /** GPUs that the claimant may take where it has to be, whatever its pods ask for. */
    int freeGpus(PoolState pool, Fits.Reach reach) {
        return most(pool, ONE_GPU, reach);
    }

    /** The same of the whole pool, also where the claimant must not go. */
    int freeGpusOfPool(PoolState pool) {
        return fits(pool, ONE_GPU, Fits.Reach.ALL).of(0, 0);
    }

    /** What fits of a pod set in the cell that it must not leave, or in the whole pool. */
    int most(PoolState pool, GangDemand.PodSet podSet, Fits.Reach reach) {
        Fits fits = fits(pool, podSet, reach);
        return within == null ? fits.of(0, 0) : fits.of(within.depth(), within.cell());
    }

    /** What fits of a pod set in any one cell of the required level. */
    int mostInOneCell(PoolState pool, GangDemand.PodSet podSet, Fits.Reach reach) {
        Fits fits = fits(pool, podSet, reach);
        return within == null ? fits.most(requiredDepth(pool)) : fits.of(within.depth(), within.cell());
    }

    /** Whether the gang may go to the node at all. */
    boolean isWithin(PoolState pool, int n) {
        return within == null || within.contains(pool, n);
    }

    /** The name of the cell that it must not leave; empty where that is a whole pool. */
    Optional<String> cell() {
        if (within == null || within.depth() == 0) {
            return Optional.empty();
        }
        PoolState pool = pools.get(0);
        if (within.depth() == pool.levels().nodeDepth()) {
            return Optional.of(pool.node(within.cell()).facts().name());
        }
        String path = pool.cells(within.depth()).path(within.cell());
        return Optional.of(path.substring(path.lastIndexOf('/') + 1));
    }

    /** What one pod is charged, at the first node that it accepts. */
    int charge(GangDemand.PodSet podSet) {
        for (PoolState pool : pools) {
            int n = firstOf(pool, podSet);
            if (n >= 0) {
                return pool.charge(n, podSet.shape());
            }
        }
        return podSet.shape().gpus();
    }

    /** What all pods are charged. */
    long charge() {
        long sum = 0;
        for (GangDemand.PodSet podSet : gang.podSets()) {
            sum += (long) charge(podSet) * podSet.count();
        }
        return sum;
    }

    /** The depth within one cell of which the gang must stay, 0 for the pool. */
    int requiredDepth(PoolState pool) {
        int depth = gang.required().map(pool.levels()::depthHolding).orElse(0);
        return depth < 0 ? pool.levels().nodeDepth() : depth;
    }
}
