package dev.offtake.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Whether anybody sees what goes to standard error at once. */
final class StandardError {
    private static final Path DESCRIPTOR = Path.of("/proc/self/fd/2");
    private static final Pattern TERMINAL = Pattern.compile("/dev/(pts/\\d+|tty\\w*|console|hvc\\d+)");

    private StandardError() {}

    /**
     * Asks Linux for the very stream. Elsewhere the JDK knows only of a console for input and output both (and from Java 22
     * to 24 says that there always is one): progress is then rather shown too rarely.
     */
    @SuppressWarnings("SystemConsoleNull") // of what other than Linux says
    static boolean isTerminal() {
        return Files.exists(DESCRIPTOR.getParent()) ? isTerminal(DESCRIPTOR) : System.console() != null;
    }

    /** @param descriptor a link to what a stream is */
    static boolean isTerminal(Path descriptor) {
        try {
            return TERMINAL.matcher(Files.readSymbolicLink(descriptor).toString())
                    .matches();
        } catch (IOException | UnsupportedOperationException closed) {
            return false;
        }
    }
}
