package dev.offtake.placement;

import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Whether it is the account that stands in the way: used up, short of supply, kept for others, or in fragments. */
final class QuotaExplanation {
    private final Unplaced gang;
    private final BooleanSupplier unlessKept;

    QuotaExplanation(Unplaced gang, BooleanSupplier unlessKept) {
        this.gang = gang;
        this.unlessKept = unlessKept;
    }

    Optional<Refusal> refusal() {
        return switch (gang.claimant().tier()) {
            case RESERVED -> reserved();
            case ON_DEMAND -> onDemand();
            case SPOT -> lent();
        };
    }

    private Optional<Refusal> onDemand() {
        int limit = gang.account().onDemandGpus();
        int free = gang.cluster().quotas().unused(gang.claimant());
        if (gang.charge() > free) {
            return Optional.of(Refusal.of(Refusal.Code.QUOTA_REACHED)
                    .with("tier", "OnDemand")
                    .with("unit", "gpu")
                    .with("needed", gang.charge())
                    .with("free", Math.max(0, free))
                    .with("claimed", limit - free)
                    .with("committed", limit)
                    .build());
        }
        boolean isLess = gang.charge() > free - gang.keep().units();
        return isLess || gang.keep().isAnywhere() ? behind("gpu", gang.charge(), free) : Optional.empty();
    }

    private Optional<Refusal> lent() {
        int idle = gang.cluster().mostIdleGpus(gang.account().name());
        return gang.keep().isAnywhere() ? behind("gpu", gang.charge(), idle) : Optional.empty();
    }

    private Optional<Refusal> reserved() {
        Account account = gang.account();
        Promises promises = gang.cluster().promises();
        // What is being left is in use as well.
        int leaving = gang.cluster().quotas().handovers(gang.claimant()).units();
        int claimed = promises.claimed(account.name()) + leaving;
        int uncommitted = account.committed() - claimed;
        int claimable = promises.claimable(account.name()) - leaving;
        long bound = boundFreeGpus();
        long unitGpus = unitGpus();
        boolean gpusRemain = gang.charge() <= bound + Math.max(0, uncommitted) * unitGpus;
        // A cell that only who is to come has bound is a new one for others, and there is nothing to move for that.
        boolean untilLeft = leaving > 0 && units(false) > uncommitted;
        long units = units(!untilLeft);
        if (uncommitted < 0 || !gpusRemain || untilLeft || (units > uncommitted && bound == 0)) {
            return Optional.of(Refusal.of(Refusal.Code.QUOTA_REACHED)
                    .with("tier", "Reserved")
                    .with("unit", account.unit())
                    .with("needed", units)
                    .with("free", Math.max(0, uncommitted))
                    .with("claimed", claimed)
                    .with("committed", account.committed())
                    .build());
        }
        if (units > claimable && units <= uncommitted) {
            return Optional.of(
                    Refusal.of(unitGpus == 1 ? Refusal.Code.INSUFFICIENT_GPUS : Refusal.Code.INSUFFICIENT_WHOLE_CELLS)
                            .with("level", account.unit())
                            .with("needed", units)
                            .with("whole", Math.max(0, claimable))
                            .with("entitled", promises.entitled(account.name()))
                            .with("committed", account.committed())
                            .build());
        }
        Optional<Refusal> behind =
                gang.keep().isAny() ? behind(account.unit(), units(false), claimable) : Optional.empty();
        // Were it placed in new cells only, these would not suffice: so it is the cells it has that are in fragments.
        boolean fragments = bound > 0 && units(false) > claimable;
        return behind.or(() -> fragments ? Optional.of(ownFragmentation(bound, claimable)) : Optional.empty());
    }

    private Refusal ownFragmentation(long bound, int claimable) {
        return Refusal.of(Refusal.Code.OWN_FRAGMENTATION)
                .with("unit", gang.account().unit())
                .with("needed", gang.charge())
                .with("freeInBound", bound)
                .with("freeUnits", Math.max(0, claimable))
                .build();
    }

    /** Only if nothing else stands in the way. */
    private Optional<Refusal> behind(String unit, long needed, int free) {
        if (!unlessKept.getAsBoolean()) {
            return Optional.empty();
        }
        Refusal.Builder behind = Refusal.of(Refusal.Code.BEHIND_IN_QUEUE)
                .with("unit", unit)
                .with("needed", needed)
                .with("free", Math.max(0, free))
                .with("kept", gang.keep().units());
        int nodes = gang.keep().countNodes();
        return Optional.of((nodes > 0 ? behind.with("keptNodes", nodes) : behind).build());
    }

    /** Whether the commitment is in GPUs, and so binds nothing. */
    private boolean isInGpus() {
        return gang.pools().stream()
                .allMatch(pool -> pool.unitRow(gang.owner()) == pool.levels().gpuRow());
    }

    private long unitGpus() {
        PoolState pool = gang.pools().get(0);
        return pool.levels().gpus(pool.unitRow(gang.owner()));
    }

    /** The fewest units that the gang takes, beside what it has bound already or not. */
    private long units(boolean besideBound) {
        PoolState pool = gang.pools().get(0);
        long units = parts(gang.charge() - (besideBound ? boundFreeGpus() : 0), unitGpus());
        for (GangDemand.PodSet podSet : gang.gang().podSets()) {
            long left = podSet.count();
            for (PoolState in : besideBound && !isInGpus() ? gang.pools() : List.<PoolState>of()) {
                left -= in.hasNodes() ? gang.most(in, podSet, Fits.Reach.BOUND) : 0;
            }
            long podsPerUnit = podsPerUnit(pool, gang.charge(podSet));
            units = podsPerUnit > 0 ? Math.max(units, parts(left, podsPerUnit)) : units;
        }
        return units;
    }

    private long podsPerUnit(PoolState pool, int charge) {
        LevelTable levels = pool.levels();
        int row = pool.unitRow(gang.owner());
        int depth = levels.depthOfRow(row);
        return depth < 0
                ? levels.gpus(row) / Math.max(1, charge)
                : (long) levels.sellableNodes(depth) * (levels.gpusPerNode() / Math.max(1, charge));
    }

    private static long parts(long of, long size) {
        return -Math.floorDiv(-Math.max(0, of), size);
    }

    /** GPUs left in the cells that the account has bound. */
    private long boundFreeGpus() {
        if (isInGpus()) {
            return 0;
        }
        long sum = 0;
        for (PoolState pool : gang.pools()) {
            sum += pool.hasNodes() ? gang.freeGpus(pool, Fits.Reach.BOUND) : 0;
        }
        return sum;
    }
}
