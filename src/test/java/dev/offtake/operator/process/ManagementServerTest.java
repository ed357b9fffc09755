package dev.offtake.operator.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManagementServerTest {
    private final HttpClient http = HttpClient.newHttpClient();
    private final ProcessMetrics metrics = new ProcessMetrics();
    private volatile Optional<String> stalled = Optional.empty();
    private volatile List<String> missing = List.of();
    private ManagementServer server;

    @BeforeEach
    void start() throws IOException {
        server = new ManagementServer(
                0,
                new Health() {
                    @Override
                    public Optional<String> stalled() {
                        return stalled;
                    }

                    @Override
                    public List<String> missing() {
                        return missing;
                    }
                },
                metrics);
    }

    @AfterEach
    void stop() {
        server.close();
        metrics.close();
    }

    @Test
    void healthIs200WhileTheProcessCanMakeProgressAnd503WithTheReasonElse() throws Exception {
        assertThat(get("/healthz").statusCode()).isEqualTo(200);

        stalled = Optional.of("the loop has not turned for 60 s");

        assertThat(get("/healthz").statusCode()).isEqualTo(503);
        assertThat(get("/healthz").body()).isEqualTo("stalled: the loop has not turned for 60 s\n");
    }

    @Test
    void readinessNamesWhatIsMissing() throws Exception {
        missing = List.of("nodes", "pods");

        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").body()).isEqualTo("not ready: nodes, pods\n");
        assertThat(get("/healthz").statusCode()).isEqualTo(200);

        missing = List.of();

        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        assertThat(get("/readyz").body()).isEqualTo("ok\n");
    }

    @Test
    void metricsAreInTheTextFormatOfPrometheus() throws Exception {
        HttpResponse<String> answer = get("/metrics");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(answer.body())
                .contains("offtake_build_info{version=\"dev\"} 1")
                .contains("jvm_memory_used_bytes{")
                .contains("process_cpu_usage ")
                .contains("process_files_open_files ")
                .contains("process_uptime_seconds ");
    }

    @Test
    void metricsAreInOpenMetricsForThoseWhoAskForIt() throws Exception {
        HttpResponse<String> answer = send(request("/metrics")
                .header("Accept", "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5")
                .build());

        assertThat(answer.headers().firstValue("Content-Type"))
                .contains("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(answer.body()).endsWith("# EOF\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/healthz", "/readyz", "/metrics"})
    void headHasTheHeadersAndNoBody(String path) throws Exception {
        HttpResponse<String> answer = send(request(path)
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValueAsLong("Content-Length").orElse(0))
                .isPositive();
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void theIndexNamesTheEndpoints() throws Exception {
        assertThat(get("/").body()).contains("/healthz", "/readyz", "/metrics");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/healthz/x", "/healthzz"})
    void anotherPathIsNotFound(String path) throws Exception {
        assertThat(get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void onlyGetAndHeadAreAllowed() throws Exception {
        HttpResponse<String> answer = send(request("/healthz")
                .POST(HttpRequest.BodyPublishers.ofString("x"))
                .build());

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    @Test
    void clientsThatSayNothingDoNotKeepProbesFromBeingAnswered() throws Exception {
        try (Socket first = halfRequest();
                Socket second = halfRequest();
                Socket third = halfRequest()) {
            assertThat(get("/healthz").statusCode()).isEqualTo(200);
            assertThat(List.of(first, second, third)).allMatch(Socket::isConnected);
        }
    }

    @Test
    void aPortThatIsTakenIsAnError() {
        assertThatIOException().isThrownBy(() -> new ManagementServer(server.port(), null, metrics));
    }

    private Socket halfRequest() throws IOException {
        Socket socket = new Socket("127.0.0.1", server.port());
        socket.getOutputStream().write("GET /hea".getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(request(path).build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(60));
    }

    private HttpResponse<String> send(HttpRequest request) throws Exception {
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
