package dev.offtake.sim.input;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
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

    /** Why a file cannot be read or written; the message of many an exception is but its name. */
    public static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof NoSuchFileException) {
            return "there is no such file or directory";
        }
        String reason = e instanceof FileSystemException ofFile ? ofFile.getReason() : e.getMessage();
        return reason == null ? e.toString() : reason;
    }

    /** Of a field. */
    static InputException of(Path file, long line, String field, String value, String text) {
        return of(file, line, field + ": \"" + value + "\" " + text);
    }
}
