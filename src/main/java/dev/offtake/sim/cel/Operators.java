package dev.offtake.sim.cel;

import java.time.Duration;
import java.time.Instant;

/** What stands between two values. */
final class Operators {
    private Operators() {}

    static boolean isTrue(Object value) {
        if (value instanceof Boolean truth) {
            return truth;
        }
        throw new IllegalArgumentException("is neither true nor false: " + value);
    }

    static Object apply(String operator, Object left, Object right) {
        return switch (operator) {
            case "==" -> left.equals(right);
            case "!=" -> !left.equals(right);
            case "<" -> compare(left, right) < 0;
            case "<=" -> compare(left, right) <= 0;
            case ">" -> compare(left, right) > 0;
            case ">=" -> compare(left, right) >= 0;
            case "in" -> Functions.entries(right).contains(left);
            case "+" -> Math.addExact(number(left), number(right));
            case "-" -> Math.subtractExact(number(left), number(right));
            case "*" -> Math.multiplyExact(number(left), number(right));
            case "/" -> number(left) / number(right);
            case "%" -> number(left) % number(right);
            default -> throw new IllegalArgumentException("no such operator: " + operator);
        };
    }

    static long number(Object value) {
        if (value instanceof Long number) {
            return number;
        }
        throw new IllegalArgumentException("is no whole number: " + value);
    }

    static int compare(Object left, Object right) {
        if (left instanceof Long a && right instanceof Long b) {
            return a.compareTo(b);
        }
        if (left instanceof Instant a && right instanceof Instant b) {
            return a.compareTo(b);
        }
        if (left instanceof Duration a && right instanceof Duration b) {
            return a.compareTo(b);
        }
        if (left instanceof String a && right instanceof String b) {
            return a.compareTo(b);
        }
        if (left instanceof Boolean a && right instanceof Boolean b) {
            return a.compareTo(b);
        }
        throw new IllegalArgumentException("have no order: " + left + " and " + right);
    }
}
