package dev.offtake.sim.input;

import java.nio.file.Path;

/** Where an object stands. */
record Source(Path file, long line, String kind, String name) {
    InputException problem(String text) {
        return InputException.of(file, line, kind + " " + name + ": " + text);
    }

    /** Worth knowing, and no error. */
    String note(String text) {
        return file + ":" + line + ": " + kind + " " + name + ": " + text;
    }
}
