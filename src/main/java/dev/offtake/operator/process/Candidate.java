package dev.offtake.operator.process;

import java.time.Duration;

/** The side of a leadership that the process drives: compete, resign, release; each once, in this order. */
interface Candidate extends Leadership {
    /** Begins to compete; returns at once. */
    void compete();

    /** Leads no more, whatever it takes to say so to others: {@link #mayWrite()} is false from the return on. */
    void resign();

    /**
     * Gives the lease to whoever wants it. To be called when the last write has ended.
     *
     * @param limit how long it may take; the lease runs out by itself if the time is not enough
     */
    void release(Duration limit);
}
