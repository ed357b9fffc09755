package dev.offtake.placement;

import java.util.Arrays;

/**
 * A sorted set of pairs of numbers, the first of which counts more: pieces of sorted columns, so that it costs its pairs
 * and little more, and a change little beyond the search for its place.
 */
final class RankSet implements Ranks {
    private static final int PIECE = 128;
    /** Of the first piece at the beginning: many sets hold the few parts of one cell, and are gone at once. */
    private static final int SMALL = 8;

    private int pieces;
    private long[][] ranks = new long[4][];
    private long[][] keys = new long[4][];
    private int[] sizes = new int[4];
    private int piece;
    private int at;

    void clear() {
        pieces = 0;
    }

    boolean isEmpty() {
        return pieces == 0;
    }

    @Override
    public long rank() {
        return ranks[piece][at];
    }

    @Override
    public long key() {
        return keys[piece][at];
    }

    void add(long rank, long key) {
        if (pieces == 0) {
            insertPiece(0, new long[SMALL], new long[SMALL], 0);
        }
        seek(rank, key);
        if (piece == pieces) {
            piece--;
            at = sizes[piece];
        }
        if (sizes[piece] == PIECE) {
            split();
        } else if (sizes[piece] == ranks[piece].length) {
            ranks[piece] = Arrays.copyOf(ranks[piece], Math.min(PIECE, sizes[piece] * 2));
            keys[piece] = Arrays.copyOf(keys[piece], Math.min(PIECE, sizes[piece] * 2));
        }
        long[] r = ranks[piece];
        long[] k = keys[piece];
        System.arraycopy(r, at, r, at + 1, sizes[piece] - at);
        System.arraycopy(k, at, k, at + 1, sizes[piece] - at);
        r[at] = rank;
        k[at] = key;
        sizes[piece]++;
    }

    private void split() {
        int half = PIECE / 2;
        long[] r = new long[PIECE];
        long[] k = new long[PIECE];
        System.arraycopy(ranks[piece], half, r, 0, PIECE - half);
        System.arraycopy(keys[piece], half, k, 0, PIECE - half);
        sizes[piece] = half;
        insertPiece(piece + 1, r, k, PIECE - half);
        if (at > half) {
            piece++;
            at -= half;
        }
    }

    private void insertPiece(int index, long[] r, long[] k, int size) {
        if (pieces == sizes.length) {
            ranks = Arrays.copyOf(ranks, pieces * 2);
            keys = Arrays.copyOf(keys, pieces * 2);
            sizes = Arrays.copyOf(sizes, pieces * 2);
        }
        System.arraycopy(ranks, index, ranks, index + 1, pieces - index);
        System.arraycopy(keys, index, keys, index + 1, pieces - index);
        System.arraycopy(sizes, index, sizes, index + 1, pieces - index);
        ranks[index] = r;
        keys[index] = k;
        sizes[index] = size;
        pieces++;
    }

    void remove(long rank, long key) {
        if (!contains(rank, key)) {
            throw new IllegalStateException("there is no " + rank + ", " + key);
        }
        int size = --sizes[piece];
        System.arraycopy(ranks[piece], at + 1, ranks[piece], at, size - at);
        System.arraycopy(keys[piece], at + 1, keys[piece], at, size - at);
        if (size == 0) {
            int after = pieces - piece - 1;
            System.arraycopy(ranks, piece + 1, ranks, piece, after);
            System.arraycopy(keys, piece + 1, keys, piece, after);
            System.arraycopy(sizes, piece + 1, sizes, piece, after);
            pieces--;
        }
    }

    /** Whether the pair is in the set. */
    boolean contains(long rank, long key) {
        return ceiling(rank, key) && rank() == rank && key() == key;
    }

    @Override
    public boolean ceiling(long rank, long key) {
        if (pieces == 0) {
            return false;
        }
        seek(rank, key);
        return piece < pieces;
    }

    @Override
    public boolean lower(long rank, long key) {
        if (pieces == 0) {
            return false;
        }
        seek(rank, key);
        at--;
        if (at < 0) {
            piece--;
            at = piece < 0 ? 0 : sizes[piece] - 1;
        }
        return piece >= 0;
    }

    /** The first place whose pair is not before this one; one past the last piece if there is none. */
    private void seek(long rank, long key) {
        int low = 0;
        int high = pieces;
        while (low < high) {
            int middle = (low + high) >>> 1;
            int last = sizes[middle] - 1;
            if (last < 0 || isBefore(ranks[middle][last], keys[middle][last], rank, key)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        piece = low;
        at = 0;
        if (piece == pieces) {
            return;
        }
        int from = 0;
        int to = sizes[piece];
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (isBefore(ranks[piece][middle], keys[piece][middle], rank, key)) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        at = from;
    }

    private static boolean isBefore(long rank, long key, long otherRank, long otherKey) {
        return rank < otherRank || (rank == otherRank && key < otherKey);
    }
}
