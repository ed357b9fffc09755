package dev.offtake.operator.process;

/** Where any thread says that the process cannot go on. */
@FunctionalInterface
public interface FatalErrors {
    /**
     * Makes the process stop in order and exit with code 1. Returns at once; only the first report counts.
     *
     * @param what what cannot go on, for one line of the log
     */
    void report(String what, Throwable cause);
}
