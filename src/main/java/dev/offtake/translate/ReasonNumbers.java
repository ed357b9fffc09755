package dev.offtake.translate;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The numbers of a reason, as they stand in a sentence. */
class ReasonNumbers {
    private static final Set<String> BYTES = Set.of("memory", "ephemeral-storage");

    private final Map<String, String> numbers;

    ReasonNumbers(Map<String, String> numbers) {
        this.numbers = numbers;
    }

    boolean has(String name) {
        return numbers.containsKey(name);
    }

    /** In whole seconds: nobody reads nanoseconds. The numbers have them. */
    String instant(String name) {
        return word(name).replaceFirst("\\.\\d+Z$", "Z");
    }

    String word(String name) {
        return numbers.getOrDefault(name, "");
    }

    long number(String name) {
        @Nullable String text = numbers.get(name);
        try {
            return text == null ? 0 : Long.parseLong(text);
        } catch (NumberFormatException noNumber) {
            return 0;
        }
    }

    /** {@code 1 rack}, {@code 2 racks}; GPUs are written in capitals. */
    String amount(String name, String unit) {
        return count(name, unit.endsWith("gpu") ? unit.substring(0, unit.length() - 3) + "GPU" : unit);
    }

    String count(String name, String noun) {
        return word(name) + " " + noun + (number(name) == 1 ? "" : "s");
    }

    String ofResource(String name) {
        String resource = word("resource");
        if (resource.equals("cpu")) {
            return String.valueOf(Math.round(number(name) / 10.0) / 100.0).replaceAll("\\.0$", "");
        }
        if (BYTES.contains(resource)) {
            return Math.round(number(name) / 1024.0 / 1024.0 / 1024.0 * 10) / 10.0 + "Gi";
        }
        return word(name);
    }
}
