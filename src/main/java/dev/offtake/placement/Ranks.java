package dev.offtake.placement;

/**
 * Pairs of numbers in order, the first of which counts more, to be searched one search at a time: what it found is at
 * {@link #rank} and {@link #key}.
 */
interface Ranks {
    /** Finds the first pair that is not before this one; answers whether there is one. */
    boolean ceiling(long rank, long key);

    /** Finds the last pair that is before this one; answers whether there is one. */
    boolean lower(long rank, long key);

    /** The first number of the pair that was found. */
    long rank();

    /** Its second number. */
    long key();
}
