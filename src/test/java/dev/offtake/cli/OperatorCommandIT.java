package dev.offtake.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offtake.operator.process.StallingProxy;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process of its own: signals, exit codes, the log. */
@OnControlPlane(apiServerOnly = true)
class OperatorCommandIT {
    private static final int SIGTERM_CODE = 128 + 15;

    private final ControlPlane controlPlane;
    private final KubernetesClient client;
    private final ObjectMapper json = new ObjectMapper();

    @TempDir
    Path directory;

    private String namespace;
    private Path log;
    private Process process;

    OperatorCommandIT(ControlPlane controlPlane, KubernetesClient client) {
        this.controlPlane = controlPlane;
        this.client = client;
    }

    @BeforeEach
    void names(Sandbox sandbox) {
        namespace = sandbox.namespace("process");
        log = directory.resolve("log");
    }

    @AfterEach
    void end() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void aTerminatedLeaderGivesTheLeaseBackAndEnds() throws Exception {
        start(controlPlane.kubeconfig());
        soon().until(() -> holder().equals(Optional.of("it")));
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        assertThat(get("/metrics").body()).contains("offtake_leader 1.0");

        process.destroy();

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(SIGTERM_CODE);
        assertThat(holder()).contains("");
        assertThat(messages()).endsWith("lease given back", "operator stopped");
    }

    @Test
    void aTerminatedLeaderEndsAlsoWhenTheApiServerHangs() throws Exception {
        try (StallingProxy proxy = new StallingProxy(controlPlane.server())) {
            String text = Files.readString(controlPlane.kubeconfig());
            start(Files.writeString(
                    directory.resolve("kubeconfig"), text.replace(controlPlane.server(), proxy.server())));
            soon().until(() -> holder().equals(Optional.of("it")));
            proxy.stall();

            process.destroy();

            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(SIGTERM_CODE);
            assertThat(holder()).contains("it");
        }
    }

    @Test
    void aFatalErrorEndsTheProcessWithCode1AndOneLine() throws Exception {
        start(controlPlane.kubeconfig(), StandInOperator.FAIL);

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(lines())
                .filteredOn(line -> line.path("level").asText().equals("ERROR"))
                .singleElement()
                .satisfies(line -> assertThat(line.path("message").asText()).isEqualTo("fatal: the stand-in"));
    }

    @Test
    void theLogNamesTheServerAndNoSecret() throws Exception {
        start(controlPlane.kubeconfig());
        soon().until(() -> holder().equals(Optional.of("it")));

        String token = client.getConfiguration().getOauthToken();
        assertThat(Files.readString(log)).doesNotContain(token).doesNotContainIgnoringCase("bearer");
        assertThat(lines().get(0).path("message").asText()).isEqualTo("operator starts");
        assertThat(lines().get(0).path("server").asText()).startsWith(controlPlane.server());
    }

    private void start(Path kubeconfig, String... environment) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                StandInOperator.class.getName(),
                "operator",
                "--kubeconfig=" + kubeconfig,
                "--namespace=" + namespace,
                "--http-port=0",
                "--identity=it",
                "--log-format=json"));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(log.toFile()).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        for (String variable : environment) {
            builder.environment().put(variable, "true");
        }
        process = builder.start();
    }

    private Optional<String> holder() {
        return Optional.ofNullable(client.leases()
                        .inNamespace(namespace)
                        .withName("offtake-operator")
                        .get())
                .map(Lease::getSpec)
                .map(spec -> spec.getHolderIdentity() == null ? "" : spec.getHolderIdentity());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        int port = lines().stream()
                .filter(line -> line.has("port"))
                .findFirst()
                .orElseThrow()
                .path("port")
                .asInt();
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    /** Every line of the log must be an object of JSON. */
    private List<JsonNode> lines() throws IOException {
        return Files.readAllLines(log).stream().map(this::parse).toList();
    }

    private List<String> messages() throws IOException {
        return lines().stream().map(line -> line.path("message").asText()).toList();
    }

    private JsonNode parse(String line) {
        try {
            return json.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(line, e);
        }
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(100));
    }
}
