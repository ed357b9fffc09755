package dev.offtake.placement;

import java.util.ArrayList;
import java.util.List;

/**
 * How many units of its commitment a gang binds anew in a cell, at least: as what its owner has bound there does not hold
 * all of it, whole units have to hold the rest. Of nothing else a place in that cell depends, so where even that is more
 * than may be bound, none needs to be tried; a tenant of few racks would try each block of the fleet otherwise, at last
 * pod by pod.
 *
 * <p>Told for units that are nodes, or cells of nodes: what the owner's own cells hold is known exactly there, in whichever
 * order they are filled. In cells of cells it depends on the order which idle nodes are left for spares.
 */
final class NewUnits {
    private final GangDemand gang;
    /** Units that may be bound. */
    private final int most;
    /** By pod set: its pods that one unit holds, 0 where that cannot be told. */
    private final int[] perUnit;
    /** By pod set: what fits into cells that the owner has bound; empty where it has bound none, or nothing is to be told. */
    private final List<Fits> bound = new ArrayList<>();

    private final boolean mayExceed;

    /**
     * @param hasBound whether the owner has bound any cell
     * @param most units that may be bound anew
     */
    NewUnits(PoolState pool, Right right, GangDemand gang, Seek seek, boolean hasBound, int most) {
        this.gang = gang;
        this.most = most;
        perUnit = new int[gang.podSets().size()];
        int unitDepth = right.unitDepth(pool);
        boolean ofNodes = unitDepth > 0 && unitDepth >= pool.levels().nodeDepth() - 1;
        boolean may = false;
        for (int i = 0; i < perUnit.length && ofNodes; i++) {
            GangDemand.PodSet podSet = gang.podSets().get(i);
            int gpus = podSet.shape().gpus();
            // Of slices only whole ones count, and what asks for no GPU may bind nothing.
            perUnit[i] = podSet.slice().isPresent() || gpus == 0
                    ? 0
                    : pool.levels().sellableNodes(unitDepth) * (pool.levels().gpusPerNode() / gpus);
            may |= units(i, 0) > most;
        }
        mayExceed = may;
        for (int i = 0; i < perUnit.length && mayExceed && hasBound; i++) {
            bound.add(seek.fits(right, Fits.Reach.BOUND, i, gang.podSets().get(i)));
        }
    }

    /** Whether a gang that is placed in a cell, or on a node, with nothing of it placed yet, binds more than it may. */
    boolean exceedIn(Fits.Domain domain) {
        for (int i = 0; i < perUnit.length && mayExceed; i++) {
            int inside = 0;
            if (!bound.isEmpty()) {
                // What was tried before is taken back, but may have been counted.
                bound.get(i).refresh();
                inside = bound.get(i).of(domain.depth(), domain.cell());
            }
            if (units(i, inside) > most) {
                return true;
            }
        }
        return false;
    }

    /** Units that a pod set binds at least beside so many pods of it that need none. */
    private int units(int i, int inside) {
        int rest = gang.podSets().get(i).count() - inside;
        return perUnit[i] == 0 || rest <= 0 ? 0 : -Math.floorDiv(-rest, perUnit[i]);
    }
}
