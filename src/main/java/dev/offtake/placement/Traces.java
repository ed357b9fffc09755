package dev.offtake.placement;

import java.util.Arrays;

/**
 * Where the uses of a trial stand in the log of what changed, so that what is taken back before anybody has looked is struck
 * out of it, and nobody counts anew what is as it was. Of a gang's place that is most of what was tried.
 */
final class Traces {
    private static final long UNKNOWN = -1;

    private final ChangeLog changes;
    /** By use: where the log ended before it, {@link #UNKNOWN} if others changed something since. */
    private long[] before = new long[4];
    /** By use: how far the log had been read before it. */
    private long[] read = new long[4];

    private int size;
    /** How much had changed when the trial changed something last. */
    private long told;

    Traces(ChangeLog changes) {
        this.changes = changes;
    }

    /** A use is about to be applied. */
    void begin() {
        compare();
        if (size == before.length) {
            before = Arrays.copyOf(before, size * 2);
            read = Arrays.copyOf(read, size * 2);
        }
        read[size] = changes.read();
        before[size++] = changes.end();
    }

    /** A use was applied. */
    void end() {
        told = changes.told();
    }

    /** Uses are about to be taken back. */
    void beginUndo() {
        compare();
    }

    /** All uses but so many were taken back. */
    void endUndo(int left) {
        // Who has read since then may have read of a leaf that was noted before as it was in the middle of the trial.
        if (left < size && before[left] != UNKNOWN && changes.read() == read[left]) {
            changes.strike(before[left]);
        }
        size = Math.min(size, left);
        told = changes.told();
    }

    private void compare() {
        if (changes.told() != told) {
            Arrays.fill(before, 0, size, UNKNOWN);
        }
    }
}
