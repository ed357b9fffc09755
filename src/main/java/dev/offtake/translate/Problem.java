package dev.offtake.translate;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Something that an object asks for and cannot have.
 *
 * @param reason CamelCase code for a condition, e.g. {@code UnknownUnit}
 * @param field path of the field or key of the annotation
 * @param message complete for people: field, value and fix
 */
public record Problem(String reason, String field, String message) {
    /** A problem with a value: {@code field: "value" text}. */
    static Problem of(String reason, String field, Object value, String text) {
        return new Problem(reason, field, field + ": \"" + value + "\" " + text);
    }

    /** All messages as one text. */
    public static String join(List<Problem> problems) {
        return problems.stream().map(Problem::message).distinct().collect(Collectors.joining(". "));
    }
}
