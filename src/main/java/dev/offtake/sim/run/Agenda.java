package dev.offtake.sim.run;

import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/**
 * What is to happen, in the order of virtual time. What happens at one instant comes by rank, and then in the order in
 * which it was added, so that two runs are the same run. What is void by then does not happen.
 */
final class Agenda<T> {
    private final PriorityQueue<Entry<T>> entries = new PriorityQueue<>(Comparator.<Entry<T>>comparingLong(Entry::at)
            .thenComparingInt(Entry::rank)
            .thenComparingLong(Entry::order));
    private final Predicate<T> isVoid;
    private long added;

    private record Entry<T>(long at, int rank, long order, T what) {}

    /** @param isVoid whether nothing comes of something any more, now and later */
    Agenda(Predicate<T> isVoid) {
        this.isVoid = isVoid;
    }

    /**
     * Adds something.
     *
     * @param at in milliseconds
     * @param rank lower comes first at one instant
     */
    void add(long at, int rank, T what) {
        entries.add(new Entry<>(at, rank, added++, what));
    }

    /** When the next thing happens; {@link Long#MAX_VALUE} if nothing does. */
    long next() {
        Entry<T> first = entries.peek();
        while (first != null && isVoid.test(first.what())) {
            entries.poll();
            first = entries.peek();
        }
        return first == null ? Long.MAX_VALUE : first.at();
    }

    /** Takes the next thing that happens at that time or before. */
    Optional<T> take(long now) {
        return next() <= now ? Optional.ofNullable(entries.poll()).map(Entry::what) : Optional.empty();
    }
}
