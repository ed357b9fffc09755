package dev.offtake.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A pool, and all others of its class if what is promised may be moved between them at will.
 *
 * <p>That is where each unit that is sold has one size, each level's size from there on is a multiple of the next one's, and
 * a pool that knows a unit knows all smaller ones that are sold. Then an assignment exists just if for each unit the pools
 * that know it have room together: the largest units come first, each takes what is whole in any pool that knows it, and
 * leaves as many cells of the smaller units as it would in any other.
 */
final class Alike {
    private static final int UNKNOWN = -1;

    private final int[] pools;
    /** By row of the pool, the rows of the same name in all of these pools. */
    private final int[][] rows;
    /** Which rows of the pool are of units that are sold. */
    private final boolean[] sold;

    private Alike(int[] pools, LevelTable of, Function<String, int[]> rowsOf, Set<String> sold) {
        this.pools = pools;
        rows = new int[of.rows()][];
        this.sold = new boolean[of.rows()];
        for (int r = 0; r < of.rows(); r++) {
            rows[r] = rowsOf.apply(of.rowName(r));
            this.sold[r] = sold.contains(of.rowName(r));
        }
    }

    /**
     * By pool, those that are like it.
     *
     * @param owners those to whom anything is promised
     */
    static Alike[] of(List<PoolState> all, List<Integer> owners) {
        Map<String, List<Integer>> classes = new TreeMap<>();
        for (int p = 0; p < all.size(); p++) {
            classes.computeIfAbsent(all.get(p).pool().gpuClass(), name -> new ArrayList<>())
                    .add(p);
        }
        Alike[] alike = new Alike[all.size()];
        for (List<Integer> ofClass : classes.values()) {
            Set<String> sold = ofClass.size() > 1 ? sold(all, ofClass, owners) : Set.of();
            List<LevelTable> levels =
                    ofClass.stream().map(p -> all.get(p).levels()).toList();
            if (mayBeMoved(levels, sold)) {
                int[] pools = ofClass.stream().mapToInt(p -> p).toArray();
                Map<String, int[]> rows = new HashMap<>();
                for (int p : ofClass) {
                    LevelTable of = all.get(p).levels();
                    alike[p] =
                            new Alike(pools, of, name -> rows.computeIfAbsent(name, row -> rowsOf(row, levels)), sold);
                }
            } else {
                for (int p : ofClass) {
                    LevelTable of = all.get(p).levels();
                    alike[p] = new Alike(new int[] {p}, of, name -> rowsOf(name, List.of(of)), sold);
                }
            }
        }
        return alike;
    }

    private static int[] rowsOf(String name, List<LevelTable> levels) {
        return levels.stream().mapToInt(of -> of.row(name)).toArray();
    }

    private static Set<String> sold(List<PoolState> all, List<Integer> pools, List<Integer> owners) {
        Set<String> names = new HashSet<>();
        for (int p : pools) {
            PoolState pool = all.get(p);
            BitSet rows = new BitSet();
            for (int owner : owners) {
                int row = pool.unitRow(owner);
                if (row != UNKNOWN) {
                    rows.set(row);
                }
            }
            rows.stream().forEach(row -> names.add(pool.levels().rowName(row)));
        }
        return names;
    }

    /** Their numbers, in order. */
    int[] pools() {
        return pools;
    }

    /** Whether there are others. */
    boolean areOthers() {
        return pools.length > 1;
    }

    /** Whether cells of a row of the pool are promised. */
    boolean isSold(int row) {
        return sold[row];
    }

    /** Something that is counted of a row of a pool. */
    interface Count {
        long of(int pool, int row);
    }

    /** The sum over the pools that have a row of this name. */
    long sum(int row, Count count) {
        long sum = 0;
        for (int i = 0; i < pools.length; i++) {
            int same = rows[row][i];
            sum += same == UNKNOWN ? 0 : count.of(pools[i], same);
        }
        return sum;
    }

    private static boolean mayBeMoved(List<LevelTable> pools, Set<String> sold) {
        for (LevelTable pool : pools) {
            int[] rows = sold.stream()
                    .mapToInt(pool::row)
                    .filter(r -> r != UNKNOWN)
                    .sorted()
                    .toArray();
            int largest = rows.length == 0 ? pool.rows() : rows[0];
            for (int r = largest + 1; r < pool.rows(); r++) {
                if (pool.gpus(r - 1) % pool.gpus(r) != 0) {
                    return false;
                }
            }
            for (LevelTable other : pools) {
                if (!knowsAllFrom(other, pool, rows)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether a pool that knows one of these rows of another pool knows those below it, in the same order and sizes. */
    private static boolean knowsAllFrom(LevelTable pool, LevelTable of, int[] rows) {
        int[] same = Arrays.stream(rows).map(r -> pool.row(of.rowName(r))).toArray();
        for (int i = 0; i < same.length; i++) {
            boolean known = same[i] != UNKNOWN;
            boolean isBelow = i == 0 || same[i - 1] < same[i];
            if (known ? !isBelow || pool.gpus(same[i]) != of.gpus(rows[i]) : i > 0 && same[i - 1] != UNKNOWN) {
                return false;
            }
        }
        return true;
    }
}
