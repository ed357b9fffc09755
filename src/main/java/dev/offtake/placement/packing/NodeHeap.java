package dev.offtake.placement.packing;

import java.util.Arrays;

/**
 * Nodes of one state, lowest first. A node that left stays until it comes to the top, or until there is no room for the
 * next one: nobody may ask for the lowest for ever, as of nodes that are full.
 */
final class NodeHeap {
    private int[] heap = new int[4];
    private int size;

    /** A node comes into the state; told which state each of the others is in now. */
    void add(int node, int state, int[] stateOf) {
        if (size == heap.length) {
            compact(state, stateOf);
            if (size > heap.length / 2) {
                heap = Arrays.copyOf(heap, heap.length * 2);
            }
        }
        int at = size++;
        while (at > 0 && heap[(at - 1) / 2] > node) {
            heap[at] = heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        heap[at] = node;
    }

    /** The lowest node that is still in the state; there is at least one. */
    int first(int state, int[] stateOf) {
        while (stateOf[heap[0]] != state) {
            pop();
        }
        return heap[0];
    }

    /** How many nodes there is room for, with those that left. */
    int room() {
        return heap.length;
    }

    void clear() {
        size = 0;
    }

    private void pop() {
        int moved = heap[--size];
        int at = 0;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= moved) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = moved;
    }

    /** Sorted, each once, those that left gone; what is sorted is a heap. */
    private void compact(int state, int[] stateOf) {
        Arrays.sort(heap, 0, size);
        int kept = 0;
        for (int i = 0; i < size; i++) {
            boolean again = kept > 0 && heap[kept - 1] == heap[i];
            if (!again && stateOf[heap[i]] == state) {
                heap[kept++] = heap[i];
            }
        }
        size = kept;
    }
}
