package dev.offtake.sim.cel;

import java.util.Map;

/**
 * An expression as the API server evaluates it. Values are {@code Boolean}, {@code Long}, {@code String},
 * {@link java.time.Instant}, {@link java.time.Duration}, {@link java.util.List}, {@link KeyedList} and {@link Map} by
 * the names of fields.
 */
public final class Cel {
    private final Expression expression;

    private Cel(Expression expression) {
        this.expression = expression;
    }

    /**
     * Reads an expression.
     *
     * @throws IllegalArgumentException for what is none, or of a part of the language that is not there yet
     */
    public static Cel parse(String text) {
        return new Cel(new Parser(text).whole());
    }

    /**
     * Whether it holds.
     *
     * @param names values of the names that it uses
     * @throws IllegalArgumentException if it cannot be evaluated
     */
    public boolean holds(Map<String, Object> names) {
        return Operators.isTrue(expression.value(names));
    }

    /**
     * What it says, as text.
     *
     * @throws IllegalArgumentException if it cannot be evaluated
     */
    public String text(Map<String, Object> names) {
        return Functions.text(expression.value(names));
    }
}
