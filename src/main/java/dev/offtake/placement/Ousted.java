package dev.offtake.placement;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;

/** Who goes in any case for a place that is being sought, and the cells that they are in. Whoever adds some takes them back. */
final class Ousted {
    private final PoolState pool;
    private final ToIntFunction<String> numbers;
    private final List<Evictables.Victim> inOrder = new ArrayList<>();
    private final Set<Evictables.Victim> victims = new HashSet<>();
    /** By depth. */
    private final IntSet[] cells;
    /** How many cells of each depth there were before each victim. */
    private final List<int[]> cellsBefore = new ArrayList<>();

    /** @param numbers of nodes by their names; negative for those in other pools */
    Ousted(PoolState pool, ToIntFunction<String> numbers) {
        this.pool = pool;
        this.numbers = numbers;
        cells = new IntSet[pool.levels().nodeDepth() + 1];
        for (int depth = 1; depth < cells.length; depth++) {
            cells[depth] = new IntSet();
        }
    }

    /** As they are at the moment. */
    Set<Evictables.Victim> victims() {
        return victims;
    }

    /** For {@link #takeBackTo}. */
    int mark() {
        return inOrder.size();
    }

    void add(Collection<Evictables.Victim> more) {
        for (Evictables.Victim victim : more) {
            if (victims.add(victim)) {
                inOrder.add(victim);
                addCells(victim);
            }
        }
    }

    private void addCells(Evictables.Victim victim) {
        int[] before = new int[cells.length];
        for (int depth = 1; depth < cells.length; depth++) {
            before[depth] = cells[depth].size();
        }
        cellsBefore.add(before);
        for (String node : victim.nodes()) {
            int n = numbers.applyAsInt(node);
            for (int depth = cells.length - 1; depth > 0 && n >= 0; depth--) {
                cells[depth].add(pool.ancestor(depth, n));
            }
        }
    }

    void takeBackTo(int mark) {
        for (int last = inOrder.size() - 1; last >= mark; last--) {
            victims.remove(inOrder.remove(last));
            int[] before = cellsBefore.remove(last);
            for (int depth = 1; depth < cells.length; depth++) {
                cells[depth].truncate(before[depth]);
            }
        }
    }

    /** Whether any of them is in a cell, or on a node, or has parts there that go only as far as it can do without. */
    boolean isIn(int depth, int cell) {
        return !inOrder.isEmpty() && (depth == 0 || cells[depth].contains(cell));
    }
}
