package dev.offtake.placement;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What fits, with a list of the cells over whose parts a place was sought. */
final class CountedFits implements Fits {
    private final Fits fits;
    private final List<Domain> sought;

    private CountedFits(Fits fits, List<Domain> sought) {
        this.fits = fits;
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
    public boolean leavesOut() {
        return fits.leavesOut();
    }

    @Override
    public void refresh() {
        fits.refresh();
    }

    @Override
    public int of(int depth, int cell) {
        return fits.of(depth, cell);
    }

    @Override
    public boolean inside(int depth, int cell) {
        return fits.inside(depth, cell);
    }

    @Override
    public int charge(int n) {
        return fits.charge(n);
    }

    @Override
    public Cells tightestFirst(int depth, @Nullable Domain within, int pods) {
        return fits.tightestFirst(depth, within, pods);
    }

    @Override
    public Cells roomiestFirst(Domain of) {
        sought.add(of);
        return fits.roomiestFirst(of);
    }

    @Override
    public int most(int depth) {
        return fits.most(depth);
    }
}
