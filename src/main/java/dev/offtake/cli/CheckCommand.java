package dev.offtake.cli;

import dev.offtake.operator.check.ClusterCheck;
import dev.offtake.operator.check.Finding;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code offtake check}: says whether a cluster has what the operator needs. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        versionProvider = ManifestVersion.class,
        sortOptions = false,
        abbreviateSynopsis = true,
        usageHelpAutoWidth = true,
        description = {
            "Looks once whether the cluster has what the operator needs, and prints a table: version and kinds of the"
                    + " API server, clocks, rights of whoever asks, admission policies, pools, and nodes with GPUs"
                    + " that are in no pool. Changes nothing."
        },
        optionListHeading = "%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  offtake check",
            "      in a pod, with the rights of its service account",
            "  offtake check --context staging",
            "      from a desk, with the rights of a context",
            "",
            "Exit codes: 0 nothing is wrong (warnings are no wrongs), 1 something is wrong, 2 it could not look."
        })
final class CheckCommand implements Callable<Integer> {
    private static final int FINE = 0;
    private static final int WRONG = 1;

    private final Path ownNamespace;

    @Spec
    private @Nullable CommandSpec spec;

    @ArgGroup(validate = false, order = 1, heading = "%nCluster:%n")
    private ClusterArgs cluster = new ClusterArgs();

    @ArgGroup(validate = false, order = 2, heading = "%nLog:%n")
    private LogArgs log = new LogArgs();

    /** @param ownNamespace file in which a pod finds its namespace */
    CheckCommand(Path ownNamespace) {
        this.ownNamespace = ownNamespace;
    }

    @Override
    public Integer call() {
        log.apply();
        CommandSpec command = Objects.requireNonNull(spec);
        return cluster.look(command, client -> {
            List<Finding> findings = new ClusterCheck(client, cluster.namespace(ownNamespace), Clock.systemUTC()).run();
            print(findings, command.commandLine().getOut());
            return findings.stream().anyMatch(f -> f.outcome() == Finding.Outcome.FAIL) ? WRONG : FINE;
        });
    }

    private static void print(List<Finding> findings, PrintWriter out) {
        out.printf(Locale.ROOT, "%-7s %-9s %s%n", "RESULT", "CHECK", "DETAIL");
        findings.forEach(finding -> out.printf(
                Locale.ROOT,
                "%-7s %-9s %s%n",
                finding.outcome().name().toLowerCase(Locale.ROOT),
                finding.check(),
                finding.detail()));
        out.flush();
    }
}
