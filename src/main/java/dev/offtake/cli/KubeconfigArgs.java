package dev.offtake.cli;

import dev.offtake.operator.process.ClientFactory;
import dev.offtake.operator.process.ClusterOptions;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Which cluster, and who asks. */
class KubeconfigArgs extends OptionGroup {
    static final int CANNOT_LOOK = 2;
    private static final int CONCURRENCY = 1;

    private final Option<Path> kubeconfig = option(
            Path.class,
            "--kubeconfig",
            "<file>",
            "Kubeconfig to use. Default: ~/.kube/config if it is there, else the service account of the pod.");

    private final Option<String> context =
            option(String.class, "--context", "<name>", "Context of the kubeconfig. Default: its current context.");

    final ClusterOptions options() {
        return new ClusterOptions(kubeconfig.given(), context.given());
    }

    /** Whether the cluster is not that of the pod. */
    final boolean namesKubeconfig() {
        return kubeconfig.given().isPresent();
    }

    /**
     * Lets a command look at the cluster once; that it cannot is said, with the server and the cause.
     *
     * @return what the command returns, or 2
     * @throws ParameterException if the options make no sense
     */
    final int look(CommandSpec command, ToIntFunction<KubernetesClient> at) {
        ClientFactory factory = factory(command);
        try (KubernetesClient client = factory.client(CONCURRENCY)) {
            return at.applyAsInt(client);
        } catch (KubernetesClientException e) {
            PrintWriter err = command.commandLine().getErr();
            err.println("offtake: cannot look at " + factory.server() + ": " + FailureMessage.reason(e));
            err.flush();
            return CANNOT_LOOK;
        }
    }

    /** Finds the API server; sends nothing. */
    private ClientFactory factory(CommandSpec command) {
        try {
            return new ClientFactory(options());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }
}
