package dev.offtake.operator.reconcile;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What of one kind was told to the {@link Inbox}, so that it hears of changes only. */
final class Handover<V> {
    private final Map<String, V> told = new TreeMap<>();
    private final Consumer<V> put;
    private final Consumer<String> remove;

    Handover(Consumer<V> put, Consumer<String> remove) {
        this.put = put;
        this.remove = remove;
    }

    /** Answers whether that is news. */
    synchronized boolean put(String name, V value) {
        if (Optional.ofNullable(told.get(name)).filter(value::equals).isPresent()) {
            return false;
        }
        told.put(name, value);
        put.accept(value);
        return true;
    }

    /** Answers whether that is news. */
    synchronized boolean remove(String name) {
        if (Optional.ofNullable(told.remove(name)).isEmpty()) {
            return false;
        }
        remove.accept(name);
        return true;
    }

    /** Removes what is not there any more; answers whether something was removed. */
    synchronized boolean retain(Predicate<String> isThere) {
        List<String> gone = told.keySet().stream().filter(isThere.negate()).toList();
        gone.forEach(this::remove);
        return !gone.isEmpty();
    }

    /** In the order of their names. */
    synchronized List<V> values() {
        return List.copyOf(told.values());
    }
}
