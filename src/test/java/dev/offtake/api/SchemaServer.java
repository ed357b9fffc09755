package dev.offtake.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfig;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubeapitest.binary.BinaryManager;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An API server with our definitions, one for all tests that need nothing else of a control plane. */
final class SchemaServer {
    private static Optional<SchemaServer> shared = Optional.empty();

    /** What a call of kubectl gave: its two streams as one text. */
    record Answer(int exitCode, String text) {}

    private final File kubectl;
    private final Path scratch;
    private final KubernetesClient client;

    private SchemaServer(File kubectl, Path scratch, KubernetesClient client) {
        this.kubectl = kubectl;
        this.scratch = scratch;
        this.client = client;
    }

    /** The server, started and with the checked-in definitions when it is asked for first. */
    static synchronized SchemaServer shared() throws IOException, InterruptedException {
        if (shared.isEmpty()) {
            SchemaServer server = start();
            server.expect("apply", "--server-side", "-f", CrdFilesTest.DIRECTORY.toString());
            server.expect(
                    "wait", "--for=condition=Established", "--timeout=30s", "-f", CrdFilesTest.DIRECTORY.toString());
            shared = Optional.of(server);
        }
        return shared.get();
    }

    private void expect(String... arguments) throws IOException, InterruptedException {
        Answer answer = kubectl("", arguments);
        assertThat(answer.exitCode()).as(answer.text()).isZero();
    }

    private static SchemaServer start() throws IOException {
        KubeAPIServerConfig config = new KubeAPIServerConfigBuilder().build();
        BinaryManager binaries = new BinaryManager(config);
        binaries.initAndDownloadIfRequired();
        Files.createDirectories(Path.of("target"));
        Path scratch = Files.createTempDirectory(Path.of("target"), "schema-server");
        KubeAPIServer server = new KubeAPIServer(config);
        server.start();
        Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
        Files.writeString(scratch.resolve("kubeconfig"), server.getKubeConfigYaml());
        KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(server.getKubeConfigYaml()))
                .build();
        return new SchemaServer(binaries.binaries().getKubectl(), scratch, client);
    }

    KubernetesClient client() {
        return client;
    }

    /** Runs kubectl with the input given; it must not need more than a pipe's buffer before it reads. */
    Answer kubectl(String input, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                kubectl.toString(),
                "--kubeconfig=" + scratch.resolve("kubeconfig"),
                "--cache-dir=" + scratch.resolve("cache")));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Answer(process.waitFor(), text);
    }
}
