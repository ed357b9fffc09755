package dev.offtake.placement;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * In how many cells of each level a gang may lie whose place is lent to it, as long as it is to be compact: in one if half
 * of one would hold it (of the level that it prefers, if less than half would), else in twice as many as it needs. Of a
 * level whose size is not declared nobody knows how many it needs: that counts only where it is preferred, and then it may
 * lie in one.
 */
final class Compactness {
    private static final int ANY = Integer.MAX_VALUE;

    private final PoolState pool;
    /** By depth. */
    private final int[] most;
    /** The innermost depth of which it may lie in one cell only. */
    private final int outermost;

    /** The level at which a place is not compact. */
    record Excess(String level, int cells, int most) {}

    private Compactness(PoolState pool, int[] most) {
        this.pool = pool;
        this.most = most;
        int depth = most.length - 1;
        while (depth > 0 && most[depth] > 1) {
            depth--;
        }
        outermost = depth;
    }

    /** Empty where the gang need not be compact. */
    static Optional<Compactness> of(PoolState pool, Right right, GangDemand gang, Seek seek) {
        return right.isLent() && gang.compact() ? Optional.of(of(pool, gang, seek.accepted())) : Optional.empty();
    }

    /** @param accepted by pod set the nodes that it may use */
    static Compactness of(PoolState pool, GangDemand gang, List<BitSet> accepted) {
        LevelTable levels = pool.levels();
        int[] most = new int[levels.nodeDepth()];
        Arrays.fill(most, ANY);
        int nodes = nodes(pool, gang, accepted);
        int preferred = gang.preferred().map(levels::depthHolding).orElse(-1);
        for (int d = 1; d < most.length; d++) {
            int size = levels.sellableNodes(d);
            if (size > 0) {
                // Half of a large cell is seldom idle at once: to wait for it left more idle than it was worth.
                boolean inOne = 2 * nodes < size || (2 * nodes == size && d != preferred);
                most[d] = inOne ? 1 : 2 * -Math.floorDiv(-nodes, size);
            }
        }
        if (preferred > 0 && preferred < most.length && most[preferred] == ANY) {
            most[preferred] = 1;
        }
        return new Compactness(pool, most);
    }

    /** The fewest nodes that hold it, were they empty. */
    private static int nodes(PoolState pool, GangDemand gang, List<BitSet> accepted) {
        int nodes = 0;
        for (int i = 0; i < gang.podSets().size(); i++) {
            GangDemand.PodSet podSet = gang.podSets().get(i);
            int first = accepted.get(i).nextSetBit(0);
            int charge = first < 0 ? podSet.shape().gpus() : pool.charge(first, podSet.shape());
            int perNode = Math.max(1, pool.levels().gpusPerNode() / Math.max(1, charge));
            nodes += -Math.floorDiv(-podSet.count(), perNode);
        }
        return nodes;
    }

    /** The depth of which one cell has to hold it. */
    int outermost() {
        return outermost;
    }

    boolean holds(Collection<Integer> nodes) {
        return excess(nodes).isEmpty();
    }

    /** The outermost level of which the nodes lie in too many cells. */
    Optional<Excess> excess(Collection<Integer> nodes) {
        for (int d = 1; d < most.length; d++) {
            if (most[d] < ANY) {
                Set<Integer> cells = new HashSet<>();
                for (int n : nodes) {
                    cells.add(pool.ancestor(d, n));
                }
                if (cells.size() > most[d]) {
                    return Optional.of(new Excess(pool.levels().name(d), cells.size(), most[d]));
                }
            }
        }
        return Optional.empty();
    }
}
