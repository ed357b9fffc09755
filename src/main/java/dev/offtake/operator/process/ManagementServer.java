package dev.offtake.operator.process;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Probes and metrics over HTTP: {@code /healthz}, {@code /readyz}, {@code /metrics}; plain text, GET and HEAD. */
final class ManagementServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ManagementServer.class);
    private static final int THREADS = 2;
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    private static final String INDEX = """
            Offtake operator
            /healthz  200 while the process can make progress
            /readyz   200 when it knows the cluster
            /metrics  Prometheus, OpenMetrics
            """;

    private final HttpServer server;
    private final ExecutorService threads =
            Executors.newFixedThreadPool(THREADS, task -> Threads.daemon(task, "management"));
    private final Map<String, Endpoint> endpoints;

    private record Answer(int status, String contentType, String body) {
        static Answer text(int status, String body) {
            return new Answer(status, TEXT, body);
        }
    }

    private interface Endpoint {
        Answer answer(Headers request);
    }

    /**
     * Listens on all addresses.
     *
     * @param port 0 for any free one
     * @throws IOException if it cannot listen there
     */
    ManagementServer(int port, Health health, ProcessMetrics metrics) throws IOException {
        limitSlowClients();
        endpoints = Map.of(
                "/", request -> Answer.text(200, INDEX),
                "/healthz", request -> alive(health),
                "/readyz", request -> ready(health),
                "/metrics", request -> scrape(metrics, request));
        server = HttpServer.create(new InetSocketAddress(port), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Ends at once; a request that is under way is cut. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /**
     * Seconds; or two clients that say nothing would keep the probes from being answered. The JVM reads them when its first
     * such server is made, whoever makes it.
     */
    static void limitSlowClients() {
        for (String property : List.of("sun.net.httpserver.maxReqTime", "sun.net.httpserver.maxRspTime")) {
            if (System.getProperty(property) == null) {
                System.setProperty(property, "5");
            }
        }
    }

    private static Answer alive(Health health) {
        return health.stalled()
                .map(reason -> Answer.text(503, "stalled: " + reason + "\n"))
                .orElseGet(() -> Answer.text(200, "ok\n"));
    }

    private static Answer ready(Health health) {
        List<String> missing = health.missing();
        return missing.isEmpty()
                ? Answer.text(200, "ok\n")
                : Answer.text(503, "not ready: " + String.join(", ", missing) + "\n");
    }

    /** OpenMetrics for those who name it, as Prometheus does; the older text for everybody else. */
    private static Answer scrape(ProcessMetrics metrics, Headers request) {
        boolean openMetrics = request.getOrDefault("Accept", List.of()).stream()
                .anyMatch(accepted -> accepted.contains("application/openmetrics-text"));
        String contentType = openMetrics ? OPEN_METRICS : PROMETHEUS;
        return new Answer(200, contentType, metrics.scrape(contentType));
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            respond(exchange, answer(exchange));
        }
    }

    private Answer answer(HttpExchange exchange) {
        String method = exchange.getRequestMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            return Answer.text(405, "only GET and HEAD\n");
        }
        Optional<Endpoint> endpoint =
                Optional.ofNullable(endpoints.get(exchange.getRequestURI().getPath()));
        if (endpoint.isEmpty()) {
            return Answer.text(
                    404, "not found; there are " + String.join(" ", new TreeMap<>(endpoints).keySet()) + "\n");
        }
        try {
            return endpoint.get().answer(exchange.getRequestHeaders());
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("path", exchange.getRequestURI().getPath())
                    .setCause(e)
                    .log("request failed");
            return Answer.text(500, "failed, see the log\n");
        }
    }

    private static void respond(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.contentType());
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
            exchange.sendResponseHeaders(answer.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
    }
}
