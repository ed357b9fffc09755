package dev.offtake.placement;

import java.util.Arrays;

/** Dense numbers, each at most once, in the order in which they came; emptied at the cost of what is in it. */
final class IntSet {
    private int[] members = new int[16];
    private boolean[] in = new boolean[64];
    private int size;

    /** Answers whether it was not in there before. */
    boolean add(int number) {
        if (number >= in.length) {
            in = Arrays.copyOf(in, Math.max(number + 1, in.length * 2));
        }
        if (in[number]) {
            return false;
        }
        in[number] = true;
        if (size == members.length) {
            members = Arrays.copyOf(members, size * 2);
        }
        members[size++] = number;
        return true;
    }

    boolean contains(int number) {
        return number < in.length && in[number];
    }

    int size() {
        return size;
    }

    int get(int index) {
        return members[index];
    }

    /** Leaves only so many that came first. */
    void truncate(int first) {
        while (size > first) {
            in[members[--size]] = false;
        }
    }

    void clear() {
        truncate(0);
    }
}
