package dev.offtake.placement;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What it costs that a claim takes nodes without firm work which lie together. Whoever borrows there goes for the next claim
 * that needs them as wholes; once some of them are taken nobody has them together for as long as that runs.
 *
 * <p>In a cell of which f of s nodes are open these are worth f²/s, and two more where all are: policy W of
 * packing-benchmark.md §B.6, there of racks only, here of each level whose cells are large enough. So a claim takes them
 * where few are left, or all that there are. At most a node costs by that, at each level, what it is worth four times.
 */
final class OpenNodes {
    /** What a node is worth by that, in seconds of each of its GPUs. */
    private static final double WORTH = 1000;

    private static final double WHOLE = 2;

    /** Cells of fewer nodes are broken soon in any case: to spare them left more idle. */
    private static final int LEAST_NODES = 8;

    private final PoolState pool;
    /** Depths at which nodes that lie together are worth more; none where nothing costs anything. */
    private final int[] depths;

    private OpenNodes(PoolState pool, int[] depths) {
        this.pool = pool;
        this.depths = depths;
    }

    /** For a gang of more than a node: smaller ones find room in what is broken already, and victims alone decide. */
    static OpenNodes of(PoolState pool, Right right, GangDemand gang) {
        LevelTable levels = pool.levels();
        int unitDepth = right.unitDepth(pool);
        // Cells from the owner's unit downward are its own to break.
        int end = unitDepth > 0 ? unitDepth : levels.nodeDepth();
        boolean isLarge = gang.gpus() > levels.gpusPerNode();
        return new OpenNodes(
                pool,
                IntStream.range(1, isLarge ? end : 1)
                        .filter(d -> levels.rowOfDepth(d) >= 0 && levels.sellableNodes(d) >= LEAST_NODES)
                        .toArray());
    }

    /** What taking these nodes costs in the cells of some depths in which they lie. */
    double price(Collection<Integer> nodes, int outermost, int innermost) {
        double price = 0;
        for (int d : depths) {
            if (d >= outermost && d <= innermost) {
                price += WORTH * pool.levels().gpusPerNode() * loss(nodes, d);
            }
        }
        return price;
    }

    private double loss(Collection<Integer> nodes, int depth) {
        Map<Integer, Integer> taken = new HashMap<>();
        for (int n : nodes) {
            if (pool.isWholeNode(n)) {
                taken.merge(pool.ancestor(depth, n), 1, Integer::sum);
            }
        }
        double size = pool.levels().sellableNodes(depth);
        double loss = 0;
        for (Map.Entry<Integer, Integer> cell : taken.entrySet()) {
            double open = pool.cells(depth).avail(cell.getKey(), pool.levels().nodeRow());
            double left = Math.max(0, open - cell.getValue());
            loss += (open * open - left * left) / size;
            loss += pool.cells(depth).isWhole(cell.getKey()) ? WHOLE : 0;
        }
        return loss;
    }
}
