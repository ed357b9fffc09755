package dev.offtake.placement;

import java.util.Arrays;

/** Gives each of a few numbers, which may be large, a place from 0 on, in the order in which they came. */
final class Slots {
    private static final int EMPTY = -1;

    private int[] numbers = new int[8];
    private int size;
    /** Slots by the hash of their numbers, at most half of them taken; its length is a power of two. */
    private int[] table = new int[16];

    Slots() {
        Arrays.fill(table, EMPTY);
    }

    int size() {
        return size;
    }

    int number(int slot) {
        return numbers[slot];
    }

    /** The place of a number, -1 if it has none. */
    int find(int number) {
        return table[seek(number)];
    }

    /** The place of a number, which gets one if it has none. */
    int put(int number) {
        int at = seek(number);
        if (table[at] != EMPTY) {
            return table[at];
        }
        if (size == numbers.length) {
            numbers = Arrays.copyOf(numbers, size * 2);
            table = new int[size * 4];
            Arrays.fill(table, EMPTY);
            for (int slot = 0; slot < size; slot++) {
                table[seek(numbers[slot])] = slot;
            }
            at = seek(number);
        }
        numbers[size] = number;
        table[at] = size;
        return size++;
    }

    private int seek(int number) {
        int mask = table.length - 1;
        // The golden ratio spreads numbers that follow each other.
        int at = (number * 0x9E3779B9) >>> 16 & mask;
        while (table[at] != EMPTY && numbers[table[at]] != number) {
            at = at + 1 & mask;
        }
        return at;
    }

    /** No number has a place any more. */
    void clear() {
        size = 0;
        Arrays.fill(table, EMPTY);
    }
}
