package dev.offtake.placement;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
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
    /** By pool: itself and all others of its class, if what is promised may be moved between them at will; else itself. */
    private final int[][] alike;
    /** By pool: nothing but itself. */
    private final int[][] alone;

    Needs(List<PoolState> pools, int owners) {
        this.pools = pools;
        int count = pools.size();
        unclaimed = new int[count][owners];
        needed = new long[count][];
        unlent = new long[count][];
        alike = new int[count][];
        alone = new int[count][];
        for (int p = 0; p < count; p++) {
            needed[p] = new long[pools.get(p).levels().rows()];
            unlent[p] = new long[pools.get(p).levels().rows()];
            alone[p] = new int[] {p};
        }
        Arrays.setAll(alike, this::alike);
    }

    /**
     * Where all pools of a class have the same levels, and each level's size is a multiple of the next one's, an assignment
     * exists just if the sums over the pools have room: the largest units first, each takes what is whole in any pool.
     */
    private int[] alike(int p) {
        LevelTable levels = pools.get(p).levels();
        boolean same = true;
        for (int r = 1; r < levels.rows(); r++) {
            same &= levels.gpus(r - 1) % levels.gpus(r) == 0;
        }
        String gpuClass = pools.get(p).pool().gpuClass();
        int[] ofClass = IntStream.range(0, pools.size())
                .filter(q -> pools.get(q).pool().gpuClass().equals(gpuClass))
                .toArray();
        for (int q : ofClass) {
            same &= levels.hasSameRows(pools.get(q).levels());
        }
        return same ? ofClass : alone[p];
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
        return holds(alone[p], p, PoolState.OPEN, 0);
    }

    /**
     * Whether Rule 2 holds as things stand in the pool now, {@code units} of the owner's unclaimed units having been taken
     * there; if need be with what is unclaimed served by other pools than before.
     */
    boolean holds(int p, int owner, int units) {
        return holds(alone[p], p, owner, units) || (alike[p].length > 1 && holds(alike[p], p, owner, units));
    }

    /** Whether it holds in these pools, taken together. */
    private boolean holds(int[] together, int p, int owner, int units) {
        LevelTable levels = pools.get(p).levels();
        int row = pools.get(p).unitRow(owner);
        int unclaimedHere = 0;
        for (int q : together) {
            unclaimedHere += unclaimed[q][owner];
        }
        int taken = Math.min(units, unclaimedHere);
        for (int r = 0; r < levels.rows(); r++) {
            long left = 0;
            for (int q : together) {
                left += left(q, r);
            }
            if (taken > 0) {
                left += levels.cells(unclaimedHere, row, r) - levels.cells(unclaimedHere - (long) taken, row, r);
            }
            if (left < 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether anything is promised of the pool, and of those that are alike, that may not be lent. */
    boolean isAnyUnlent(int p) {
        for (int q : alike[p]) {
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
            long needs = isOwners ? -levels.cells(units, row, r) : 0;
            long idle = 0;
            for (int q : alike[p]) {
                needs += unlent[q][r];
                idle += pools.get(q).wholeIdle(r);
            }
            if (needs > 0 && needs > idle) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whole free cells of a row in the pool beyond those that are promised, if what is unclaimed is served by other pools
     * as far as it can be.
     */
    long slack(int p, int row) {
        long sum = 0;
        for (int q : alike[p]) {
            sum += left(q, row);
        }
        return alike[p].length == 1 ? sum : Math.min(sum, pools.get(p).wholeFree(row));
    }

    /** Free GPUs of the pool that are promised to nobody but this owner, if what is unclaimed is served by other pools. */
    long openTo(int p, int owner) {
        LevelTable levels = pools.get(p).levels();
        int unitGpus =
                pools.get(p).unitRow(owner) < 0 ? 0 : levels.gpus(pools.get(p).unitRow(owner));
        long sum = 0;
        for (int q : alike[p]) {
            sum += left(q, levels.gpuRow()) + (long) unclaimed[q][owner] * unitGpus;
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
