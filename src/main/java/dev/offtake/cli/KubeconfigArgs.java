package dev.offtake.cli;

import dev.offtake.operator.process.ClientFactory;
import dev.offtake.operator.process.ClusterOptions;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which cluster, and who asks. */
class KubeconfigArgs {
    @Option(
            names = "--kubeconfig",
            paramLabel = "<file>",
            description = {
                "Kubeconfig to use. Default: ~/.kube/config if it is there, else the service account of the pod.",
                "Environment: KUBECONFIG"
            })
    private @Nullable Path kubeconfig;

    @Option(
            names = "--context",
            paramLabel = "<name>",
            description = {"Context of the kubeconfig. Default: its current context.", "Environment: OFFTAKE_CONTEXT"})
    private @Nullable String context;

    final ClusterOptions options() {
        return new ClusterOptions(Optional.ofNullable(kubeconfig), Optional.ofNullable(context));
    }

    /** Whether the cluster is not that of the pod. */
    final boolean namesKubeconfig() {
        return kubeconfig != null;
    }

    /**
     * Finds the API server; sends nothing.
     *
     * @throws ParameterException if the options make no sense
     */
    final ClientFactory factory(CommandSpec command) {
        try {
            return new ClientFactory(options());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }
}
