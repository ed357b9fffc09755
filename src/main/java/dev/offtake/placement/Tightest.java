package dev.offtake.placement;

/** Goes through the cells of a set in its order, past those in which too little fits. */
final class Tightest implements Fits.Cells {
    private final RankedCells cells;
    private final int pods;
    private long rank;
    private long key;
    private int last = -1;

    Tightest(RankedCells cells, int pods) {
        this.cells = cells;
        this.pods = Tightness.room(Tightness.withRoom(0, Math.max(1, pods)));
    }

    @Override
    public int next() {
        int cell = cells.nextOfSameRank();
        while (cell < 0 && cells.ceiling(rank, key)) {
            rank = cells.rank();
            key = cells.key();
            if (Tightness.room(rank) < pods) {
                rank = Tightness.withRoom(rank, pods);
                key = 0;
            } else {
                cell = cells.take();
                key++;
            }
        }
        last = cell;
        return cell;
    }

    @Override
    public int nextOnceFull() {
        int before = last;
        long rankBefore = rank;
        int next = next();
        return next >= 0 && rank == rankBefore && cells.standInOrder(before, next) ? next : -1;
    }
}
