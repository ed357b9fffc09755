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
 * <p>A cell knows what lies below it ({@link Offers}), and what of that it gives to others: less what spares and size
 * take away, and nothing once a commitment has bound it.
 */
final class CellTree {
    static final int NOBODY = -1;

    private final LevelTable levels;
    private final Offers offers;
    private final int depth;
    private final Map<String, Integer> byPath = new HashMap<>();
    private final Deque<Integer> vacant = new ArrayDeque<>();
    private final Map<Integer, TreeMap<Integer, Integer>> claims = new HashMap<>();
    private final int[] scratch;
    private int size;
    private int mostEver;
    private String[] path = new String[8];
    private boolean[] known = new boolean[8];
    private int[] present = new int[8];
    private int[] usable = new int[8];
    private int[] used = new int[8];
    private int[] owner = new int[8];
    private int[] below;
    private int[] given;

    CellTree(LevelTable levels, Offers offers, int depth) {
        this.levels = levels;
        this.offers = offers;
        this.depth = depth;
        scratch = new int[offers.width()];
        below = new int[8 * offers.width()];
        given = new int[8 * offers.width()];
    }

    /** The cell of this path, made if need be, with one node more in it. */
    int enter(String cellPath, boolean isKnown) {
        Integer existing = byPath.get(cellPath);
        int cell = existing == null ? create(cellPath, isKnown) : existing;
        present[cell]++;
        mostEver = Math.max(mostEver, present[cell]);
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
        used[cell] = 0;
        owner[cell] = NOBODY;
        int width = offers.width();
        Arrays.fill(below, cell * width, (cell + 1) * width, 0);
        Arrays.fill(given, cell * width, (cell + 1) * width, 0);
        return cell;
    }

    private void grow() {
        int capacity = path.length * 2;
        path = Arrays.copyOf(path, capacity);
        known = Arrays.copyOf(known, capacity);
        present = Arrays.copyOf(present, capacity);
        usable = Arrays.copyOf(usable, capacity);
        used = Arrays.copyOf(used, capacity);
        owner = Arrays.copyOf(owner, capacity);
        below = Arrays.copyOf(below, capacity * offers.width());
        given = Arrays.copyOf(given, capacity * offers.width());
    }

    /** Cells have numbers below this; some of them may be vacant. */
    int bound() {
        return size;
    }

    /** Nodes in the cell, whatever their health. */
    int nodes(int cell) {
        return present[cell];
    }

    /** The most nodes that lie in any one cell. */
    int mostNodes() {
        int most = 0;
        for (int c = 0; c < size; c++) {
            most = Math.max(most, present[c]);
        }
        return most;
    }

    /** At least as many as lie in any one cell, known at once: the most that ever did. */
    int mostNodesEver() {
        return mostEver;
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

    /** Who has bound the cell. */
    int owner(int cell) {
        return owner[cell];
    }

    int used(int cell) {
        return used[cell];
    }

    /** Whole free cells of a row that the cell has to give. */
    int avail(int cell, int row) {
        return offers.avail(given, cell * offers.width(), row);
    }

    /** Whether it is a cell of a level of declared size. */
    boolean isSized(int cell) {
        return known[cell] && levels.rowOfDepth(depth) >= 0;
    }

    /** Whether enough of it is healthy for the cell to count as one of its level: of its nodes, or of the cells in it. */
    boolean isUsable(int cell) {
        return isSized(cell) && usable[cell] >= levels.sellableNodes(depth);
    }

    /** Whether the cell is usable, free of work that cannot be evicted, and nobody's. */
    boolean isWhole(int cell) {
        return isUsable(cell) && used[cell] == 0 && owner[cell] == NOBODY;
    }

    /**
     * Whether there are whole free cells of a row in the cell and it has none of them to give, as more of it is in use
     * elsewhere than leaves room for one: there may be more in it than can be sold.
     */
    boolean isSpent(int cell, int row) {
        return isSized(cell)
                && owner[cell] == NOBODY
                && avail(cell, row) == 0
                && offers.avail(below, cell * offers.width(), row) > 0;
    }

    /** Idle nodes of the cell that may still be taken into use; a large number where its size is not declared. */
    int idleNodesToGive(int cell) {
        return isSized(cell) ? Math.max(0, levels.sellableNodes(depth) - inUse(cell)) : Integer.MAX_VALUE;
    }

    /** Nodes of the cell that are in use, or kept for who has bound a cell in it. */
    int inUse(int cell) {
        return below[cell * offers.width() + Offers.TAKEN];
    }

    /** Whether more nodes of the cell are in use than it may give: its spares are not free. */
    boolean isOverused(int cell) {
        return isSized(cell) && inUse(cell) > levels.sellableNodes(depth);
    }

    /**
     * Changes what an owner has in this cell; answers by how much the number of cells that it claims changed. Nodes of
     * unknown topology are no cell that anybody could bind.
     */
    int claim(int cell, int claimant, int gpus) {
        TreeMap<Integer, Integer> byOwner = claims.computeIfAbsent(cell, c -> new TreeMap<>());
        int before = byOwner.getOrDefault(claimant, 0);
        int after = before + gpus;
        if (after == 0) {
            byOwner.remove(claimant);
        } else {
            byOwner.put(claimant, after);
        }
        owner[cell] = byOwner.isEmpty() || !known[cell] ? NOBODY : byOwner.firstKey();
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

    /** Takes over by how many nodes what the level below brings changed; answers the same for this one. */
    int updateUsable(int cell, int delta) {
        int before = sellable(cell);
        usable[cell] += delta;
        return sellable(cell) - before;
    }

    /**
     * What the cell brings to the one above: if its level has a size, all that can be sold of it or nothing. Whoever is
     * promised a block is promised the racks in it, so nodes in broken racks make no block, however many they are.
     */
    private int sellable(int cell) {
        if (levels.rowOfDepth(depth) < 0) {
            return usable[cell];
        }
        return isUsable(cell) ? levels.sellableNodes(depth) : 0;
    }

    /** Takes over changes of one node below, and replaces {@code offerDelta} by what changed for the level above. */
    void update(int cell, int usedDelta, int[] offerDelta) {
        used[cell] += usedDelta;
        int width = offers.width();
        int base = cell * width;
        for (int i = 0; i < width; i++) {
            below[base + i] += offerDelta[i];
        }
        if (owner[cell] != NOBODY) {
            offers.ofBound(depth, below, base, scratch);
        } else if (isSized(cell)) {
            offers.ofCell(depth, isWhole(cell), below, base, scratch);
        } else {
            System.arraycopy(below, base, scratch, 0, width);
        }
        for (int i = 0; i < width; i++) {
            offerDelta[i] = scratch[i] - given[base + i];
            given[base + i] = scratch[i];
        }
    }
}
