package dev.offtake.placement;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** What fits, counted by going through the whole pool each time. */
final class PlainFits implements Fits {
    private final PoolState pool;
    private final Right right;
    private final Reach reach;
    private final GangDemand.PodSet podSet;
    private final BitSet accepted;
    private final BitSet avoid;
    private final BitSet spared;
    private final int nodeDepth;
    private final int unitDepth;
    private int[] nodeFit = {};
    private boolean[] nodeInside = {};
    private final List<Map<Integer, Integer>> cellFit = new ArrayList<>();
    private final List<Map<Integer, Boolean>> cellInside = new ArrayList<>();

    PlainFits(
            PoolState pool,
            Right right,
            Reach reach,
            GangDemand.PodSet podSet,
            BitSet accepted,
            BitSet avoid,
            BitSet spared) {
        this.pool = pool;
        this.right = right;
        this.reach = reach;
        this.podSet = podSet;
        this.accepted = accepted;
        this.avoid = avoid;
        this.spared = spared;
        nodeDepth = pool.levels().nodeDepth();
        unitDepth = right.unitDepth(pool);
        refresh();
    }

    /** Counts from scratch for every search. */
    static Source source(PoolState pool) {
        return (right, reach, podSet, accepted, avoid, spared) ->
                new PlainFits(pool, right, reach, podSet, accepted, avoid, spared);
    }

    @Override
    public void refresh() {
        nodeFit = new int[pool.bound()];
        nodeInside = new boolean[pool.bound()];
        for (int n : pool.nodes()) {
            if (accepted.get(n) && !avoid.get(n)) {
                nodeFit[n] = nodeFit(n);
                nodeInside[n] &= nodeFit[n] > 0;
            }
        }
        for (int d = nodeDepth - 1; d > 0; d--) {
            if (pool.levels().rowOfDepth(d) >= 0) {
                leaveSpares(d);
            }
        }
        sumUp();
    }

    private boolean isIdle(int n) {
        return reach == Reach.EMPTY || right.findsIdle(pool, n);
    }

    private int nodeFit(int n) {
        Need need = pool.need(podSet.shape());
        int charge = Math.max(1, need.charge(n));
        if (reach == Reach.EMPTY) {
            return Math.min(pool.levels().gpusPerNode() / charge, need.fitEmpty(n));
        }
        int byGpus = Math.max(0, reachable(n)) / charge;
        if (isSpared(n)) {
            return 0;
        }
        return reach == Reach.GPUS ? byGpus : need.fit(n, byGpus, right);
    }

    private boolean isSpared(int n) {
        for (int d = unitDepth > 0 ? unitDepth - 1 : nodeDepth; d > 0; d--) {
            int row = pool.levels().rowOfDepth(d);
            if (row >= 0 && spared.get(row) && right.findsWhole(pool, d, pool.ancestor(d, n))) {
                return true;
            }
        }
        return false;
    }

    /** GPUs of the node that the owner may take; also sets whether that is inside its bound cells. */
    private int reachable(int n) {
        if (!pool.node(n).health().takesWork() || (!right.reclaims() && pool.effective(n) == 0 && isOnSpares(n))) {
            return 0;
        }
        int owner = right.owner();
        for (int d = 1; d < nodeDepth; d++) {
            int holder = pool.cells(d).owner(pool.ancestor(d, n));
            if (right.isLent()) {
                nodeInside[n] |= holder != CellTree.NOBODY;
            } else if (holder == owner && d == unitDepth) {
                nodeInside[n] = true;
                return Math.max(0, pool.node(n).gpus() - pool.charged(n));
            } else if (holder != CellTree.NOBODY) {
                return 0;
            }
        }
        if (right.isLent()) {
            nodeInside[n] |= pool.room().isBoundInPart(n);
            return pool.room().lendable(n);
        }
        int rest = pool.room().boundRest(n, owner);
        nodeInside[n] = rest > 0;
        if (reach == Reach.BOUND) {
            return rest;
        }
        if (unitDepth > 0 && unitDepth < nodeDepth) {
            boolean isGiven = pool.cells(unitDepth).isWhole(pool.ancestor(unitDepth, n));
            for (int d = 1; d < unitDepth; d++) {
                int above = pool.ancestor(d, n);
                isGiven &= !pool.cells(d).isSized(above)
                        || pool.cells(d).avail(above, pool.levels().rowOfDepth(unitDepth)) > 0;
            }
            return isGiven ? pool.node(n).gpus() : 0;
        }
        if (unitDepth == nodeDepth) {
            return pool.isWholeNode(n) ? pool.node(n).gpus() : rest;
        }
        int part = pool.levels().gpus(pool.unitRow(owner));
        return rest + pool.room().open(n) / part * part;
    }

    /** Whether a cell has to give an idle node: of one that is bound in it, all is in use. */
    private boolean isGiven(int depth, int n) {
        if (!right.isLent()) {
            return depth >= unitDepth || !nodeInside[n];
        }
        for (int d = depth + 1; d < nodeDepth; d++) {
            if (pool.cells(d).owner(pool.ancestor(d, n)) != CellTree.NOBODY) {
                return false;
            }
        }
        return true;
    }

    /** Whether more nodes are in use around it than may be. */
    private boolean isOnSpares(int n) {
        for (int d = 1; d < nodeDepth; d++) {
            if (pool.occupied(d).isOverused(pool.ancestor(d, n))) {
                return true;
            }
        }
        return false;
    }

    private void leaveSpares(int depth) {
        Map<Integer, List<Integer>> idle = new TreeMap<>();
        for (int n : pool.nodes()) {
            if (nodeFit[n] > 0 && isIdle(n) && isGiven(depth, n)) {
                idle.computeIfAbsent(pool.ancestor(depth, n), c -> new ArrayList<>())
                        .add(n);
            }
        }
        idle.forEach((cell, nodes) -> {
            int slots = reach == Reach.EMPTY && pool.cells(depth).isKnown(cell)
                    ? pool.levels().sellableNodes(depth)
                    : right.cells(pool, depth).idleNodesToGive(cell);
            List<Integer> inOrder = slicesFirst(depth, nodes, slots);
            inOrder.stream().skip(slots).forEach(n -> nodeFit[n] = 0);
        });
    }

    /** Idle nodes of a cell as they count: from the cells in it in which most fits to those in which least does. */
    private List<Integer> inOrder(int depth, List<Integer> nodes, Set<Integer> idle, int slots) {
        if (depth == nodeDepth - 1 || reach == Reach.MOST) {
            return nodes.stream()
                    .sorted(Comparator.<Integer>comparingInt(n -> -nodeFit[n])
                            .thenComparingInt(n -> -pool.node(n).gpus())
                            .thenComparingInt(n -> n))
                    .toList();
        }
        return parts(depth + 1, nodes).stream()
                .sorted(Comparator.comparingInt(part -> -most(depth + 1, part, idle, slots)))
                .flatMap(part -> inOrder(depth + 1, part, idle, slots).stream())
                .toList();
    }

    /** What fits in a cell with so many of its idle nodes, and on its others. */
    private int most(int depth, List<Integer> part, Set<Integer> idle, int slots) {
        int cell = pool.ancestor(depth, part.get(0));
        int onOthers = pool.nodes().stream()
                .filter(n -> pool.ancestor(depth, n) == cell && !idle.contains(n))
                .mapToInt(n -> nodeFit[n])
                .sum();
        return onOthers
                + part.stream()
                        .map(n -> nodeFit[n])
                        .sorted(Comparator.reverseOrder())
                        .limit(slots)
                        .mapToInt(fit -> fit)
                        .sum();
    }

    /** The same, but last what fills no whole slice. */
    private List<Integer> slicesFirst(int depth, List<Integer> nodes, int slots) {
        Set<Integer> idle = new TreeSet<>(nodes);
        List<Integer> inOrder = new ArrayList<>(inOrder(depth, nodes, idle, slots));
        int sliceDepth =
                podSet.slice().map(s -> pool.levels().depthHolding(s.level())).orElse(-1);
        List<Integer> rests = new ArrayList<>();
        if (sliceDepth > depth && sliceDepth < nodeDepth) {
            for (List<Integer> part : parts(sliceDepth, nodes)) {
                int pods = podSet.slice().orElseThrow().pods();
                int left = fit(part) / pods * pods;
                for (int n : inOrder(sliceDepth, part, idle, slots)) {
                    if (left <= 0) {
                        rests.add(n);
                    }
                    left -= nodeFit[n];
                }
            }
        }
        rests.sort(Comparator.comparingInt(inOrder::indexOf));
        inOrder.removeAll(rests);
        inOrder.addAll(rests);
        return inOrder;
    }

    private Collection<List<Integer>> parts(int depth, List<Integer> nodes) {
        Map<Integer, List<Integer>> parts = new TreeMap<>();
        nodes.forEach(n -> parts.computeIfAbsent(pool.ancestor(depth, n), c -> new ArrayList<>())
                .add(n));
        return parts.values();
    }

    private int fit(List<Integer> nodes) {
        return nodes.stream().mapToInt(n -> nodeFit[n]).sum();
    }

    private void sumUp() {
        cellFit.clear();
        cellInside.clear();
        for (int d = 0; d < nodeDepth; d++) {
            cellFit.add(new TreeMap<>());
            cellInside.add(new TreeMap<>());
        }
        int sliceDepth =
                podSet.slice().map(s -> pool.levels().depthHolding(s.level())).orElse(-1);
        int pods = podSet.slice().map(GangDemand.Slice::pods).orElse(1);
        for (int n : pool.nodes()) {
            nodeFit[n] = sliceDepth == nodeDepth ? nodeFit[n] / pods * pods : nodeFit[n];
            nodeInside[n] &= nodeFit[n] > 0;
            add(nodeDepth - 1, pool.ancestor(nodeDepth - 1, n), nodeFit[n], nodeInside[n]);
        }
        for (int d = nodeDepth - 1; d > 0; d--) {
            for (int cell : cellFit.get(d).keySet()) {
                int fit = cellFit.get(d).get(cell);
                if (d == sliceDepth) {
                    fit = pool.cells(d).isKnown(cell) ? fit / pods * pods : 0;
                }
                cellFit.get(d).put(cell, fit);
                cellInside.get(d).put(cell, fit > 0 && cellInside.get(d).get(cell));
                add(d - 1, parent(d, cell), fit, cellInside.get(d).get(cell));
            }
        }
    }

    private void add(int depth, int cell, int pods, boolean inside) {
        cellFit.get(depth).merge(cell, pods, Integer::sum);
        cellInside.get(depth).merge(cell, inside, Boolean::logicalOr);
    }

    private int parent(int depth, int cell) {
        return pool.nodes().stream()
                .filter(n -> pool.ancestor(depth, n) == cell)
                .map(n -> pool.ancestor(depth - 1, n))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public boolean leavesOut() {
        return true;
    }

    @Override
    public int of(int depth, int cell) {
        return depth == nodeDepth ? nodeFit[cell] : cellFit.get(depth).getOrDefault(cell, 0);
    }

    @Override
    public boolean inside(int depth, int cell) {
        return depth == nodeDepth ? nodeInside[cell] : cellInside.get(depth).getOrDefault(cell, false);
    }

    @Override
    public int charge(int n) {
        return pool.charge(n, podSet.shape());
    }

    @Override
    public Cells tightestFirst(int depth, @Nullable Domain within, int pods) {
        return cells(depth, within, pods, new Tightness(pool, right, this)::compare);
    }

    @Override
    public Cells roomiestFirst(Domain of) {
        int depth = of.depth() + 1;
        Tightness tightness = new Tightness(pool, right, this);
        return cells(
                depth,
                of,
                1,
                (d, a, b) -> Comparator.<Integer, Boolean>comparing(c -> !inside(d, c))
                        .thenComparingInt(c -> -of(d, c))
                        .thenComparing((x, y) -> tightness.compare(d, x, y))
                        .compare(a, b));
    }

    private interface Order {
        int compare(int depth, int a, int b);
    }

    private Cells cells(int depth, @Nullable Domain within, int pods, Order order) {
        IntPredicate inDomain = n -> within == null || (within.depth() <= nodeDepth && within.contains(pool, n));
        List<Integer> sorted = pool.nodes().stream()
                .filter(inDomain::test)
                .map(n -> pool.ancestor(depth, n))
                .distinct()
                .filter(c -> of(depth, c) >= Math.max(1, pods))
                .sorted((a, b) -> order.compare(depth, a, b))
                .toList();
        Iterator<Integer> cells = sorted.iterator();
        return () -> cells.hasNext() ? cells.next() : -1;
    }

    @Override
    public int most(int depth) {
        return pool.nodes().stream()
                .mapToInt(n -> of(depth, pool.ancestor(depth, n)))
                .max()
                .orElse(0);
    }
}
