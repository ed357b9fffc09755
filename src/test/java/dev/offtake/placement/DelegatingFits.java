package dev.offtake.placement;

import org.jspecify.annotations.Nullable;

/** What others have counted, for tests that look at what is asked. */
class DelegatingFits implements Fits {
    private final Fits fits;

    DelegatingFits(Fits fits) {
        this.fits = fits;
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
        return fits.roomiestFirst(of);
    }

    @Override
    public int most(int depth) {
        return fits.most(depth);
    }
}
