package dev.offtake.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    Kubeconfig {
        impersonatedGroups = List.copyOf(impersonatedGroups);
    }

    static Kubeconfig of(String server, Path certificateAuthority, String token) {
        return new Kubeconfig(server, certificateAuthority, token, "", List.of());
    }

    Kubeconfig as(String user, List<String> groups) {
        return new Kubeconfig(server, certificateAuthority, token, user, groups);
    }

    Path write(Path file) throws IOException {
        return Files.writeString(file, yaml());
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
