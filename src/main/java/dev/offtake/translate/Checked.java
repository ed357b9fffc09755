package dev.offtake.translate;

import java.util.List;
import java.util.Optional;

/** An object as a core value, or what is wrong with it; nothing of a wrong object is used. */
public sealed interface Checked<T> {
    /** The object is right. */
    record Valid<T>(T value) implements Checked<T> {}

    /**
     * The object is wrong.
     *
     * @param problems at least one
     */
    record Invalid<T>(List<Problem> problems) implements Checked<T> {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }

    /** The value of a right object. */
    default Optional<T> toOptional() {
        return this instanceof Valid<T> valid ? Optional.of(valid.value()) : Optional.empty();
    }

    /** What is wrong; empty for a right object. */
    default List<Problem> problemList() {
        return this instanceof Invalid<T> invalid ? invalid.problems() : List.of();
    }
}
