package dev.offtake.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which cluster, and where in it the operator lives. */
final class ClusterArgs extends KubeconfigArgs {
    private static final String DEFAULT_NAMESPACE = "offtake-system";

    private final Option<String> namespace = option(
            String.class,
            "--namespace",
            "<name>",
            "Namespace of the operator's own objects, such as its lease. Default: in a pod its own namespace, else "
                    + DEFAULT_NAMESPACE + ".");

    /** @param own file in which a pod finds its namespace */
    String namespace(Path own) {
        return namespace.given().orElseGet(() -> defaultNamespace(own));
    }

    private String defaultNamespace(Path own) {
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
