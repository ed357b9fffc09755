package dev.offtake.operator.reconcile;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Tells when all objects of a kind that were there at the start have been looked at. */
final class Arrivals {
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private volatile Supplier<Stream<String>> known = () -> Stream.of("");
    private volatile boolean complete;

    /** The informer is in sync: these are the names of the objects that it knows. */
    void await(Supplier<Stream<String>> names) {
        known = names;
    }

    void seen(String name) {
        if (!complete) {
            seen.add(name);
        }
    }

    /** Whether each object that is known has been looked at; stays true. */
    boolean isComplete() {
        if (!complete) {
            complete = known.get().allMatch(seen::contains);
        }
        return complete;
    }
}
