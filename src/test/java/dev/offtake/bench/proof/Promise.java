package dev.offtake.bench.proof;

import java.util.Arrays;
import java.util.Map;

/**
 * Whether a claim is within the entitlement of its account: its groups fit the free cells inside what the account has
 * bound, plus so many whole units as it is entitled to and has not claimed ("never worse off than on a private cluster
 * of entitled cells of the unit").
 */
final class Promise {
    private final Tree tree;
    private final Wish wish;
    /** Depth of the cells that hold one group. */
    private final int groupDepth;

    private Promise(Tree tree, Wish wish) {
        this.tree = tree;
        this.wish = wish;
        groupDepth = wish.level().isEmpty() ? tree.keyed + 1 : tree.depth(wish.level());
    }

    static boolean covers(Tree tree, Wish wish, Map<String, Integer> entitled) {
        Deal deal = tree.deals.get(wish.account());
        int[] claims = tree.claims(deal.account());
        int fresh = Math.min(deal.committed() - claims[0], entitled.get(deal.account()) - claims[1]);
        Promise promise = new Promise(tree, wish);
        // More is claimed than is committed by now: nothing more until it is given back.
        return fresh >= 0
                && promise.groupsInBound(deal) + (long) fresh * promise.groupsIn(deal.unit()) >= wish.groups();
    }

    /** Groups that fit in one whole cell of a unit. */
    static int groupsIn(Tree tree, Wish wish) {
        return new Promise(tree, wish).groupsIn(tree.unit(wish.account()));
    }

    private int groupsIn(String unit) {
        int depth = tree.depth(unit);
        if (groupDepth < depth) {
            return 0;
        }
        int inNode = Math.min(tree.gpusPerNode, tree.size(unit)) / wish.charge();
        if (groupDepth > tree.keyed) {
            return inNode / wish.group() * (depth > tree.keyed ? 1 : tree.size(unit) / tree.gpusPerNode);
        }
        int groupSize = tree.sizes.get(groupDepth - 1);
        return groupSize / tree.gpusPerNode * inNode / wish.group() * (tree.size(unit) / groupSize);
    }

    private long groupsInBound(Deal deal) {
        long sum = 0;
        int depth = tree.depth(deal.unit());
        if (depth > tree.keyed) {
            for (Machine machine : tree.machines.values()) {
                int fit = tree.rest(machine, deal.account()) / wish.charge();
                sum += groupDepth > tree.keyed ? fit / wish.group() : 0;
            }
            return sum;
        }
        for (Cell cell : tree.cells(depth)) {
            if (cell.holds(deal.account()) && groupDepth >= depth) {
                int[] best = best(cell);
                sum += best[best.length - 1];
            }
        }
        return sum;
    }

    /** By the number of idle nodes that are taken into use for it: the most groups (below their level: pods) that fit. */
    private int[] best(Cell cell) {
        int[] sum = {0};
        for (Cell below : cell.cells) {
            sum = beside(sum, best(below));
        }
        if (cell.cells.isEmpty()) {
            for (Machine machine : cell.machines) {
                int fit = Math.max(0, machine.working() - machine.charged()) / wish.charge();
                int groups = groupDepth > tree.keyed ? fit / wish.group() : fit;
                sum = beside(sum, machine.held.isEmpty() ? new int[] {0, groups} : new int[] {groups});
            }
        }
        int[] best = Arrays.copyOf(sum, Math.min(sum.length, tree.slots(cell) + 1));
        for (int i = 0; cell.depth == groupDepth && i < best.length; i++) {
            best[i] /= wish.group();
        }
        return best;
    }

    private static int[] beside(int[] a, int[] b) {
        int[] sum = new int[a.length + b.length - 1];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b.length; j++) {
                sum[i + j] = Math.max(sum[i + j], a[i] + b[j]);
            }
        }
        return sum;
    }
}
