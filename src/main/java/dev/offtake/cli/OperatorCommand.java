package dev.offtake.cli;

import dev.offtake.api.Enforcement;
import dev.offtake.operator.process.OperatorFactory;
import dev.offtake.operator.process.OperatorOptions;
import dev.offtake.operator.process.OperatorProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** {@code offtake operator}: reads the options and runs the operator until it is told to stop. */
final class OperatorCommand implements Callable<Integer> {
    private final OperatorFactory factory;
    private final Path ownNamespace;

    private final ClusterArgs cluster = new ClusterArgs();
    private final SchedulingArgs scheduling = new SchedulingArgs();
    private final ElectionArgs election = new ElectionArgs();
    private final HttpArgs http = new HttpArgs();
    private final LogArgs log = new LogArgs();
    private final CommandSpec spec;

    /** @param ownNamespace file in which a pod finds its namespace */
    OperatorCommand(OperatorFactory factory, Path ownNamespace) {
        this.factory = factory;
        this.ownNamespace = ownNamespace;
        spec = CommandSpecs.of("operator", this, "Runs the operator until SIGTERM or SIGINT.");
        spec.usageMessage()
                .footer(
                        "  offtake operator",
                        "      in a pod, by its service account",
                        "  offtake operator --context staging --leader-elect=false --log-level debug",
                        "      from a desk, on the cluster of a context",
                        "",
                        "Durations are written as 500ms, 15s or 1m30s. An option wins over its variable.",
                        "Exit codes: 1 fatal error, 2 bad option; 143 after SIGTERM, 130 after SIGINT.");
        cluster.addTo(spec, "Cluster");
        scheduling.addTo(spec, "Scheduling");
        election.addTo(spec, "Leader election");
        http.addTo(spec, "Probes and metrics");
        log.addTo(spec, "Log");
        CommandSpecs.addHelpAndVersion(spec);
    }

    /** What the operator does for the load that it makes, and for whom it waits. */
    static final class SchedulingArgs extends WaitArgs {
        private final Option<Integer> apiConcurrency = option(
                Integer.class,
                "--api-concurrency",
                "<n>",
                "64",
                "Writes to the API server in flight at a time. Default: ${DEFAULT-VALUE}.");

        private final Option<Duration> explainAfter = option(
                Duration.class,
                "--explain-after",
                "<duration>",
                "1s",
                "How long a gang may wait before the reason is written down: what is served sooner costs no request for"
                        + " it. Default: ${DEFAULT-VALUE}.");

        private final Option<Enforcement> enforcement = option(
                Enforcement.class,
                "--enforcement",
                "<how>",
                "Enforce",
                "Enforce, or Report: in namespaces that do not say another by the label offtake.dev/enforcement nothing"
                        + " is gated or evicted, and it is only told what would be decided. The policies must have"
                        + " been installed with the same value. Default: ${DEFAULT-VALUE}.");

        private final Option<Path> record = option(
                Path.class,
                "--record",
                "<file>",
                "Writes all that is decided upon, and the decisions, at the end of this file, so that 'offtake"
                        + " simulate --replay' can do the same again. Default: nothing is written.");
    }

    /** Where probes and metrics are served. */
    static final class HttpArgs extends OptionGroup {
        private final Option<Integer> port = option(
                Integer.class,
                "--http-port",
                "<port>",
                "8080",
                "Port of /healthz, /readyz and /metrics; 0 takes any free one. Default: ${DEFAULT-VALUE}.");
    }

    CommandSpec spec() {
        return spec;
    }

    @Override
    public Integer call() throws IOException {
        return process().run();
    }

    private OperatorProcess process() {
        try {
            OperatorOptions options = options();
            log.apply();
            return new OperatorProcess(options, factory);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** @throws IllegalArgumentException if values are out of range or do not fit together */
    OperatorOptions options() {
        return new OperatorOptions(
                cluster.options(),
                cluster.namespace(ownNamespace),
                http.port.value(),
                election.options(),
                scheduling.apiConcurrency.value(),
                scheduling.explainAfter.value(),
                scheduling.rules(),
                scheduling.enforcement.value(),
                scheduling.record.given());
    }
}
