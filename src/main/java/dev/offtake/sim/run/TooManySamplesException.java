package dev.offtake.sim.run;

import java.time.Duration;

/** More samples were asked for than memory holds. */
public final class TooManySamplesException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int most;
    private final Duration after;

    TooManySamplesException(int most, long after) {
        super("more than " + most + " samples by " + Duration.ofMillis(after));
        this.most = most;
        this.after = Duration.ofMillis(after);
    }

    /** So many may be taken. */
    public int most() {
        return most;
    }

    /** When they were reached, from the begin of the simulation on. */
    public Duration after() {
        return after;
    }
}
