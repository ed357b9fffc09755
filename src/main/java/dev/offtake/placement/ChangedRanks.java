package dev.offtake.placement;

/** The pairs of a set without some of them, and with others. */
final class ChangedRanks implements Ranks {
    private final RankSet set;
    private final RankSet without = new RankSet();
    private final RankSet with = new RankSet();
    private boolean isAdded;

    ChangedRanks(RankSet set) {
        this.set = set;
    }

    /** The pairs are those of the set again. */
    void clear() {
        without.clear();
        with.clear();
    }

    /** Takes out a pair of the set. */
    void remove(long rank, long key) {
        without.add(rank, key);
    }

    /** Puts in a pair that is not in the set, or was taken out. */
    void add(long rank, long key) {
        with.add(rank, key);
    }

    /** Undoes {@link #remove}. */
    void putBack(long rank, long key) {
        without.remove(rank, key);
    }

    /** Undoes {@link #add}. */
    void takeOut(long rank, long key) {
        with.remove(rank, key);
    }

    @Override
    public boolean ceiling(long rank, long key) {
        boolean found = set.ceiling(rank, key);
        while (found && without.contains(set.rank(), set.key())) {
            found = set.ceiling(set.rank(), set.key() + 1);
        }
        boolean added = with.ceiling(rank, key);
        isAdded = added && (!found || isBefore(with, set));
        return found || added;
    }

    @Override
    public boolean lower(long rank, long key) {
        boolean found = set.lower(rank, key);
        while (found && without.contains(set.rank(), set.key())) {
            found = set.lower(set.rank(), set.key());
        }
        boolean added = with.lower(rank, key);
        isAdded = added && (!found || isBefore(set, with));
        return found || added;
    }

    private static boolean isBefore(RankSet a, RankSet b) {
        return a.rank() < b.rank() || (a.rank() == b.rank() && a.key() < b.key());
    }

    @Override
    public long rank() {
        return isAdded ? with.rank() : set.rank();
    }

    @Override
    public long key() {
        return isAdded ? with.key() : set.key();
    }
}
