package dev.offtake.sim.input;

import java.nio.file.Path;

/** Something in a file cannot be used. The message is for people: file, line, field, value and fix. */
public final class InputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private InputException(String message) {
        super(message);
    }

    /** Of a file as a whole. */
    public static InputException of(Path file, String text) {
        return new InputException(file + ": " + text);
    }

    /** Of a line; lines are counted from 1. */
    public static InputException of(Path file, long line, String text) {
        return new InputException(file + ":" + line + ": " + text);
    }

    /** Of a field. */
    static InputException of(Path file, long line, String field, String value, String text) {
        return of(file, line, field + ": \"" + value + "\" " + text);
    }
}
