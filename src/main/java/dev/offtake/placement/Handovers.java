package dev.offtake.placement;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What of one account is in use beside what is counted as its own, while seats of it pass from one to another. Any handover
 * may come about before the others, so of each the larger side counts: what is left on both is free for others.
 */
final class Handovers {
    private final Claimant claimant;
    private final int owner;
    private final List<Map<Cell, Change>> changes = new ArrayList<>();

    /** A cell of the account's unit. */
    private record Cell(PoolState pool, int number) {}

    /** GPUs of a cell that are in use and not counted, and those that are counted and not in use. */
    private record Change(int leaving, int coming) {
        Change and(Change other) {
            return new Change(leaving + other.leaving, coming + other.coming);
        }
    }

    Handovers(Cluster cluster, Claimant claimant, List<Handover> all) {
        this.claimant = claimant;
        owner = claimant.tier() == Tier.RESERVED ? cluster.owner(claimant.account()) : PoolState.OPEN;
        for (Handover handover : all) {
            if (handover.claimant().equals(claimant)) {
                Map<Cell, Change> byCell = new HashMap<>();
                for (PoolState pool : cluster.pools()) {
                    handover.leaving().forEach(lying -> add(cluster, pool, lying, true, byCell));
                    handover.coming().forEach(lying -> add(cluster, pool, lying, false, byCell));
                }
                changes.add(byCell);
            }
        }
    }

    private void add(Cluster cluster, PoolState pool, Placer.Lying lying, boolean leaves, Map<Cell, Change> byCell) {
        int n = cluster.number(pool, lying.node());
        if (n >= 0 && pool.unitRow(owner) >= 0) {
            int gpus = pool.charge(n, lying.shape()) * lying.pods();
            byCell.merge(
                    new Cell(pool, pool.room().unitCell(n, owner)),
                    leaves ? new Change(gpus, 0) : new Change(0, gpus),
                    Change::and);
        }
    }

    boolean isAny() {
        return !changes.isEmpty();
    }

    /** Units (GPUs on demand) in use, as things stand, beside those that are counted. */
    int units() {
        int sum = 0;
        for (Map<Cell, Change> change : changes) {
            int more = 0;
            for (Map.Entry<Cell, Change> of : change.entrySet()) {
                more += units(of.getKey(), of.getValue());
            }
            sum += Math.max(0, more);
        }
        return sum;
    }

    private int units(Cell cell, Change change) {
        int more = change.leaving() - change.coming();
        if (claimant.tier() != Tier.RESERVED) {
            return more;
        }
        Room room = cell.pool().room();
        int counted = room.ofUnitCell(cell.number(), owner);
        return room.units(counted + more, owner) - room.units(counted, owner);
    }
}
