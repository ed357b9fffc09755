package dev.offtake.cli;

import dev.offtake.operator.OfftakeOperator;
import dev.offtake.operator.process.OperatorFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Entry point of the jar: one sub-command for each role of the process. */
@Command(
        name = "offtake",
        mixinStandardHelpOptions = true,
        versionProvider = ManifestVersion.class,
        subcommands = HelpCommand.class,
        description = "GPU capacity contracts for Kubernetes: promise, place, prove.")
public final class Main implements Runnable {
    /** What the operator decides with. */
    private static final OperatorFactory OPERATOR = OfftakeOperator::new;

    private static final Path OWN_NAMESPACE = Path.of("/var/run/secrets/kubernetes.io/serviceaccount/namespace");

    @Spec
    private @Nullable CommandSpec spec;

    private Main() {}

    /** Runs the command and exits with its code. */
    public static void main(String[] args) {
        System.exit(commandLine(OPERATOR, System.getenv(), OWN_NAMESPACE).execute(args));
    }

    /**
     * The command with its sub-commands.
     *
     * @param environment where options that are not given come from
     * @param ownNamespace file in which a pod finds its namespace
     */
    static CommandLine commandLine(OperatorFactory operator, Map<String, String> environment, Path ownNamespace) {
        return new CommandLine(new Main())
                .addSubcommand(new OperatorCommand(operator, ownNamespace))
                .addSubcommand(new CheckCommand(ownNamespace))
                .addSubcommand(new ExplainCommand())
                .addSubcommand(new DefragCommand())
                .addSubcommand(new SimulateCommand())
                .setDefaultValueProvider(new EnvironmentDefaults(environment))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpLongOptionsMaxWidth(28)
                .registerConverter(Duration.class, new DurationConverter())
                .setParameterExceptionHandler(new BadOption(environment))
                .setExecutionExceptionHandler(new FailureMessage());
    }

    @Override
    public void run() {
        Objects.requireNonNull(spec).commandLine().usage(System.out);
    }
}
