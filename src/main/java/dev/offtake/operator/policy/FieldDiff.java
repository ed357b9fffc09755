package dev.offtake.operator.policy;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares values of JSON as the API means them: what is absent equals what is empty, false or null, as the API server
 * leaves out some of these and fills in others.
 */
final class FieldDiff {
    private FieldDiff() {}

    /** The path of the first field that differs, e.g. {@code spec.validations[0].expression}. */
    static Optional<String> first(String path, @Nullable Object expected, @Nullable Object live) {
        if (isEmpty(expected) && isEmpty(live)) {
            return Optional.empty();
        }
        if (expected instanceof Map<?, ?> want && live instanceof Map<?, ?> has) {
            return ofMaps(path, want, has);
        }
        if (expected instanceof List<?> want && live instanceof List<?> has) {
            return ofLists(path, want, has);
        }
        if (expected instanceof Number want && live instanceof Number has) {
            return when(new BigDecimal(want.toString()).compareTo(new BigDecimal(has.toString())) != 0, path);
        }
        return when(expected == null || !expected.equals(live), path);
    }

    private static Optional<String> ofMaps(String path, Map<?, ?> want, Map<?, ?> has) {
        TreeSet<String> keys = new TreeSet<>();
        want.keySet().forEach(key -> keys.add(String.valueOf(key)));
        has.keySet().forEach(key -> keys.add(String.valueOf(key)));
        for (String key : keys) {
            Optional<String> difference = first(path.isEmpty() ? key : path + "." + key, want.get(key), has.get(key));
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> ofLists(String path, List<?> want, List<?> has) {
        for (int i = 0; i < Math.min(want.size(), has.size()); i++) {
            Optional<String> difference = first(path + "[" + i + "]", want.get(i), has.get(i));
            if (difference.isPresent()) {
                return difference;
            }
        }
        return when(want.size() != has.size(), path);
    }

    private static boolean isEmpty(@Nullable Object value) {
        return value == null
                || value.equals("")
                || value.equals(false)
                || (value instanceof Map<?, ?> map && map.values().stream().allMatch(FieldDiff::isEmpty))
                || (value instanceof Collection<?> list && list.isEmpty());
    }

    private static Optional<String> when(boolean differs, String path) {
        return differs ? Optional.of(path) : Optional.empty();
    }
}
