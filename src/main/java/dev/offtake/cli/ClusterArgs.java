package dev.offtake.cli;

import dev.offtake.operator.process.ClusterOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster, and where in it the operator lives. */
final class ClusterArgs {
    private static final String DEFAULT_NAMESPACE = "offtake-system";

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

    @Option(
            names = "--namespace",
            paramLabel = "<name>",
            description = {
                "Namespace of the operator's own objects, such as its lease. Default: in a pod its own namespace, else "
                        + DEFAULT_NAMESPACE + ".",
                "Environment: OFFTAKE_NAMESPACE"
            })
    private @Nullable String namespace;

    ClusterOptions options() {
        return new ClusterOptions(Optional.ofNullable(kubeconfig), Optional.ofNullable(context));
    }

    /** @param own file in which a pod finds its namespace */
    String namespace(Path own) {
        if (namespace != null) {
            return namespace;
        }
        if (kubeconfig != null || !Files.isReadable(own)) {
            return DEFAULT_NAMESPACE;
        }
        try {
            return Files.readString(own).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + own, e);
        }
    }
}
