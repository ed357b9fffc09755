package dev.offtake.cli;

import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** A bad option is answered in two lines, not with the whole help, and with exit code 2. */
final class BadOption implements IParameterExceptionHandler {
    private final Map<String, String> environment;

    BadOption(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("offtake: " + failure.getMessage() + source(failure));
        UnmatchedArgumentException.printSuggestions(failure, err);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    /** Where the value came from, if not from the command line. */
    private String source(ParameterException failure) {
        if (!(failure.getArgSpec() instanceof OptionSpec option)) {
            return "";
        }
        String variable = EnvironmentDefaults.variable(option);
        return failure.getValue() != null && failure.getValue().equals(environment.get(variable))
                ? " (from " + variable + ")"
                : "";
    }
}
