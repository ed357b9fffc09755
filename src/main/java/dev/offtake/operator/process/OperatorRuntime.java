package dev.offtake.operator.process;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The working part of the operator: informers, loop, writers. The process starts it, asks it how it is, stops it. */
public interface OperatorRuntime {
    /**
     * Begins to read the cluster and returns without waiting for it. Called once, before the candidate competes for
     * leadership.
     */
    void start();

    /**
     * Ends loop, writers and informers. Called at most once, after the leadership was given up; no write may leave
     * after the return.
     *
     * @param limit how long it may take
     */
    void stop(Duration limit);

    /** Whether everything that a decision needs was read. */
    default boolean synced() {
        return unsynced().isEmpty();
    }

    /** What was not read yet, by names that an operator of the cluster knows, such as {@code nodes}. */
    List<String> unsynced();

    /** Why the process can make no more progress, so that only a restart helps; empty while it is well. */
    default Optional<String> stalled() {
        return Optional.empty();
    }
}
