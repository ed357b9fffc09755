package dev.offtake.cli;

import dev.offtake.operator.check.ClusterCheck;
import dev.offtake.operator.check.Finding;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;

/** {@code offtake check}: says whether a cluster has what the operator needs. */
final class CheckCommand implements Callable<Integer> {
    private static final int FINE = 0;
    private static final int WRONG = 1;

    private final Path ownNamespace;

    private final ClusterArgs cluster = new ClusterArgs();
    private final LogArgs log = new LogArgs();
    private final CommandSpec spec;

    /** @param ownNamespace file in which a pod finds its namespace */
    CheckCommand(Path ownNamespace) {
        this.ownNamespace = ownNamespace;
        spec = CommandSpecs.of(
                "check",
                this,
                "Looks once whether the cluster has what the operator needs, and prints a table: version and kinds of the"
                        + " API server, clocks, rights of whoever asks, admission policies, pools, and nodes with GPUs"
                        + " that are in no pool. Changes nothing.");
        spec.usageMessage()
                .footer(
                        "  offtake check",
                        "      in a pod, with the rights of its service account",
                        "  offtake check --context staging",
                        "      from a desk, with the rights of a context",
                        "",
                        "Exit codes: 0 nothing is wrong (warnings are no wrongs), 1 something is wrong, 2 it could not look or tell.");
        cluster.addTo(spec, "Cluster");
        log.addTo(spec, "Log");
        CommandSpecs.addHelpAndVersion(spec);
        spec.exitCodeOnExecutionException(KubeconfigArgs.CANNOT_LOOK);
    }

    CommandSpec spec() {
        return spec;
    }

    @Override
    public Integer call() {
        log.apply();
        return cluster.look(spec, client -> {
            List<Finding> findings = new ClusterCheck(client, cluster.namespace(ownNamespace), Clock.systemUTC()).run();
            print(findings, spec.commandLine().getOut());
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
