package dev.offtake.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who claims how much of one pool, each in cells of its own unit. Owners are dense numbers given by {@link Cluster}. */
final class Claims {
    private int[] unitRow;
    private boolean[] lends = {true};
    private int[] claimed = new int[1];
    private int[] unusable = new int[1];
    private int[] changes = new int[1];
    private long[] gpus = new long[1];
    /**
     * By owner: its GPUs in each cell of its unit in which it has any; the cell is a node where the unit is the node or a
     * part of it. Nothing of whose unit is the GPU.
     */
    private final List<Map<Integer, Integer>> gpusIn = new ArrayList<>();

    Claims(int openRow) {
        unitRow = new int[] {openRow};
    }

    void setUnit(int owner, int row, boolean mayBeLent) {
        if (owner >= unitRow.length) {
            unitRow = Arrays.copyOf(unitRow, Math.max(owner + 1, unitRow.length * 2));
            claimed = Arrays.copyOf(claimed, unitRow.length);
            unusable = Arrays.copyOf(unusable, unitRow.length);
            changes = Arrays.copyOf(changes, unitRow.length);
            gpus = Arrays.copyOf(gpus, unitRow.length);
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

    /** GPUs that the owner has in a cell of its unit, or on a node where that is the node or a part of it. */
    int gpusIn(int cell, int owner) {
        return owner < 0 || owner >= gpusIn.size() ? 0 : gpusIn.get(owner).getOrDefault(cell, 0);
    }

    /** GPUs that the owner has in all of them. */
    long gpus(int owner) {
        return gpus[owner];
    }

    /** The cells of its unit, or nodes, in which the owner has anything. */
    Set<Integer> cells(int owner) {
        return owner < 0 || owner >= gpusIn.size()
                ? Set.of()
                : gpusIn.get(owner).keySet();
    }

    /** Another number whenever {@link #cells} are others. */
    int changes(int owner) {
        return changes[owner];
    }

    /** Adds GPUs of an owner in a cell of its unit, or on a node. */
    void addIn(int cell, int owner, int gpus) {
        if (gpus == 0) {
            return;
        }
        while (gpusIn.size() <= owner) {
            gpusIn.add(new HashMap<>());
        }
        Map<Integer, Integer> of = gpusIn.get(owner);
        int before = of.size();
        of.merge(cell, gpus, (had, more) -> had + more == 0 ? null : had + more);
        changes[owner] += of.size() == before ? 0 : 1;
        this.gpus[owner] += gpus;
    }

    static int parts(int gpus, int partGpus) {
        return -Math.floorDiv(-gpus, partGpus);
    }
}
