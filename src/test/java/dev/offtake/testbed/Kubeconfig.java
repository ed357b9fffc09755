package dev.offtake.testbed;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How to reach the API server as somebody.
 *
 * @param certificateAuthority file with the API server's own certificate
 * @param impersonated user to act as, empty for the owner of the token
 */
record Kubeconfig(
        String server, Path certificateAuthority, String token, String impersonated, List<String> impersonatedGroups) {

    private static final int REQUEST_TIMEOUT_MILLIS = 120_000;

    Kubeconfig {
        impersonatedGroups = List.copyOf(impersonatedGroups);
    }

    static Kubeconfig of(String server, Path certificateAuthority, String token) {
        return new Kubeconfig(server, certificateAuthority, token, "", List.of());
    }

    Kubeconfig as(String user, List<String> groups) {
        return new Kubeconfig(server, certificateAuthority, token, user, groups);
    }

    /** A client of its own; the caller closes it. */
    KubernetesClient open() {
        // Not from the environment: a test must never reach the cluster of its developer.
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(server)
                .withCaCertFile(certificateAuthority.toString())
                .withOauthToken(token)
                .withNamespace("default")
                // Removing thousands of pods is one request.
                .withRequestTimeout(REQUEST_TIMEOUT_MILLIS)
                .withMaxConcurrentRequests(512)
                .withMaxConcurrentRequestsPerHost(512)
                .build();
        if (!impersonated.isEmpty()) {
            config.setImpersonateUsername(impersonated);
            config.setImpersonateGroups(impersonatedGroups.toArray(String[]::new));
        }
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    Path write(Path file) throws IOException {
        return Files.writeString(file, yaml());
    }

    /**
     * Flags of a JVM whose client finds all this as in a pod, by settings and two files instead of a kubeconfig.
     *
     * @param folder that the process finds the files in
     * @param written that they are written into, the same folder as this process sees it
     */
    List<String> inPod(Path folder, Path written) throws IOException {
        Files.copy(certificateAuthority, written.resolve("ca.crt"), StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(written.resolve("token"), token);
        return List.of(
                "-Dkubernetes.master=" + server,
                "-Dkubernetes.certs.ca.file=" + folder.resolve("ca.crt"),
                "-Dkubernetes.auth.serviceAccount.token=" + folder.resolve("token"),
                "-Dkubernetes.auth.tryKubeConfig=false");
    }

    String yaml() {
        String impersonation = "";
        if (!impersonated.isEmpty()) {
            impersonation = "\n    as: \"" + impersonated + "\"";
            if (!impersonatedGroups.isEmpty()) {
                impersonation += impersonatedGroups.stream()
                        .map(group -> "\"" + group + "\"")
                        .collect(Collectors.joining(", ", "\n    as-groups: [", "]"));
            }
        }
        return """
                apiVersion: v1
                kind: Config
                clusters:
                - name: testbed
                  cluster:
                    server: %s
                    certificate-authority: %s
                users:
                - name: user
                  user:
                    token: %s%s
                contexts:
                - name: testbed
                  context:
                    cluster: testbed
                    user: user
                current-context: testbed
                """.formatted(server, certificateAuthority, token, impersonation);
    }
}
