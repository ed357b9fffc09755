package dev.offtake.placement;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A gang that found no place, and where it looked.
 *
 * @param pools that serve the claimant's account
 * @param within the cell of the only pool that it must not leave; null where it may go anywhere
 * @param kept units (GPUs on demand) that it had to leave to earlier gangs
 */
record Unplaced(
        Cluster cluster,
        GangDemand gang,
        Claimant claimant,
        Account account,
        List<PoolState> pools,
        Fits.@Nullable Domain within,
        int kept) {
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
        return cluster.accepted(pool, podSet, gang.avoid());
    }

    /** What fits of a pod set, for the claimant. */
    Fits fits(PoolState pool, GangDemand.PodSet podSet, Fits.Reach reach) {
        boolean empty = reach == Fits.Reach.EMPTY;
        Fits fits = new Fits(pool, empty ? Right.of(PoolState.OPEN) : right(), podSet.shape());
        fits.count(podSet, accepted(pool, podSet), reach, empty ? null : within, podSet.count());
        return fits;
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
            int n = accepted(pool, podSet).nextSetBit(0);
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
