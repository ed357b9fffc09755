package dev.offtake.fleet;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One expression over labels, with the meaning that the Kubernetes scheduler gives it: {@code NotIn} and
 * {@code DoesNotExist} hold where the key is absent, {@code Gt} and {@code Lt} compare integers and fail on anything
 * else.
 */
public record Requirement(String key, Operator operator, List<String> values) {
    /** Operators of label selectors and node selectors. */
    public enum Operator {
        IN,
        NOT_IN,
        EXISTS,
        DOES_NOT_EXIST,
        GT,
        LT
    }

    public Requirement {
        values = List.copyOf(values);
    }

    public boolean matches(Map<String, String> labels) {
        @Nullable String value = labels.get(key);
        return switch (operator) {
            case IN -> value != null && values.contains(value);
            case NOT_IN -> value == null || !values.contains(value);
            case EXISTS -> value != null;
            case DOES_NOT_EXIST -> value == null;
            case GT -> value != null && compare(value) > 0;
            case LT -> value != null && compare(value) < 0;
        };
    }

    private int compare(String value) {
        try {
            return Long.compare(Long.parseLong(value), Long.parseLong(values.get(0)));
        } catch (NumberFormatException | IndexOutOfBoundsException notComparable) {
            return 0;
        }
    }

    /** Whether all requirements hold. */
    public static boolean all(List<Requirement> requirements, Map<String, String> labels) {
        for (Requirement requirement : requirements) {
            if (!requirement.matches(labels)) {
                return false;
            }
        }
        return true;
    }
}
