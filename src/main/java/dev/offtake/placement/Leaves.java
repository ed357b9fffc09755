package dev.offtake.placement;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * The nodes of the innermost cells of one pool. Each node has a place in its cell, by age but that places are used again,
 * and each {@value #SIZE} places are a leaf: so much is counted anew when a node changes.
 */
final class Leaves {
    /** Places of a leaf. */
    static final int SIZE = 32;

    private final Deque<Integer> vacant = new ArrayDeque<>();
    private int bound;
    /** By leaf. */
    private int[] cell = new int[8];

    private int[] first = new int[8];
    private int[] count = new int[8];
    private int[] nodes = new int[8 * SIZE];

    /** By node. */
    private int[] leaf = new int[16];

    private int[] place = new int[16];

    /** By innermost cell: its leaves by their first places, -1 where all places of one are vacant. */
    private int[][] ofCell = new int[8][];

    /** By innermost cell: places below this were used. */
    private int[] used = new int[8];

    private final Map<Integer, Deque<Integer>> vacantPlaces = new HashMap<>();

    /** Gives a node a place. */
    void enter(int n, int c) {
        if (c >= ofCell.length) {
            int capacity = Math.max(c + 1, ofCell.length * 2);
            ofCell = Arrays.copyOf(ofCell, capacity);
            used = Arrays.copyOf(used, capacity);
        }
        if (n >= leaf.length) {
            int capacity = Columns.grown(leaf.length, n + 1);
            leaf = Arrays.copyOf(leaf, capacity);
            place = Arrays.copyOf(place, capacity);
        }
        Deque<Integer> again = vacantPlaces.get(c);
        int at = again == null || again.isEmpty() ? used[c]++ : again.pop();
        int l = leafAt(c, at);
        leaf[n] = l;
        place[n] = at;
        nodes[l * SIZE + at % SIZE] = n;
        count[l]++;
    }

    private int leafAt(int c, int at) {
        int chunk = at / SIZE;
        int[] of = leaves(c);
        if (chunk >= of.length) {
            of = Arrays.copyOf(of, Math.max(chunk + 1, chunk < 4 ? 1 : of.length * 2));
            Arrays.fill(of, leaves(c).length, of.length, -1);
            ofCell[c] = of;
        }
        if (of[chunk] < 0) {
            of[chunk] = create(c, chunk * SIZE);
        }
        return of[chunk];
    }

    private int create(int c, int firstPlace) {
        int l = vacant.isEmpty() ? bound++ : vacant.pop();
        if (l >= cell.length) {
            int capacity = cell.length * 2;
            cell = Arrays.copyOf(cell, capacity);
            first = Arrays.copyOf(first, capacity);
            count = Arrays.copyOf(count, capacity);
            nodes = Arrays.copyOf(nodes, capacity * SIZE);
        }
        cell[l] = c;
        first[l] = firstPlace;
        count[l] = 0;
        Arrays.fill(nodes, l * SIZE, (l + 1) * SIZE, -1);
        return l;
    }

    /** Takes a node out; answers with its leaf, which may be gone with it. */
    int leave(int n) {
        int l = leaf[n];
        int c = cell[l];
        nodes[l * SIZE + place[n] % SIZE] = -1;
        count[l]--;
        vacantPlaces.computeIfAbsent(c, x -> new ArrayDeque<>()).push(place[n]);
        if (count[l] == 0) {
            ofCell[c][first[l] / SIZE] = -1;
            vacant.push(l);
        }
        if (isEmpty(c)) {
            ofCell[c] = new int[0];
            used[c] = 0;
            vacantPlaces.remove(c);
        }
        return l;
    }

    private boolean isEmpty(int c) {
        for (int l : leaves(c)) {
            if (l >= 0) {
                return false;
            }
        }
        return true;
    }

    /** Leaves have numbers below this; some may be vacant. */
    int bound() {
        return bound;
    }

    /** Nodes of a leaf; 0 for one that is vacant. */
    int count(int l) {
        return count[l];
    }

    /** The innermost cell of a leaf. */
    int cell(int l) {
        return cell[l];
    }

    int leaf(int n) {
        return leaf[n];
    }

    /** Where in its innermost cell a node is. */
    int place(int n) {
        return place[n];
    }

    /** The node at one of the {@link #SIZE} places of a leaf, -1 for none. */
    int node(int l, int i) {
        return nodes[l * SIZE + i];
    }

    /** The node at a place of an innermost cell. */
    int nodeAt(int c, int at) {
        return node(ofCell[c][at / SIZE], at % SIZE);
    }

    /** The leaves of an innermost cell, -1 for those that are vacant; to be read only. */
    @SuppressWarnings("ConstantValue") // cells without a node have none
    int[] leaves(int c) {
        return c < ofCell.length && ofCell[c] != null ? ofCell[c] : NONE;
    }

    private static final int[] NONE = {};
}
