package dev.offtake.sim.input;

/**
 * A gang of a trace. Times are in milliseconds.
 *
 * @param line of the trace, from 1
 * @param gang its name, unique in its trace
 * @param submit after the origin of the trace
 * @param duration how long it runs if nothing interrupts it
 * @param checkpoint its progress is kept at each multiple of this; 0 for never
 * @param restart how long it takes after an interruption before there is progress again
 */
public record Submission(long line, String gang, Ask ask, long submit, long duration, long checkpoint, long restart) {
    /** The same gang, asking for something else. */
    Submission with(Ask other) {
        return new Submission(line, gang, other, submit, duration, checkpoint, restart);
    }

    /** Whether contracts can be with a tenant of that name. */
    public static boolean isTenant(String name) {
        return Names.isLabel(name);
    }
}
