package dev.offtake.cli;

import dev.offtake.api.Enforcement;
import dev.offtake.operator.process.OperatorFactory;
import dev.offtake.operator.process.OperatorOptions;
import dev.offtake.operator.process.OperatorProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code offtake operator}: reads the options and runs the operator until it is told to stop. */
@Command(
        name = "operator",
        mixinStandardHelpOptions = true,
        // Nor looked for: it reflects on all methods, down to those of Object.
        addMethodSubcommands = false,
        versionProvider = ManifestVersion.class,
        sortOptions = false,
        abbreviateSynopsis = true,
        usageHelpAutoWidth = true,
        description = "Runs the operator until SIGTERM or SIGINT.",
        optionListHeading = "%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  offtake operator",
            "      in a pod, by its service account",
            "  offtake operator --context staging --leader-elect=false --log-level debug",
            "      from a desk, on the cluster of a context",
            "",
            "Durations are written as 500ms, 15s or 1m30s. An option wins over its variable.",
            "Exit codes: 1 fatal error, 2 bad option; 143 after SIGTERM, 130 after SIGINT."
        })
final class OperatorCommand implements Callable<Integer> {
    private final OperatorFactory factory;
    private final Path ownNamespace;

    @Spec
    private @Nullable CommandSpec spec;

    @ArgGroup(validate = false, order = 1, heading = "%nCluster:%n")
    private ClusterArgs cluster = new ClusterArgs();

    @ArgGroup(validate = false, order = 2, heading = "%nScheduling:%n")
    private SchedulingArgs scheduling = new SchedulingArgs();

    @ArgGroup(validate = false, order = 3, heading = "%nLeader election:%n")
    private ElectionArgs election = new ElectionArgs();

    @ArgGroup(validate = false, order = 4, heading = "%nProbes and metrics:%n")
    private HttpArgs http = new HttpArgs();

    @ArgGroup(validate = false, order = 5, heading = "%nLog:%n")
    private LogArgs log = new LogArgs();

    /** @param ownNamespace file in which a pod finds its namespace */
    OperatorCommand(OperatorFactory factory, Path ownNamespace) {
        this.factory = factory;
        this.ownNamespace = ownNamespace;
    }

    /** What the operator does for the load that it makes, and for whom it waits. */
    static final class SchedulingArgs extends WaitArgs {
        @Option(
                names = "--api-concurrency",
                paramLabel = "<n>",
                defaultValue = "64",
                description = {
                    "Writes to the API server in flight at a time. Default: ${DEFAULT-VALUE}.",
                    "Environment: OFFTAKE_API_CONCURRENCY"
                })
        private int apiConcurrency;

        @Option(
                names = "--explain-after",
                paramLabel = "<duration>",
                defaultValue = "1s",
                description = {
                    "How long a gang may wait before the reason is written down: what is served sooner costs no"
                            + " request for it. Default: ${DEFAULT-VALUE}.",
                    "Environment: OFFTAKE_EXPLAIN_AFTER"
                })
        private Duration explainAfter = Duration.ZERO;

        @Option(
                names = "--enforcement",
                paramLabel = "<how>",
                defaultValue = "Enforce",
                converter = EnforcementConverter.class,
                description = {
                    "Enforce, or Report: in namespaces that do not say another by the label offtake.dev/enforcement nothing"
                            + " is gated or evicted, and it is only told what would be decided. The policies must have"
                            + " been installed with the same value. Default: ${DEFAULT-VALUE}.",
                    "Environment: OFFTAKE_ENFORCEMENT"
                })
        private Enforcement enforcement = Enforcement.ENFORCE;

        @Option(
                names = "--record",
                paramLabel = "<file>",
                description = {
                    "Writes all that is decided upon, and the decisions, at the end of this file, so that 'offtake"
                            + " simulate --replay' can do the same again. Default: nothing is written.",
                    "Environment: OFFTAKE_RECORD"
                })
        private @Nullable Path record;
    }

    /** Where probes and metrics are served. */
    static final class HttpArgs {
        @Option(
                names = "--http-port",
                paramLabel = "<port>",
                defaultValue = "8080",
                description = {
                    "Port of /healthz, /readyz and /metrics; 0 takes any free one. Default: ${DEFAULT-VALUE}.",
                    "Environment: OFFTAKE_HTTP_PORT"
                })
        private int httpPort;
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
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), e.getMessage(), e);
        }
    }

    /** @throws IllegalArgumentException if values are out of range or do not fit together */
    OperatorOptions options() {
        return new OperatorOptions(
                cluster.options(),
                cluster.namespace(ownNamespace),
                http.httpPort,
                election.options(),
                scheduling.apiConcurrency,
                scheduling.explainAfter,
                scheduling.rules(),
                scheduling.enforcement,
                Optional.ofNullable(scheduling.record));
    }
}
