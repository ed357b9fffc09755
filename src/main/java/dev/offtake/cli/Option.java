package dev.offtake.cli;

import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;

/**
 * An option, and its value once a command line was read.
 *
 * @param <T> type of the value
 */
final class Option<T> {
    private final OptionSpec spec;

    /** @param spec must be of that type */
    Option(OptionSpec spec) {
        this.spec = spec;
    }

    /** The value of an option that has a default. */
    T value() {
        return given().orElseThrow();
    }

    /** The value of an option that may be left out. */
    Optional<T> given() {
        return Optional.ofNullable(spec.<T>getValue());
    }
}
