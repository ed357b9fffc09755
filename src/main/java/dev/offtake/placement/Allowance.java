package dev.offtake.placement;

import java.util.BitSet;
import java.util.List;

/** What a claimant may take: of its commitment, of what is agreed beside it, and of what nobody else was promised. */
final class Allowance {
    private final Cluster cluster;
    private final boolean tellsMost;

    /** @param tellsMost whether checks tell how much may be bound, or let it be tried */
    Allowance(Cluster cluster, boolean tellsMost) {
        this.cluster = cluster;
        this.tellsMost = tellsMost;
    }

    /** In whose name its work is counted. */
    Right right(Claimant claimant) {
        return switch (claimant.tier()) {
            case RESERVED -> Right.of(cluster.owner(claimant.account()));
            case ON_DEMAND -> Right.of(PoolState.OPEN);
            case SPOT -> Right.LENT;
        };
    }

    /**
     * Units of the account (GPUs beside it) that a gang may take; negative if it must not be placed on it.
     *
     * @param gpus of the gang
     * @param kept units that earlier gangs wait for
     */
    int free(int gpus, Claimant claimant, int kept) {
        return switch (claimant.tier()) {
            case RESERVED -> {
                int claimable = cluster.quotas().unused(claimant);
                yield claimable < 0 ? -1 : Math.max(0, claimable - kept);
            }
            case ON_DEMAND -> {
                int free = cluster.quotas().unused(claimant) - kept;
                yield free < gpus ? -1 : free;
            }
            case SPOT -> Integer.MAX_VALUE;
        };
    }

    /** See {@link Placer#mostClaimable}. */
    int mostClaimable(Claimant claimant) {
        return switch (claimant.tier()) {
            case RESERVED -> {
                int free = free(0, claimant, 0);
                yield free < 0 || cluster.quotas().unitGpus(claimant.account()) == 1 ? free : Integer.MAX_VALUE;
            }
            case ON_DEMAND, SPOT -> cluster.quotas().unused(claimant);
        };
    }

    /** See {@link Placer#isBeyondQuota}. */
    boolean isBeyondQuota(Claimant claimant, int gpus) {
        return switch (claimant.tier()) {
            case RESERVED -> {
                List<Integer> pools = cluster.promises().pools(claimant.account());
                boolean inGpus = !pools.isEmpty();
                for (int p : pools) {
                    inGpus &= isInGpus(claimant, cluster.promises().pool(p));
                }
                int inUse = cluster.quotas().handovers(claimant).units();
                yield inGpus && cluster.promises().unclaimed(claimant.account()) - inUse < gpus;
            }
            case ON_DEMAND -> cluster.quotas().unused(claimant) < gpus;
            case SPOT -> false;
        };
    }

    /**
     * Whether it can be told without a search that so many GPUs of a pool are more than the claimant may take.
     *
     * @param free as {@link #free} says
     */
    boolean exceeds(int free, int gpus, Claimant claimant, Where where) {
        return free < 0
                // A commitment in GPUs binds nothing that could hold the rest.
                || (claimant.tier() == Tier.RESERVED && isInGpus(claimant, where.pool()) && gpus > free)
                || (tellsMost && isMoreThanItsCells(free, gpus, claimant, where))
                || isPromised(gpus, claimant, where);
    }

    /** Whether so many GPUs are more than all cells that the account has or may bind. */
    private boolean isMoreThanItsCells(int free, int gpus, Claimant claimant, Where where) {
        int owner = cluster.owner(claimant.account());
        return claimant.tier() == Tier.RESERVED
                && where.pool().unitRow(owner) >= 0
                && !isInGpus(claimant, where.pool())
                && gpus > where.pool().room().most(owner, free)
                && !cluster.quotas().handovers(claimant).isAny();
    }

    /** Whether so many GPUs cannot be spared, wherever they are: on demand each one that is taken is one less to give. */
    private boolean isPromised(int gpus, Claimant claimant, Where where) {
        int gpuRow = where.pool().levels().gpuRow();
        return claimant.tier() == Tier.ON_DEMAND && cluster.promises().needs().slack(where.index(), gpuRow) < gpus;
    }

    private boolean isInGpus(Claimant claimant, PoolState pool) {
        return pool.unitRow(cluster.owner(claimant.account())) == pool.levels().gpuRow();
    }

    /** Whether it may take nothing but what lies in cells that its account has bound. */
    static boolean isOnlyBound(Claimant claimant, int free) {
        return claimant.tier() == Tier.RESERVED && free == 0;
    }

    /**
     * At most {@code free} units more (GPUs on demand), and every promise stays keepable: also when the claim ends, for
     * which what it takes has to be of what the pool had to give. A unit in which nothing is in use yet is one more, though
     * it is counted for who is to come.
     *
     * @param keepsUnlent whether what may not be lent has to be idle with it
     */
    Trial.Check check(Where where, Claimant claimant, Right right, int free, boolean keepsUnlent) {
        PoolState pool = where.pool();
        Needs needs = cluster.promises().needs();
        if (right.isLent()) {
            return new Trial.Check(Integer.MAX_VALUE, () -> needs.isUnlentIdle(where.index(), PoolState.OPEN, 0));
        }
        int owner = right.owner();
        int before = pool.claimed(owner);
        int row = pool.unitRow(owner);
        int whole = pool.wholeFree(row);
        Handovers handovers = cluster.quotas().handovers(claimant);
        int inUse = handovers.units();
        // Handovers may end by that, but no more of them than there are.
        int most = tellsMost ? free + inUse : Integer.MAX_VALUE;
        return new Trial.Check(most, () -> {
            int taken = pool.claimed(owner) - before;
            return taken + (handovers.isAny() ? handovers.units() - inUse : 0) <= free
                    && pool.wholeFree(row) <= whole - taken
                    && needs.holds(where.index(), owner, taken)
                    && (!keepsUnlent || needs.isUnlentIdle(where.index(), owner, taken));
        });
    }

    /** The rows of whose whole cells the pool has none beyond those that are promised. */
    BitSet scarce(Where where) {
        BitSet scarce = new BitSet();
        for (int row = 0; row < where.pool().levels().rows(); row++) {
            scarce.set(row, cluster.promises().needs().slack(where.index(), row) <= 0);
        }
        return scarce;
    }
}
