package dev.offtake.cli;

import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** A command that fails says why in one line of the log, and exits with 1, or with what the command says. */
final class FailureMessage implements IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        // The logger is made here, after the command has set up the log.
        LoggerFactory.getLogger(FailureMessage.class)
                .atError()
                .setCause(failure)
                .log("fatal: " + failure.getMessage());
        return command.getCommandSpec().exitCodeOnExecutionException();
    }

    /** What is at the bottom of a failure. */
    static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }
}
