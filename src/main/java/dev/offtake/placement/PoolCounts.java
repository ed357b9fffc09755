package dev.offtake.placement;

import dev.offtake.fleet.NodeState;
import dev.offtake.fleet.PoolReport;
import java.util.ArrayList;
import java.util.List;

/** Counts what a pool has and can still give, in one pass over its nodes. */
final class PoolCounts {
    private final Cluster cluster;
    private final PoolState pool;
    private final LevelTable levels;
    /** Per depth and cell: whether the cell lies in nobody's bound cell. */
    private final boolean[][] open;
    /** Per depth and cell: nodes that are not healthy, and nodes that are not free as a whole. */
    private final int[][] broken;

    private final int[][] taken;
    private int used;
    private int unmanaged;
    private int charged;
    private int lent;
    private int usableGpus;
    private int largestOnNode;

    PoolCounts(Cluster cluster, PoolState pool) {
        this.cluster = cluster;
        this.pool = pool;
        levels = pool.levels();
        int depths = levels.nodeDepth();
        open = new boolean[depths][];
        broken = new int[depths][];
        taken = new int[depths][];
        for (int d = 1; d < depths; d++) {
            open[d] = new boolean[pool.cells(d).bound()];
            broken[d] = new int[pool.cells(d).bound()];
            taken[d] = new int[pool.cells(d).bound()];
        }
        pool.nodes().forEach(this::count);
    }

    private void count(int n) {
        NodeState node = pool.node(n);
        boolean isOpen = true;
        boolean mayBegin = true;
        for (int d = 1; d < open.length; d++) {
            int c = pool.ancestor(d, n);
            isOpen &= pool.cells(d).owner(c) == CellTree.NOBODY;
            mayBegin &= pool.cells(d).idleNodesToGive(c) > 0;
            open[d][c] = isOpen;
        }
        for (int d = 1; d < open.length; d++) {
            int c = pool.ancestor(d, n);
            broken[d][c] += node.health() == NodeState.Health.USABLE ? 0 : 1;
            taken[d][c] += isOpen && pool.isWholeNode(n) ? 0 : 1;
        }
        if (isOpen && (mayBegin || pool.effective(n) > 0)) {
            largestOnNode = Math.max(largestOnNode, pool.room().open(n));
        }
        NodeUse use = cluster.uses().get(node.facts().name());
        if (use != null) {
            int nobodys =
                    use.unmanaged().values().stream().mapToInt(Shape::gpus).sum();
            int seated = use.seats().entrySet().stream()
                    .mapToInt(e -> e.getKey().shape().gpus() * e.getValue())
                    .sum();
            unmanaged += nobodys;
            // Where others have to leave first, both have their seats: nobody uses more than is there.
            used += Math.min(nobodys + seated, gpus(node));
        }
        if (node.health().takesWork()) {
            usableGpus += node.gpus();
            charged += Math.min(node.gpus(), pool.charged(n) + pool.lent(n));
            lent += pool.lent(n);
        }
    }

    /** What is on a node, healthy or not, sold or not. */
    private int gpus(NodeState node) {
        long allocatable = node.facts().allocatable(pool.pool().resourceName());
        return (int) Math.max(levels.gpusPerNode(), Math.min(allocatable, Integer.MAX_VALUE));
    }

    PoolView view(long committedGpus) {
        PoolReport report = cluster.fleet().report(pool.pool().name()).orElseThrow();
        List<PoolView.LevelView> views = new ArrayList<>();
        for (String level : pool.pool().levelNames()) {
            int depth = levels.depth(level);
            int row = levels.row(level);
            if (row == levels.nodeRow()) {
                views.add(new PoolView.LevelView(
                        level, report.matched(), report.usable(), pool.wholeFree(row), largestOnNode));
            } else if (depth > 0) {
                views.add(keyed(level, depth, row));
            } else {
                int size = levels.gpus(row);
                views.add(new PoolView.LevelView(
                        level,
                        report.matched() * (levels.gpusPerNode() / size),
                        usableParts(size),
                        pool.wholeFree(row),
                        Math.min(size, largestOnNode)));
            }
        }
        int free = (int) Math.max(0, report.sellableGpus() - charged);
        return new PoolView(pool.pool(), report, committedGpus, used, unmanaged, lent, free, views);
    }

    private int usableParts(int size) {
        if (size == 1) {
            return usableGpus;
        }
        return pool.nodes().stream()
                .filter(n -> pool.node(n).health().takesWork())
                .mapToInt(n -> pool.node(n).gpus() / size)
                .sum();
    }

    private PoolView.LevelView keyed(String level, int depth, int row) {
        CellTree tree = pool.cells(depth);
        int cells = 0;
        int usable = 0;
        int whole = 0;
        int largest = 0;
        for (int c = 0; c < tree.bound(); c++) {
            if (tree.exists(c) && tree.isKnown(c)) {
                cells++;
                usable += (row < 0 ? broken[depth][c] == 0 : tree.isUsable(c)) ? 1 : 0;
                whole += row < 0 && taken[depth][c] == 0 ? 1 : 0;
                if (open[depth][c]) {
                    largest = Math.max(largest, tree.avail(c, levels.gpuRow()));
                }
            }
        }
        return new PoolView.LevelView(level, cells, usable, row < 0 ? whole : pool.wholeFree(row), largest);
    }
}
