package dev.offtake.operator.observe;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes equal values the same object, so that ten thousand pods of a template cost little more than one. Remembers the
 * values used last; forgetting one costs memory only. Not for several threads.
 */
final class Shared {
    private static final int MOST = 4_096;

    private final Map<Object, Object> values = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Object> eldest) {
            return size() > MOST;
        }
    };

    @SuppressWarnings("unchecked") // an equal value is of the same class, as all that is shared here are records
    <T> T of(T value) {
        Object before = values.putIfAbsent(value, value);
        return before == null ? value : (T) before;
    }
}
