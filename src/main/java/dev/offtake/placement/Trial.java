package dev.offtake.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A candidate place of one gang, in the state as if it were taken, with the log to take it back. */
final class Trial {
    private final PoolState pool;
    private final Right right;
    private final Check check;
    private final List<Use> log = new ArrayList<>();
    private final Traces traces;

    /**
     * Judges the state with a candidate in it.
     *
     * @param mostUnits that any candidate may bind anew; what binds more need not be tried
     * @param rules whether quota and Rule 2 hold
     */
    record Check(int mostUnits, BooleanSupplier rules) {}

    /** So many pods of a shape on a node. */
    record Use(int node, int podSet, Shape shape, int pods) {}

    Trial(PoolState pool, Right right, Check check) {
        this.pool = pool;
        this.right = right;
        this.check = check;
        traces = new Traces(pool.supply().changes());
    }

    /** By which the place is sought. */
    Right right() {
        return right;
    }

    /** Units of the owner that a candidate may bind at most. */
    int mostUnits() {
        return check.mostUnits();
    }

    void apply(Use use) {
        traces.begin();
        use(use, use.pods());
        traces.end();
        log.add(use);
    }

    /** Names the present state for {@link #undoTo}. */
    int mark() {
        return log.size();
    }

    void undoTo(int mark) {
        traces.beginUndo();
        for (int i = log.size() - 1; i >= mark; i--) {
            Use use = log.remove(i);
            use(use, -use.pods());
        }
        traces.endUndo(mark);
    }

    private void use(Use use, int pods) {
        if (right.isLent()) {
            pool.lend(use.node(), use.shape(), pods);
        } else {
            pool.use(use.node(), right.owner(), use.shape(), pods);
        }
    }

    /** Whether quota, Rule 2 and spares hold with the candidate in the state; of spares, if nobody is to go for it. */
    boolean holds() {
        return check.rules().getAsBoolean() && (right.mode() != Right.Mode.IDLE || !overuses());
    }

    /** Whether work that can be evicted would be on spares: what is bound anew takes all that can be sold of it. */
    private boolean overuses() {
        if (!isAnyOverused()) {
            return false;
        }
        List<Use> uses = uses();
        undoTo(0);
        boolean overuses = new NodesInUse(pool, right).overused(NodesInUse.place(pool, uses), 1, n -> true) != null;
        uses.forEach(this::apply);
        return overuses;
    }

    /** Asked after each step: uses mostly follow each other through a cell, which is looked at once for all of them. */
    private boolean isAnyOverused() {
        int innermost = pool.levels().nodeDepth() - 1;
        int seen = -1;
        for (Use use : log) {
            int cell = pool.ancestor(innermost, use.node());
            for (int d = innermost; d > 0 && cell != seen; d--) {
                if (pool.occupied(d).isOverused(pool.ancestor(d, use.node()))) {
                    return true;
                }
            }
            seen = cell;
        }
        return false;
    }

    List<Use> uses() {
        return List.copyOf(log);
    }

    /** What was applied since a mark. */
    List<Use> usesSince(int mark) {
        return List.copyOf(log.subList(mark, log.size()));
    }

    /** The candidate as an assignment, nodes in the order of the topology. */
    Assignment assignment(int podSets) {
        List<Use> inOrder = new ArrayList<>(log);
        inOrder.sort((a, b) -> compareByTopology(a.node(), b.node()));
        List<List<Assignment.NodePods>> nodes = new ArrayList<>(podSets);
        for (int i = 0; i < podSets; i++) {
            nodes.add(ofPodSet(i, inOrder));
        }
        return new Assignment(pool.pool().name(), nodes);
    }

    /** @param inOrder with all that is on one node in a row */
    private List<Assignment.NodePods> ofPodSet(int podSet, List<Use> inOrder) {
        List<Assignment.NodePods> nodes = new ArrayList<>();
        int node = -1;
        int pods = 0;
        for (Use use : inOrder) {
            if (use.podSet() == podSet) {
                if (use.node() != node && node >= 0) {
                    nodes.add(nodePods(node, pods));
                    pods = 0;
                }
                node = use.node();
                pods += use.pods();
            }
        }
        if (node >= 0) {
            nodes.add(nodePods(node, pods));
        }
        return nodes;
    }

    private Assignment.NodePods nodePods(int node, int pods) {
        return new Assignment.NodePods(pool.node(node).facts().name(), pods);
    }

    /** Orders nodes by their cells, outermost first, then by name. */
    private int compareByTopology(int a, int b) {
        if (a == b) {
            return 0;
        }
        for (int d = 1; d < pool.levels().nodeDepth(); d++) {
            int cellOfA = pool.ancestor(d, a);
            int cellOfB = pool.ancestor(d, b);
            if (cellOfA != cellOfB) {
                return pool.cells(d).path(cellOfA).compareTo(pool.cells(d).path(cellOfB));
            }
        }
        return pool.node(a).facts().name().compareTo(pool.node(b).facts().name());
    }
}
