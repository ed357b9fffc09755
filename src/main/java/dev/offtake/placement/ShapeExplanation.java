package dev.offtake.placement;

import java.util.BitSet;
import java.util.Optional;

/** What is short where the account itself would allow the gang: another resource, GPUs, or whole cells. */
final class ShapeExplanation {
    private final Unplaced gang;

    ShapeExplanation(Unplaced gang) {
        this.gang = gang;
    }

    Refusal refusal() {
        long unpromised = unpromisedGpus();
        if (!gang.reserved() && gang.charge() > unpromised) {
            return insufficientGpus(unpromised).build();
        }
        return shortResource().orElseGet(() -> shape(unpromised));
    }

    /** The most GPUs of a pool that are free and not promised to others, or, of what is lent, need not stay idle. */
    private long unpromisedGpus() {
        return unpromisedGpus(roomiest());
    }

    private long unpromisedGpus(PoolState pool) {
        return gang.right().isLent()
                ? gang.freeGpusOfPool(pool) - unlentGpus(pool)
                : gang.cluster().promises().openTo(pool, gang.owner());
    }

    /** A gang is never across pools: its numbers are those of the one in which it misses least. */
    private PoolState roomiest() {
        PoolState roomiest = gang.pools().get(0);
        for (PoolState pool : gang.pools()) {
            roomiest = unpromisedGpus(pool) > unpromisedGpus(roomiest) ? pool : roomiest;
        }
        return roomiest;
    }

    private long unlentGpus(PoolState pool) {
        return gang.right().isLent()
                ? Math.min(gang.freeGpusOfPool(pool), gang.cluster().promises().unlentGpus(pool))
                : 0;
    }

    private long freeGpus() {
        PoolState pool = roomiest();
        return gang.right().isLent()
                ? gang.freeGpusOfPool(pool)
                : pool.wholeFree(pool.levels().gpuRow());
    }

    private Refusal.Builder insufficientGpus(long unpromised) {
        return withPromised(
                Refusal.of(Refusal.Code.INSUFFICIENT_GPUS)
                        .with("needed", gang.charge())
                        .with("free", freeGpus()),
                unpromised);
    }

    /** What of the free GPUs is for others: promised to them, or not lent. */
    private Refusal.Builder withPromised(Refusal.Builder refusal, long unpromised) {
        long unlent = unlentGpus(roomiest());
        refusal.with("promised", freeGpus() - unpromised - unlent);
        return unlent == 0 ? refusal : refusal.with("unlent", unlent);
    }

    /** Nodes on which the scheduler has refused the gang are free for others only. */
    private Refusal.Builder avoiding(Refusal.Builder refusal) {
        int avoided = gang.gang().avoid().size();
        return avoided == 0 ? refusal : refusal.with("avoided", avoided);
    }

    /** A resource without whose shortage enough pods of a pod set would fit into one cell of the required level. */
    private Optional<Refusal> shortResource() {
        for (GangDemand.PodSet podSet : gang.gang().podSets()) {
            for (String resource :
                    podSet.shape().requests().keySet().stream().sorted().toList()) {
                for (PoolState pool : gang.pools()) {
                    Optional<Refusal> refusal = shortResource(pool, podSet, resource);
                    if (refusal.isPresent()) {
                        return refusal;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Refusal> shortResource(PoolState pool, GangDemand.PodSet podSet, String resource) {
        int byGpus = gang.mostInOneCell(pool, podSet, Fits.Reach.GPUS);
        boolean anyIsShort = gang.most(pool, podSet, Fits.Reach.GPUS) > gang.most(pool, podSet, Fits.Reach.ALL);
        return byGpus >= podSet.count() && anyIsShort ? whereShort(pool, podSet, resource) : Optional.empty();
    }

    private Optional<Refusal> whereShort(PoolState pool, GangDemand.PodSet podSet, String resource) {
        int depth = gang.requiredDepth(pool);
        Fits fits = gang.fits(pool, podSet, Fits.Reach.ALL);
        Fits byGpus = gang.fits(pool, podSet, Fits.Reach.GPUS);
        BitSet accepted = gang.accepted(pool, podSet);
        boolean isNode = depth == pool.levels().nodeDepth();
        long[] fitting = new long[isNode ? pool.bound() : pool.cells(depth).bound()];
        long[] blocked = new long[fitting.length];
        long mostFree = 0;
        for (int n = accepted.nextSetBit(0); n >= 0; n = accepted.nextSetBit(n + 1)) {
            int fit = gang.isWithin(pool, n) ? fits.of(pool.levels().nodeDepth(), n) : 0;
            int most = gang.isWithin(pool, n) ? byGpus.of(pool.levels().nodeDepth(), n) : 0;
            fitting[pool.ancestor(depth, n)] += fit;
            if (most > fit && pool.resources().isShort(n, podSet.shape(), resource, fit + 1)) {
                blocked[pool.ancestor(depth, n)] += most - fit;
                mostFree = Math.max(mostFree, pool.resources().freeOf(n, resource));
            }
        }
        for (int c = 0; c < fitting.length; c++) {
            if (fitting[c] < podSet.count() && fitting[c] + blocked[c] >= podSet.count()) {
                return Optional.of(Refusal.of(Refusal.Code.INSUFFICIENT_RESOURCES)
                        .with("resource", resource)
                        .with("neededPerPod", podSet.shape().request(resource))
                        .with("mostFreeOnANode", mostFree)
                        .with("podsThatFit", fitting[c])
                        .with("podsWithoutIt", blocked[c])
                        .build());
            }
        }
        return Optional.empty();
    }

    private Refusal shape(long unpromised) {
        GangDemand.PodSet largest = gang.gang().podSets().stream()
                .reduce((a, b) -> b.shape().gpus() > a.shape().gpus() ? b : a)
                .orElseThrow();
        Optional<String> level = gang.gang()
                .required()
                .or(() -> largest.slice().map(GangDemand.Slice::level))
                .or(() -> largest.shape().gpus() > 1 ? Optional.of("node") : Optional.empty());
        if (level.isEmpty()) {
            return avoiding(insufficientGpus(unpromised)).build();
        }
        Refusal.Builder refusal = avoiding(Refusal.of(Refusal.Code.INSUFFICIENT_WHOLE_CELLS))
                .with("level", level.get())
                .with("within", gang.gang().required().orElse("pool"))
                .with("neededPods", gang.gang().pods())
                .with("podsThatFit", podsThatFit(largest))
                .with("freeGpus", freeGpus());
        withPromised(refusal, unpromised).with("unit", gang.account().unit());
        gang.cell().ifPresent(cell -> refusal.with("cell", cell));
        return refusal.build();
    }

    /** The most pods of a pod set that one cell of the required level, else a pool, has room for, whatever is promised. */
    private long podsThatFit(GangDemand.PodSet podSet) {
        long most = 0;
        for (PoolState pool : gang.pools()) {
            most = Math.max(most, gang.mostInOneCell(pool, podSet, Fits.Reach.ALL));
        }
        return most;
    }
}
