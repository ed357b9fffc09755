package dev.offtake.placement;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Who claims how much of one pool, each in cells of its own unit. Owners are dense numbers given by {@link Cluster}. */
final class Claims {
    private int[] unitRow;
    private boolean[] lends = {true};
    private int[] claimed = new int[1];
    private int[] unusable = new int[1];
    /** GPUs of an owner on a node where it binds parts of the node or the node; by node and owner. */
    private final Map<Long, Integer> inParts = new HashMap<>();

    Claims(int openRow) {
        unitRow = new int[] {openRow};
    }

    void setUnit(int owner, int row, boolean mayBeLent) {
        if (owner >= unitRow.length) {
            unitRow = Arrays.copyOf(unitRow, Math.max(owner + 1, unitRow.length * 2));
            claimed = Arrays.copyOf(claimed, unitRow.length);
            unusable = Arrays.copyOf(unusable, unitRow.length);
            lends = Arrays.copyOf(lends, unitRow.length);
        }
        unitRow[owner] = row;
        lends[owner] = mayBeLent;
    }

    /** Stands for somebody with a unit of this row who has nothing; below {@link CellTree#NOBODY}. */
    static int nobody(int row) {
        return CellTree.NOBODY - 1 - row;
    }

    int unitRow(int owner) {
        return owner < CellTree.NOBODY ? CellTree.NOBODY - 1 - owner : unitRow[owner];
    }

    boolean lends(int owner) {
        return lends[owner];
    }

    boolean allLend(Iterable<Integer> owners) {
        for (int owner : owners) {
            if (!lends[owner]) {
                return false;
            }
        }
        return true;
    }

    int claimed(int owner) {
        return claimed[owner];
    }

    int unusable(int owner) {
        return unusable[owner];
    }

    void add(int owner, int units, boolean usable) {
        claimed[owner] += units;
        if (!usable) {
            unusable[owner] += units;
        }
    }

    /** A cell that the owner claims became usable or ceased to be. */
    void flip(int owner, boolean usable) {
        unusable[owner] += usable ? -1 : 1;
    }

    int gpusInParts(int n, int owner) {
        return owner < 0 ? 0 : inParts.getOrDefault(key(n, owner), 0);
    }

    /** Adds GPUs of an owner on a node; answers by how much the number of parts of this size changed. */
    int addInParts(int n, int owner, int gpus, int partGpus) {
        int before = gpusInParts(n, owner);
        int after = before + gpus;
        if (after == 0) {
            inParts.remove(key(n, owner));
        } else {
            inParts.put(key(n, owner), after);
        }
        return parts(after, partGpus) - parts(before, partGpus);
    }

    static int parts(int gpus, int partGpus) {
        return -Math.floorDiv(-gpus, partGpus);
    }

    private static long key(int n, int owner) {
        return (long) n << 32 | owner;
    }
}
