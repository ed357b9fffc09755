package dev.offtake.placement;

/** Goes through the cells of a set, those first that are the owner's, then by falling room, then in the set's order. */
final class Roomiest implements Fits.Cells {
    private final RankedCells cells;
    private boolean inside = true;
    private int room = Integer.MAX_VALUE;
    private long rank;
    private long key;

    Roomiest(RankedCells cells) {
        this.cells = cells;
    }

    @Override
    public int next() {
        int cell = cells.nextOfSameRank();
        while (cell < 0) {
            if (findSameRoom()) {
                cell = cells.take();
                key++;
            } else if (findLessRoom()) {
                begin();
            } else if (inside) {
                inside = false;
                room = Integer.MAX_VALUE;
            } else {
                return -1;
            }
        }
        return cell;
    }

    private void begin() {
        rank = inside ? 0 : Tightness.OUTSIDE;
        key = 0;
    }

    private boolean isThere() {
        return cells.ceiling(rank, key) && Tightness.isInside(cells.rank()) == inside;
    }

    /** Moves on to the next pair of the same room. */
    private boolean findSameRoom() {
        while (room < Integer.MAX_VALUE && isThere()) {
            rank = cells.rank();
            key = cells.key();
            if (Tightness.room(rank) == room) {
                return true;
            }
            rank = Tightness.room(rank) < room ? Tightness.withRoom(rank, room) : Tightness.beyond(rank);
            key = 0;
        }
        return false;
    }

    /** Finds the next smaller room that there is. */
    private boolean findLessRoom() {
        int most = 0;
        for (begin(); isThere(); rank = Tightness.beyond(rank)) {
            rank = cells.rank();
            long least = Tightness.withRoom(rank, 0);
            if (cells.lower(room == Integer.MAX_VALUE ? Tightness.beyond(rank) : Tightness.withRoom(rank, room), 0)
                    && cells.rank() >= least) {
                most = Math.max(most, Tightness.room(cells.rank()));
            }
        }
        room = most;
        return most > 0;
    }
}
