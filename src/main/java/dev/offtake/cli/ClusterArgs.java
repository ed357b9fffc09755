package dev.offtake.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster, and where in it the operator lives. */
final class ClusterArgs extends KubeconfigArgs {
    private static final String DEFAULT_NAMESPACE = "offtake-system";

    @Option(
            names = "--namespace",
            paramLabel = "<name>",
            description = {
                "Namespace of the operator's own objects, such as its lease. Default: in a pod its own namespace, else "
                        + DEFAULT_NAMESPACE + ".",
                "Environment: OFFTAKE_NAMESPACE"
            })
    private @Nullable String namespace;

    /** @param own file in which a pod finds its namespace */
    String namespace(Path own) {
        if (namespace != null) {
            return namespace;
        }
        if (namesKubeconfig() || !Files.isReadable(own)) {
            return DEFAULT_NAMESPACE;
        }
        try {
            return Files.readString(own).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + own, e);
        }
    }
}
