package dev.offtake.cli;

import dev.offtake.api.Enforcement;
import dev.offtake.operator.OfftakeOperator;
import dev.offtake.operator.process.ClientFactory;
import dev.offtake.operator.process.OperatorFactory;
import dev.offtake.schedule.SpotOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;

/** Entry point of the jar: one sub-command for each role of the process. */
public final class Main implements Runnable {
    /** What the operator decides with. */
    private static final OperatorFactory OPERATOR = OfftakeOperator::new;

    private static final Path OWN_NAMESPACE = Path.of("/var/run/secrets/kubernetes.io/serviceaccount/namespace");

    private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this).name("offtake");

    private Main() {
        spec.usageMessage().description("GPU capacity contracts for Kubernetes: promise, place, prove.");
        CommandSpecs.addHelpAndVersion(spec);
    }

    /** Runs the command and exits with its code. */
    public static void main(String[] args) {
        if (args.length > 0 && args[0].equals("operator")) {
            ClientFactory.prepare();
        }
        System.exit(commandLine(OPERATOR, System.getenv(), OWN_NAMESPACE, args).execute(args));
    }

    /**
     * The command with its sub-commands; if the first argument names one, with that alone: the operator has no time for
     * the others.
     *
     * @param environment where options that are not given come from
     * @param ownNamespace file in which a pod finds its namespace
     */
    static CommandLine commandLine(
            OperatorFactory operator, Map<String, String> environment, Path ownNamespace, String... arguments) {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("operator", () -> new OperatorCommand(operator, ownNamespace).spec());
        commands.put("check", () -> new CheckCommand(ownNamespace).spec());
        commands.put("explain", () -> new ExplainCommand().spec());
        commands.put("defrag", () -> new DefragCommand().spec());
        commands.put("simulate", () -> new SimulateCommand().spec());
        // No method reference: the AOT cache of JDK 25 leaves classes as old as picocli's out, and fails on one to
        // them.
        commands.put("help", () -> new HelpCommand());
        if (arguments.length > 0 && commands.containsKey(arguments[0]) && !arguments[0].equals("help")) {
            commands.keySet().retainAll(Set.of(arguments[0]));
        }
        CommandLine offtake = new CommandLine(new Main().spec);
        commands.values().forEach(command -> offtake.addSubcommand(command.get()));
        return offtake.setDefaultValueProvider(new EnvironmentDefaults(environment))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpLongOptionsMaxWidth(28)
                .registerConverter(Duration.class, new DurationConverter())
                .registerConverter(SpotOrder.class, new SpotOrderConverter())
                .registerConverter(Enforcement.class, new EnforcementConverter())
                .setExecutionStrategy(new WrittenOut(System.out))
                .setParameterExceptionHandler(new BadOption(environment))
                .setExecutionExceptionHandler(new FailureMessage());
    }

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }
}
