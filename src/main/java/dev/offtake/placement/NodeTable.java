package dev.offtake.placement;

import dev.offtake.fleet.NodeState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** The nodes of one pool by dense numbers, and in which cell of each depth they lie. Numbers are used again. */
final class NodeTable {
    private final int nodeDepth;
    private final Deque<Integer> vacant = new ArrayDeque<>();
    private int bound;
    private NodeState[] states = new NodeState[16];
    private final int[][] ancestors;

    /** Makes the cell of a path at a depth, if need be, and answers with its number. */
    interface Cells {
        int enter(int depth, String path, boolean known);
    }

    NodeTable(int nodeDepth) {
        this.nodeDepth = nodeDepth;
        ancestors = new int[nodeDepth][16];
    }

    int add(NodeState state, Cells cells) {
        int n = vacant.isEmpty() ? bound++ : vacant.pop();
        if (n >= states.length) {
            grow();
        }
        states[n] = state;
        StringBuilder path = new StringBuilder();
        boolean known = true;
        ancestors[0][n] = cells.enter(0, "", true);
        for (int d = 1; d < nodeDepth; d++) {
            String name = state.cells().get(d - 1);
            known &= !name.equals(NodeState.UNKNOWN);
            path.append('/').append(known ? name : NodeState.UNKNOWN);
            ancestors[d][n] = cells.enter(d, path.toString(), known);
        }
        return n;
    }

    @SuppressWarnings("NullAway") // vacant slots are null and guarded by has
    private void grow() {
        int capacity = Columns.grown(states.length, bound);
        states = Arrays.copyOf(states, capacity);
        for (int d = 0; d < nodeDepth; d++) {
            ancestors[d] = Arrays.copyOf(ancestors[d], capacity);
        }
    }

    @SuppressWarnings("NullAway") // as above
    void remove(int n) {
        states[n] = null;
        vacant.push(n);
    }

    /** Numbers are below this; room for so many is needed beside the table. */
    int bound() {
        return bound;
    }

    int size() {
        return bound - vacant.size();
    }

    boolean isEmpty() {
        return bound == vacant.size();
    }

    @SuppressWarnings("ConstantValue") // as above
    boolean has(int n) {
        return states[n] != null;
    }

    NodeState state(int n) {
        return states[n];
    }

    /** The cell of a node; the node itself at the depth of nodes. */
    int ancestor(int depth, int n) {
        return depth == nodeDepth ? n : ancestors[depth][n];
    }

    /** All of these, by depth and node; to be read only. */
    int[][] ancestors() {
        return ancestors;
    }

    /** The numbers of all nodes, in the order in which they were added. */
    List<Integer> all() {
        List<Integer> all = new ArrayList<>();
        for (int n = 0; n < bound; n++) {
            if (has(n)) {
                all.add(n);
            }
        }
        return all;
    }
}
