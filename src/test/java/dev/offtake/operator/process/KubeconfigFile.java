package dev.offtake.operator.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A kubeconfig of one cluster and one user. */
final class KubeconfigFile {
    private KubeconfigFile() {}

    /**
     * @param directory where it is written
     * @param cluster fields of the cluster, as in YAML between braces
     * @param user the same of the user
     */
    static ClusterOptions write(Path directory, String cluster, String user) throws IOException {
        Path file = Files.writeString(directory.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters:
                - name: c
                  cluster: {%s}
                users:
                - name: u
                  user: {%s}
                contexts:
                - name: x
                  context: {cluster: c, user: u}
                current-context: x
                """.formatted(cluster, user));
        return new ClusterOptions(Optional.of(file), Optional.empty());
    }
}
