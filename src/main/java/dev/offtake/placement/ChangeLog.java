package dev.offtake.placement;

import java.util.Arrays;

/**
 * Which leaves of one pool changed, in order, so that whoever keeps counts of them can catch up: each has its position in
 * it. Of what nobody has read yet a leaf is noted once.
 */
final class ChangeLog {
    private int[] ring = new int[1 << 10];
    private long begin;
    private long end;
    /** All have read to here at most. */
    private long read;

    private long[] noted = new long[16];
    private long told;

    void note(int leaf) {
        told++;
        if (leaf >= noted.length) {
            int before = noted.length;
            noted = Arrays.copyOf(noted, Math.max(leaf + 1, before * 2));
        }
        // Positions begin at 1: 0 is never.
        if (noted[leaf] > read) {
            return;
        }
        if (leaf >= ring.length / 2) {
            // So that what everybody missed always has room.
            ring = new int[Integer.highestOneBit(leaf) * 8];
            begin = end;
        }
        ring[(int) (end & ring.length - 1)] = leaf;
        end++;
        noted[leaf] = end;
    }

    /** Where the next change will be. */
    long end() {
        return end;
    }

    /** Whether changes from this position on are still known. */
    boolean knows(long position) {
        return position >= Math.max(begin, end - ring.length);
    }

    /** The leaf that changed there. */
    int at(long position) {
        return ring[(int) (position & ring.length - 1)];
    }

    /** How far it was read: everybody's counts are as of before that, or somebody's as of then. */
    long read() {
        return read;
    }

    /** How often anything changed so far, noted or not. */
    long told() {
        return told;
    }

    /** Everything is as it was at this position. Who has read further has to be told of it all the same. */
    void strike(long position) {
        if (read > position || begin > position) {
            return;
        }
        for (long at = position; at < end; at++) {
            noted[at(at)] = 0;
        }
        begin = Math.max(begin, end - ring.length);
        end = position;
    }

    /** Somebody has read everything. */
    void allRead() {
        read = end;
    }
}
