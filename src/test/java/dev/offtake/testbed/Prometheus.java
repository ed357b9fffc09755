package dev.offtake.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A real Prometheus that scrapes a process on this machine, with rules. The program is Debian's, from the PATH. */
public final class Prometheus implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path directory;
    private final Reaper reaper;
    private final Daemon daemon;
    private final String url;

    private Prometheus(Path directory, Reaper reaper, Daemon daemon, String url) {
        this.directory = directory;
        this.reaper = reaper;
        this.daemon = daemon;
        this.url = url;
    }

    /**
     * Starts one, and returns when it answers. Without the program the test is skipped, or fails where {@code CI=true}.
     *
     * @param interval between scrapes, and between evaluations
     * @param ports of the processes whose {@code /metrics} it scrapes
     * @param rules a rule file
     */
    public static Prometheus start(Duration interval, List<Integer> ports, String rules) {
        Path program = find().orElseThrow(
                        () -> ControlPlaneExtension.skip("prometheus is not there: apt-get install prometheus"));
        try {
            Path directory = Files.createTempDirectory("offtake-prometheus-");
            Path config = directory.resolve("prometheus.yml");
            Files.writeString(directory.resolve("rules.yaml"), rules);
            Files.writeString(config, config(interval, ports));
            Reaper reaper = Reaper.start(directory);
            int port = FreePorts.next();
            Daemon daemon = Daemon.start(
                    program,
                    List.of(
                            "--config.file=" + config,
                            "--storage.tsdb.path=" + directory.resolve("data"),
                            "--web.listen-address=127.0.0.1:" + port),
                    Path.of(System.getProperty("basedir", ""), "target", "prometheus"),
                    reaper);
            Prometheus prometheus = new Prometheus(directory, reaper, daemon, "http://127.0.0.1:" + port);
            daemon.awaitReady(prometheus::isReady, START_LIMIT);
            return prometheus;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Path> find() {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "prometheus"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static String config(Duration interval, List<Integer> ports) {
        String targets = String.join(
                ", ", ports.stream().map(port -> "\"127.0.0.1:" + port + "\"").toList());
        return """
                global: {scrape_interval: %1$ds, scrape_timeout: %1$ds, evaluation_interval: %1$ds}
                rule_files: [rules.yaml]
                scrape_configs:
                - job_name: offtake
                  static_configs: [{targets: [%2$s]}]
                """.formatted(interval.toSeconds(), targets);
    }

    private boolean isReady() {
        try {
            return get("/-/ready").statusCode() == 200;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    /** One series of an answer, with its label values; empty for a label that it does not have. */
    public record Series(JsonNode labels, double value) {
        public String label(String name) {
            return labels.path(name).asText();
        }
    }

    /**
     * What a query answers now.
     *
     * @throws AssertionError if Prometheus does not understand it
     */
    public List<Series> query(String promql) {
        JsonNode result = data("/api/v1/query?query=" + URLEncoder.encode(promql, StandardCharsets.UTF_8));
        List<Series> series = new ArrayList<>();
        if (result.path("resultType").asText().equals("scalar")) {
            series.add(new Series(
                    JSON.createObjectNode(), result.path("result").path(1).asDouble()));
        } else {
            result.path("result")
                    .forEach(one -> series.add(new Series(
                            one.path("metric"), one.path("value").path(1).asDouble())));
        }
        return series;
    }

    /** When the oldest sample was taken that a selector finds in the last ten minutes. */
    public Optional<Instant> first(String selector) {
        JsonNode result = data("/api/v1/query?query=" + URLEncoder.encode(selector + "[10m]", StandardCharsets.UTF_8));
        List<Instant> instants = new ArrayList<>();
        result.path("result")
                .forEach(series -> series.path("values")
                        .forEach(sample -> instants.add(
                                Instant.ofEpochMilli((long) (sample.path(0).asDouble() * 1000)))));
        return instants.stream().min(Instant::compareTo);
    }

    /** A firing alert; the annotations are those of now. */
    public record Alert(String name, JsonNode labels, JsonNode annotations) {}

    /** Alerts that fire. */
    public List<Alert> firing() {
        List<Alert> firing = new ArrayList<>();
        data("/api/v1/alerts").path("alerts").forEach(alert -> {
            if (alert.path("state").asText().equals("firing")) {
                firing.add(new Alert(
                        alert.path("labels").path("alertname").asText(),
                        alert.path("labels"),
                        alert.path("annotations")));
            }
        });
        return firing;
    }

    /** Rules that could not be evaluated, by name with the error. */
    public List<String> failedRules() {
        List<String> failed = new ArrayList<>();
        data("/api/v1/rules")
                .path("groups")
                .forEach(group -> group.path("rules").forEach(rule -> {
                    if (rule.path("health").asText().equals("err")) {
                        failed.add(rule.path("name").asText() + ": "
                                + rule.path("lastError").asText());
                    }
                }));
        return failed;
    }

    private JsonNode data(String path) {
        HttpResponse<String> response = get(path);
        try {
            JsonNode answer = JSON.readTree(response.body());
            if (!answer.path("status").asText().equals("success")) {
                throw new AssertionError(path + ": " + response.body());
            }
            return answer.path("data");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpResponse<String> get(String path) {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create(url + path)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        daemon.stop();
        try {
            reaper.close();
            if (Files.exists(directory)) {
                Scratch.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
