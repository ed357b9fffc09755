package dev.offtake.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many pods of one pod set fit on each node and in each cell, by one right, as things stand.
 *
 * <p>Cells at and above the level of a slice count whole slices only.
 */
final class Fits {
    /** Which nodes an owner may use. */
    enum Reach {
        /** Only cells that it has bound already. */
        BOUND,
        /** Those, and what is nobody's. */
        ALL,
        /** Every node as if it were empty and nobody's, healthy or not. */
        EMPTY
    }

    private final PoolState pool;
    private final Right right;
    private final int owner;
    /** Depth of the owner's unit, -1 where it is below the node. */
    private final int unitDepth;

    private final int[] nodeFit;
    private final boolean[] inside;
    private final int[][] cellFit;
    private final int[][] member;
    private Need need;

    /** Counts nothing yet; {@link #count} does. */
    Fits(PoolState pool, Right right, Shape shape) {
        this.pool = pool;
        this.right = right;
        owner = right.owner();
        need = pool.need(shape);
        unitDepth = right.unitDepth(pool);
        nodeFit = new int[pool.bound()];
        inside = new boolean[pool.bound()];
        int depths = pool.levels().nodeDepth();
        cellFit = new int[depths][];
        member = new int[depths][];
        for (int d = 0; d < depths; d++) {
            cellFit[d] = new int[pool.cells(d).bound()];
            member[d] = new int[pool.cells(d).bound()];
        }
    }

    /** Counts anew, for nodes inside one cell, or for all where {@code domain} is null. */
    void count(GangDemand.PodSet podSet, BitSet accepted, Reach reach, @Nullable Domain domain, int most) {
        Arrays.fill(nodeFit, 0);
        need = pool.need(podSet.shape());
        int sliceDepth = -1;
        int slicePods = 1;
        if (podSet.slice().isPresent()) {
            sliceDepth = pool.levels().depthHolding(podSet.slice().get().level());
            slicePods = podSet.slice().get().pods();
        }
        for (int n = accepted.nextSetBit(0); n >= 0; n = accepted.nextSetBit(n + 1)) {
            if (domain == null || domain.contains(pool, n)) {
                nodeFit[n] = nodeFit(n, reach, most);
            }
        }
        leaveSpares(reach);
        sumUp(sliceDepth, slicePods);
    }

    private void sumUp(int sliceDepth, int slicePods) {
        int depths = pool.levels().nodeDepth();
        for (int d = 0; d < depths; d++) {
            Arrays.fill(cellFit[d], 0);
        }
        for (int n = 0; n < nodeFit.length; n++) {
            int fit = sliceDepth == depths ? nodeFit[n] / slicePods * slicePods : nodeFit[n];
            nodeFit[n] = fit;
            if (fit > 0) {
                int lowest = sliceDepth >= 0 && sliceDepth < depths ? sliceDepth : 0;
                for (int d = depths - 1; d >= lowest; d--) {
                    cellFit[d][pool.ancestor(d, n)] += fit;
                    member[d][pool.ancestor(d, n)] = n;
                }
            }
        }
        if (sliceDepth > 0 && sliceDepth < depths) {
            for (int c = 0; c < cellFit[sliceDepth].length; c++) {
                int whole = pool.cells(sliceDepth).isKnown(c) ? cellFit[sliceDepth][c] / slicePods * slicePods : 0;
                cellFit[sliceDepth][c] = whole;
                if (whole > 0) {
                    int n = member[sliceDepth][c];
                    for (int d = sliceDepth - 1; d >= 0; d--) {
                        cellFit[d][pool.ancestor(d, n)] += whole;
                        member[d][pool.ancestor(d, n)] = n;
                    }
                }
            }
        }
    }

    /**
     * Spares are a number: of the idle nodes of a cell only so many count as it has left to give; those in which most
     * fits, then the fullest.
     */
    private void leaveSpares(Reach reach) {
        LevelTable levels = pool.levels();
        for (int d = levels.nodeDepth() - 1; d > 0; d--) {
            if (levels.rowOfDepth(d) < 0) {
                continue;
            }
            int[] idle = new int[pool.cells(d).bound()];
            boolean tooMany = false;
            for (int n = 0; n < nodeFit.length; n++) {
                if (countsAsIdle(n, d, reach)) {
                    int cell = pool.ancestor(d, n);
                    idle[cell]++;
                    tooMany |= idle[cell] > slots(d, cell, reach);
                }
            }
            if (tooMany) {
                leaveSpares(d, idle, reach);
            }
        }
    }

    private void leaveSpares(int d, int[] idle, Reach reach) {
        Map<Integer, List<Integer>> nodesOf = new HashMap<>();
        for (int n = 0; n < nodeFit.length; n++) {
            if (countsAsIdle(n, d, reach)) {
                int cell = pool.ancestor(d, n);
                if (idle[cell] > slots(d, cell, reach)) {
                    nodesOf.computeIfAbsent(cell, c -> new ArrayList<>(idle[cell]))
                            .add(n);
                }
            }
        }
        Comparator<Integer> fullest = Comparator.<Integer>comparingInt(n -> -nodeFit[n])
                .thenComparingInt(n -> -pool.node(n).gpus())
                .thenComparingInt(n -> n);
        nodesOf.forEach((cell, nodes) -> {
            nodes.sort(fullest);
            nodes.subList(slots(d, cell, reach), nodes.size()).forEach(n -> nodeFit[n] = 0);
        });
    }

    /** In cells above one that the owner has bound, the whole of that is in use already. */
    private boolean countsAsIdle(int n, int d, Reach reach) {
        return nodeFit[n] > 0 && (reach == Reach.EMPTY || (right.findsIdle(pool, n) && (!inside[n] || d >= unitDepth)));
    }

    private int slots(int d, int cell, Reach reach) {
        return reach == Reach.EMPTY && pool.cells(d).isKnown(cell)
                ? pool.levels().sellableNodes(d)
                : right.cells(pool, d).idleNodesToGive(cell);
    }

    private int nodeFit(int n, Reach reach, int most) {
        if (reach == Reach.EMPTY) {
            int byPromise = pool.levels().gpusPerNode() / Math.max(1, need.charge(n));
            return Math.min(byPromise, need.fitEmpty(n));
        }
        int byGpus = byGpus(n, reach);
        return byGpus == 0 ? 0 : need.fit(n, Math.min(most, byGpus), right);
    }

    /** How many pods fit on the node by what may be taken of it, other resources aside. */
    int byGpus(int n, Reach reach) {
        int gpus = reachable(n, reach);
        return gpus <= 0 ? 0 : gpus / Math.max(1, need.charge(n));
    }

    /** GPUs of the node that the owner may take; also sets whether that is inside its bound cells. */
    int reachable(int n, Reach reach) {
        if (!pool.node(n).health().takesWork()) {
            return 0;
        }
        LevelTable levels = pool.levels();
        inside[n] = false;
        if (right.isLent()) {
            // What lies in a bound cell is lost to others in any case.
            inside[n] = pool.isInBound(n);
            return pool.lendable(n);
        }
        for (int d = 1; d < levels.nodeDepth(); d++) {
            int holder = pool.cells(d).owner(pool.ancestor(d, n));
            if (holder == owner && d == unitDepth) {
                inside[n] = true;
                return Math.max(0, pool.node(n).gpus() - pool.charged(n));
            }
            if (holder != CellTree.NOBODY) {
                return 0;
            }
        }
        int rest = pool.boundRest(n, owner);
        inside[n] = rest > 0;
        if (reach == Reach.BOUND) {
            return rest;
        }
        if (unitDepth > 0 && unitDepth < levels.nodeDepth()) {
            return pool.cells(unitDepth).isWhole(pool.ancestor(unitDepth, n))
                    ? pool.node(n).gpus()
                    : 0;
        }
        if (unitDepth == levels.nodeDepth()) {
            return pool.isWholeNode(n) ? pool.node(n).gpus() : rest;
        }
        int part = levels.gpus(pool.unitRow(owner));
        return rest + pool.open(n) / part * part;
    }

    /** What one pod is charged on a node. */
    int charge(int n) {
        return need.charge(n);
    }

    /** Whether what the node offers lies in cells that the owner has bound already. */
    boolean inside(int n) {
        return inside[n];
    }

    int of(int depth, int cell) {
        return depth == pool.levels().nodeDepth() ? nodeFit[cell] : cellFit[depth][cell];
    }

    int nodes() {
        return nodeFit.length;
    }

    /** Some node inside the cell; only for cells in which something fits. */
    int member(int depth, int cell) {
        return depth == pool.levels().nodeDepth() ? cell : member[depth][cell];
    }

    int cells(int depth) {
        return depth == pool.levels().nodeDepth() ? nodeFit.length : cellFit[depth].length;
    }

    /** A cell of a physical level. */
    record Domain(int depth, int cell) {
        boolean contains(PoolState pool, int n) {
            return pool.ancestor(depth, n) == cell;
        }
    }
}
