package dev.offtake.schedule;

import java.util.Optional;

/** The earlier of what may not be at all. */
final class Earliest {
    private Earliest() {}

    /** The smaller of two; of equal ones the first; empty if both are. */
    static <T extends Comparable<? super T>> Optional<T> of(Optional<T> one, Optional<T> other) {
        return one.isEmpty() || (other.isPresent() && other.get().compareTo(one.get()) < 0) ? other : one;
    }
}
