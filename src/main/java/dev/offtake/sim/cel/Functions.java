package dev.offtake.sim.cel;

import dev.offtake.translate.GoDurations;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Functions of the language and of Kubernetes' libraries. */
final class Functions {
    private static final Set<String> GLOBAL = Set.of("size", "duration");
    private static final Set<String> OF_A_VALUE = Set.of("size", "sum", "isSorted", "contains", "format");

    /** What no longest time allows. */
    private static final Duration VERY_LONG = Duration.ofSeconds(Long.MAX_VALUE);

    private Functions() {}

    /** Told when a rule is read and not when it first matters. */
    static boolean isGlobal(String name) {
        return GLOBAL.contains(name);
    }

    static boolean isOfAValue(String name) {
        return OF_A_VALUE.contains(name);
    }

    static Object call(String name, Object argument) {
        return name.equals("size")
                ? size(argument)
                : GoDurations.parseOrZero(text(argument)).orElse(VERY_LONG);
    }

    static Object call(String name, Object of, List<Object> arguments) {
        return switch (name) {
            case "size" -> size(of);
            case "sum" -> entries(of).stream().mapToLong(Operators::number).sum();
            case "isSorted" -> isSorted(entries(of));
            case "contains" -> text(of).contains(text(arguments.get(0)));
            default -> format(text(of), entries(arguments.get(0)));
        };
    }

    static List<?> entries(Object value) {
        if (value instanceof KeyedList list) {
            return list.entries();
        }
        if (value instanceof List<?> list) {
            return list;
        }
        throw new IllegalArgumentException("is no list: " + value);
    }

    static String text(Object value) {
        return String.valueOf(value);
    }

    private static long size(Object value) {
        if (value instanceof String text) {
            return text.codePointCount(0, text.length());
        }
        return value instanceof Map<?, ?> map ? map.size() : entries(value).size();
    }

    private static boolean isSorted(List<?> entries) {
        for (int i = 1; i < entries.size(); i++) {
            if (Operators.compare(entries.get(i - 1), entries.get(i)) > 0) {
                return false;
            }
        }
        return true;
    }

    private static String format(String form, List<?> values) {
        StringBuilder text = new StringBuilder();
        Iterator<?> rest = values.iterator();
        for (int i = 0; i < form.length(); i++) {
            if (form.startsWith("%s", i) || form.startsWith("%d", i)) {
                text.append(text(rest.next()));
                i++;
            } else {
                text.append(form.charAt(i));
            }
        }
        return text.toString();
    }
}
