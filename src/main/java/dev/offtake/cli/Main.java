package dev.offtake.cli;

import dev.offtake.operator.OfftakeOperator;
import dev.offtake.operator.process.ClientFactory;
import dev.offtake.operator.process.OperatorFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
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
        addMethodSubcommands = false,
        versionProvider = ManifestVersion.class,
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
        if (args.length > 0 && args[0].equals("operator")) {
            ClientFactory.prepare();
        }
        System.exit(commandLine(OPERATOR, System.getenv(), OWN_NAMESPACE, args).execute(args));
    }

    /**
     * The command with its sub-commands; if the first argument names one, with that alone, since each is put together by
     * reflection, and the operator waits for it.
     *
     * @param environment where options that are not given come from
     * @param ownNamespace file in which a pod finds its namespace
     */
    static CommandLine commandLine(
            OperatorFactory operator, Map<String, String> environment, Path ownNamespace, String... arguments) {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("operator", () -> new OperatorCommand(operator, ownNamespace));
        commands.put("check", () -> new CheckCommand(ownNamespace));
        commands.put("explain", ExplainCommand::new);
        commands.put("defrag", DefragCommand::new);
        commands.put("simulate", SimulateCommand::new);
        // No method reference: the AOT cache of JDK 25 leaves classes as old as picocli's out, and fails on one to
        // them.
        commands.put("help", () -> new HelpCommand());
        if (arguments.length > 0 && commands.containsKey(arguments[0]) && !arguments[0].equals("help")) {
            commands.keySet().retainAll(Set.of(arguments[0]));
        }
        CommandLine offtake = new CommandLine(new Main());
        commands.values().forEach(command -> offtake.addSubcommand(command.get()));
        return offtake.setDefaultValueProvider(new EnvironmentDefaults(environment))
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
