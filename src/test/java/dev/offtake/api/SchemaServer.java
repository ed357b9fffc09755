package dev.offtake.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.CommandResult;
import dev.offtake.testbed.ControlPlane;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;

/** The control plane of the test run with our definitions, and nothing else of ours. */
final class SchemaServer {
    private static Optional<SchemaServer> shared = Optional.empty();

    private final ControlPlane controlPlane;

    /** What a call of kubectl gave: its two streams as one text. */
    record Answer(int exitCode, String text) {}

    private SchemaServer(ControlPlane controlPlane) {
        this.controlPlane = controlPlane;
    }

    /** The server, with the checked-in definitions since it was asked for first. */
    static synchronized SchemaServer shared() {
        if (shared.isEmpty()) {
            SchemaServer server = new SchemaServer(ControlPlane.get());
            server.expect("apply", "--server-side", "-f", CrdFilesTest.DIRECTORY.toString());
            server.expect(
                    "wait", "--for=condition=Established", "--timeout=30s", "-f", CrdFilesTest.DIRECTORY.toString());
            shared = Optional.of(server);
        }
        return shared.get();
    }

    private void expect(String... arguments) {
        Answer answer = kubectl("", arguments);
        assertThat(answer.exitCode()).as(answer.text()).isZero();
    }

    KubernetesClient client() {
        return controlPlane.adminClient();
    }

    /** Runs kubectl with the input given. */
    Answer kubectl(String input, String... arguments) {
        CommandResult result = controlPlane
                .kubectlCommand(controlPlane.kubeconfig())
                .withStdin(input)
                .run(arguments);
        return new Answer(result.exitCode(), result.stdout() + result.stderr());
    }
}
