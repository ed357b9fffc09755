package dev.offtake.placement;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The cells of one physical level of one pool, as columns.
 *
 * <p>For each row of the {@link LevelTable} a cell knows how many whole free cells of that row it still has to give
 * ({@code avail}): the sum over its children, less what spares and bound cells take away. A cell that a commitment has
 * bound has nothing to give to others.
 */
final class CellTree {
    static final int NOBODY = -1;

    private final LevelTable levels;
    private final int depth;
    private final Map<String, Integer> byPath = new HashMap<>();
    private final Deque<Integer> vacant = new ArrayDeque<>();
    private final Map<Integer, TreeMap<Integer, Integer>> claims = new HashMap<>();
    private int size;
    private String[] path = new String[8];
    private boolean[] known = new boolean[8];
    private int[] present = new int[8];
    private int[] usable = new int[8];
    private int[] inUse = new int[8];
    private int[] used = new int[8];
    private int[] usedUsable = new int[8];
    private int[] owner = new int[8];
    private int[] sum;
    private int[] avail;

    CellTree(LevelTable levels, int depth) {
        this.levels = levels;
        this.depth = depth;
        sum = new int[8 * levels.rows()];
        avail = new int[8 * levels.rows()];
    }

    /** The cell of this path, made if need be, with one node more in it. */
    int enter(String cellPath, boolean isKnown) {
        Integer existing = byPath.get(cellPath);
        int cell = existing == null ? create(cellPath, isKnown) : existing;
        present[cell]++;
        return cell;
    }

    /** One node less; the last one takes the cell with it. */
    void leave(int cell) {
        present[cell]--;
        if (present[cell] == 0) {
            byPath.remove(path[cell]);
            claims.remove(cell);
            vacant.push(cell);
        }
    }

    private int create(String cellPath, boolean isKnown) {
        int cell = vacant.isEmpty() ? size++ : vacant.pop();
        if (cell >= path.length) {
            grow();
        }
        byPath.put(cellPath, cell);
        path[cell] = cellPath;
        known[cell] = isKnown;
        present[cell] = 0;
        usable[cell] = 0;
        inUse[cell] = 0;
        used[cell] = 0;
        usedUsable[cell] = 0;
        owner[cell] = NOBODY;
        int rows = levels.rows();
        Arrays.fill(sum, cell * rows, (cell + 1) * rows, 0);
        Arrays.fill(avail, cell * rows, (cell + 1) * rows, 0);
        return cell;
    }

    private void grow() {
        int capacity = path.length * 2;
        path = Arrays.copyOf(path, capacity);
        known = Arrays.copyOf(known, capacity);
        present = Arrays.copyOf(present, capacity);
        usable = Arrays.copyOf(usable, capacity);
        inUse = Arrays.copyOf(inUse, capacity);
        used = Arrays.copyOf(used, capacity);
        usedUsable = Arrays.copyOf(usedUsable, capacity);
        owner = Arrays.copyOf(owner, capacity);
        sum = Arrays.copyOf(sum, capacity * levels.rows());
        avail = Arrays.copyOf(avail, capacity * levels.rows());
    }

    /** Cells have numbers below this; some of them may be vacant. */
    int bound() {
        return size;
    }

    boolean exists(int cell) {
        return present[cell] > 0;
    }

    /** Whether the nodes of the cell really are one domain, and not just those of unknown topology. */
    boolean isKnown(int cell) {
        return known[cell];
    }

    String path(int cell) {
        return path[cell];
    }

    int owner(int cell) {
        return owner[cell];
    }

    int used(int cell) {
        return used[cell];
    }

    int avail(int cell, int row) {
        return avail[cell * levels.rows() + row];
    }

    /** Whether enough of its nodes are healthy for the cell to count as one of its level. */
    boolean isUsable(int cell) {
        return known[cell] && levels.rowOfDepth(depth) >= 0 && usable[cell] >= levels.sellableNodes(depth);
    }

    /** Whether the cell is usable, free of work that cannot be evicted, and nobody's. */
    boolean isWhole(int cell) {
        return isUsable(cell) && used[cell] == 0 && owner[cell] == NOBODY;
    }

    /** Nodes of a cell with spares that may still be taken into use; a large number where the size is not declared. */
    int idleNodesToGive(int cell) {
        if (levels.rowOfDepth(depth) < 0 || !known[cell]) {
            return Integer.MAX_VALUE;
        }
        return Math.max(0, levels.sellableNodes(depth) - inUse[cell]);
    }

    /** Changes what an owner has in this cell; answers by how much the number of cells that it claims changed. */
    int claim(int cell, int claimant, int gpus) {
        TreeMap<Integer, Integer> byOwner = claims.computeIfAbsent(cell, c -> new TreeMap<>());
        int before = byOwner.getOrDefault(claimant, 0);
        int after = before + gpus;
        if (after == 0) {
            byOwner.remove(claimant);
        } else {
            byOwner.put(claimant, after);
        }
        owner[cell] = byOwner.isEmpty() ? NOBODY : byOwner.firstKey();
        if (byOwner.isEmpty()) {
            claims.remove(cell);
        }
        return (after == 0 ? 0 : 1) - (before == 0 ? 0 : 1);
    }

    /** GPUs that each claimant has in this cell. */
    Map<Integer, Integer> claims(int cell) {
        TreeMap<Integer, Integer> byOwner = claims.get(cell);
        return byOwner == null ? Map.of() : byOwner;
    }

    /**
     * Takes over changes of one node below, and replaces {@code availDelta} by what changed for the level above.
     */
    void update(int cell, int usableDelta, int inUseDelta, int usedDelta, int usedUsableDelta, int[] availDelta) {
        usable[cell] += usableDelta;
        inUse[cell] += inUseDelta;
        used[cell] += usedDelta;
        usedUsable[cell] += usedUsableDelta;
        int base = cell * levels.rows();
        for (int r = 0; r < levels.rows(); r++) {
            sum[base + r] += availDelta[r];
        }
        for (int r = 0; r < levels.rows(); r++) {
            int now = compute(cell, r);
            availDelta[r] = now - avail[base + r];
            avail[base + r] = now;
        }
    }

    private int compute(int cell, int row) {
        if (owner[cell] != NOBODY) {
            return 0;
        }
        int below = sum[cell * levels.rows() + row];
        int ownRow = levels.rowOfDepth(depth);
        if (ownRow < 0 || !known[cell] || row < ownRow) {
            return below;
        }
        if (row == ownRow) {
            return isWhole(cell) ? 1 : 0;
        }
        int sellable = levels.sellableNodes(depth);
        if (row < levels.nodeRow()) {
            return below;
        }
        int cap = row == levels.nodeRow()
                ? sellable - inUse[cell]
                : (sellable * levels.gpusPerNode() - usedUsable[cell]) / levels.gpus(row);
        return Math.max(0, Math.min(below, cap));
    }
}
