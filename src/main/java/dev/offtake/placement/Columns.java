package dev.offtake.placement;

/** How large arrays are made that have a place for each node: a large fleet has millions of places in them. */
final class Columns {
    private Columns() {}

    /** A length for so many places where there was another, a quarter more so that few steps of growth do. */
    static int grown(int length, int places) {
        return Math.max(places, length + Math.max(16, length / 4));
    }
}
