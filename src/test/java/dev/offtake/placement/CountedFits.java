package dev.offtake.placement;

import java.util.ArrayList;
import java.util.List;

/** What fits, with a list of the cells over whose parts a place was sought. */
final class CountedFits extends DelegatingFits {
    private final List<Domain> sought;

    private CountedFits(Fits fits, List<Domain> sought) {
        super(fits);
        this.sought = sought;
    }

    /** As a pool keeps it. */
    static Source source(PoolState pool, List<Domain> sought) {
        return (right, reach, podSet, accepted, avoid, spared) ->
                new CountedFits(pool.fits().fits(right, reach, podSet, accepted, avoid, spared), sought);
    }

    /** Where a placer seeks that skips what the quota excludes, or one that tries it; what it finds is taken back. */
    static List<Domain> sought(PlacementWorld world, GangDemand gang, String account, boolean skips) {
        List<Domain> sought = new ArrayList<>();
        Placer placer = new Placer(world.cluster, pool -> source(pool, sought), skips);
        Claimant claimant = PlacementWorld.reserved(account);
        if (placer.place(gang, claimant, 0) instanceof Outcome.Placed placed) {
            placer.takeBack(gang, placed);
        }
        return sought;
    }

    @Override
    public Cells roomiestFirst(Domain of) {
        sought.add(of);
        return super.roomiestFirst(of);
    }
}
