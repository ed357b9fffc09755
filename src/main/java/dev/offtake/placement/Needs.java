package dev.offtake.placement;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What is unclaimed, by the pools that are to serve it, beside what these have: Rule 2. For each pool and each row
 * {@code l} of its levels
 *
 * <pre>  sum over owners k of cells(unclaimed(k), unit(k), l)  &lt;=  wholeFree(l)</pre>
 */
final class Needs {
    private final List<PoolState> pools;
    /** Units by pool and owner. */
    private final int[][] unclaimed;
    /** The left side by pool and row. */
    private final long[][] needed;
    /** The part of the left side of those who do not lend, by pool and row. */
    private final long[][] unlent;
    /** By pool. */
    private final Alike[] alike;

    /** @param promised the owners to whom anything is promised */
    Needs(List<PoolState> pools, int owners, List<Integer> promised) {
        this.pools = pools;
        int count = pools.size();
        unclaimed = new int[count][owners];
        needed = new long[count][];
        unlent = new long[count][];
        alike = Alike.of(pools, promised);
        for (int p = 0; p < count; p++) {
            needed[p] = new long[pools.get(p).levels().rows()];
            unlent[p] = new long[pools.get(p).levels().rows()];
        }
    }

    /** Units of an owner that the pool is to serve. */
    int unclaimed(int p, int owner) {
        return unclaimed[p][owner];
    }

    /** The same by pool and owner, as it is now. */
    int[][] unclaimed() {
        return Arrays.stream(unclaimed).map(int[]::clone).toArray(int[][]::new);
    }

    /** Adds so many unclaimed units of an owner to what the pool serves, or takes them off. */
    void change(int p, int owner, int units) {
        LevelTable levels = pools.get(p).levels();
        int row = pools.get(p).unitRow(owner);
        int before = unclaimed[p][owner];
        unclaimed[p][owner] = before + units;
        boolean lends = pools.get(p).lends(owner);
        for (int r = row; r < levels.rows(); r++) {
            long more = levels.cells(before + (long) units, row, r) - levels.cells(before, row, r);
            needed[p][r] += more;
            unlent[p][r] += lends ? 0 : more;
        }
    }

    /** How many more cells of the owner's unit the pool can promise. */
    long room(int p, int owner) {
        return roomBeside(
                p, pools.get(p).unitRow(owner), new long[pools.get(p).levels().rows()]);
    }

    /** How many more cells of a row the pool can promise, {@code kept} set aside. */
    private long roomBeside(int p, int row, long[] kept) {
        PoolState pool = pools.get(p);
        LevelTable levels = pool.levels();
        long room = Long.MAX_VALUE;
        for (int r = row; r < levels.rows(); r++) {
            long slack = Math.max(0, pool.wholeFree(r) - needed[p][r] - kept[r]);
            room = Math.min(room, slack * levels.gpus(r) / levels.gpus(row));
        }
        return room;
    }

    /** How many more cells of the owner's unit the pool can promise together with all that are alike. */
    long roomTogether(int p, int owner) {
        LevelTable levels = pools.get(p).levels();
        int row = pools.get(p).unitRow(owner);
        long room = Long.MAX_VALUE;
        for (int r = row; alike[p].areOthers() && r < levels.rows(); r++) {
            if (alike[p].isSold(r)) {
                long slack = Math.max(0, alike[p].sum(r, this::left));
                room = Math.min(room, slack * levels.gpus(r) / levels.gpus(row));
            }
        }
        return room;
    }

    /** How many cells of the owner's unit the pool can promise without promising fewer cells of any larger row. */
    int fragments(int p, int owner) {
        LevelTable levels = pools.get(p).levels();
        int row = pools.get(p).unitRow(owner);
        long[] kept = new long[levels.rows()];
        for (int larger = 0; larger < row; larger++) {
            long whole = roomBeside(p, larger, kept);
            for (int r = larger; r < levels.rows(); r++) {
                kept[r] += levels.cells(whole, larger, r);
            }
        }
        return (int) Math.min(Integer.MAX_VALUE, roomBeside(p, row, kept));
    }

    /** Whether Rule 2 holds as things stand in the pool now, and as everything is assigned. */
    boolean holdsAlone(int p) {
        return holdsAlone(p, PoolState.OPEN, 0);
    }

    /**
     * Whether Rule 2 holds as things stand in the pool now, {@code units} of the owner's unclaimed units having been taken
     * there; if need be with what is unclaimed served by other pools than before.
     */
    boolean holds(int p, int owner, int units) {
        return holdsAlone(p, owner, units) || (alike[p].areOthers() && holdsTogether(p, owner, units));
    }

    private boolean holdsAlone(int p, int owner, int units) {
        for (int r = 0; r < needed[p].length; r++) {
            if (left(p, r) + noLongerNeeded(p, r, owner, units, unclaimed[p][owner]) < 0) {
                return false;
            }
        }
        return true;
    }

    private boolean holdsTogether(int p, int owner, int units) {
        int unclaimedThere = 0;
        for (int q : alike[p].pools()) {
            unclaimedThere += unclaimed[q][owner];
        }
        for (int r = 0; r < needed[p].length; r++) {
            if (alike[p].isSold(r)
                    && alike[p].sum(r, this::left) + noLongerNeeded(p, r, owner, units, unclaimedThere) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Cells of a row that need not be left any more when {@code units} of the unclaimed units of an owner were taken. */
    private long noLongerNeeded(int p, int row, int owner, int units, int unclaimedUnits) {
        int taken = Math.min(units, unclaimedUnits);
        if (taken <= 0) {
            return 0;
        }
        LevelTable levels = pools.get(p).levels();
        int unitRow = pools.get(p).unitRow(owner);
        return levels.cells(unclaimedUnits, unitRow, row) - levels.cells(unclaimedUnits - (long) taken, unitRow, row);
    }

    /** Whether anything is promised of the pool, and of those that are alike, that may not be lent. */
    boolean isAnyUnlent(int p) {
        for (int q : alike[p].pools()) {
            if (LongStream.of(unlent[q]).anyMatch(cells -> cells > 0)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether what may not be lent is idle as things stand in the pool now, and in those that are alike (Rule 4), {@code
     * units} of the owner's unclaimed units having been taken there.
     */
    boolean isUnlentIdle(int p, int owner, int units) {
        LevelTable levels = pools.get(p).levels();
        int row = pools.get(p).unitRow(owner);
        boolean isOwners = units > 0 && row >= 0 && !pools.get(p).lends(owner);
        for (int r = 0; r < unlent[p].length; r++) {
            long needs = alike[p].sum(r, (q, same) -> unlent[q][same]) - (isOwners ? levels.cells(units, row, r) : 0);
            if (needs > 0 && needs > alike[p].sum(r, (q, same) -> pools.get(q).wholeIdle(same))) {
                return false;
            }
        }
        return true;
    }

    /** GPUs of the pool that have to stay idle for those who do not lend, beside what is idle in those that are alike. */
    long unlentGpus(int p) {
        int row = pools.get(p).levels().gpuRow();
        return Math.max(
                0,
                alike[p].sum(
                        row,
                        (q, same) ->
                                unlent[q][same] - (q == p ? 0 : pools.get(q).wholeIdle(same))));
    }

    /**
     * Whole free cells of a row in the pool beyond those that are promised, if what is unclaimed is served by other pools
     * as far as it can be.
     */
    long slack(int p, int row) {
        return Math.min(alike[p].sum(row, this::left), pools.get(p).wholeFree(row));
    }

    /** Free GPUs of the pool that are promised to nobody but this owner, if what is unclaimed is served by other pools. */
    long openTo(int p, int owner) {
        LevelTable levels = pools.get(p).levels();
        int unitGpus =
                pools.get(p).unitRow(owner) < 0 ? 0 : levels.gpus(pools.get(p).unitRow(owner));
        long sum = 0;
        for (int q : alike[p].pools()) {
            sum += left(q, pools.get(q).levels().gpuRow()) + (long) unclaimed[q][owner] * unitGpus;
        }
        return Math.min(sum, pools.get(p).wholeFree(levels.gpuRow()));
    }

    /** Free cells of a row beyond those that are promised, as they are assigned now. */
    long left(int p, int row) {
        return pools.get(p).wholeFree(row) - needed[p][row];
    }

    @Override
    public String toString() {
        return "needed " + Arrays.deepToString(needed);
    }
}
