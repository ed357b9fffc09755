package dev.offtake.scenario;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.offtake.operator.observe.LeanJson;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Has half of the writes of a client refused, or answered by nobody, at times; the others come through. Where it is asked
 * for, half of those are carried out before, as where a timeout hides what became of them.
 */
final class FaultyApi implements AutoCloseable {
    /** 0 for a connection that breaks. None says that something is not there which is. */
    private static final int[] ANSWERS = {0, 403, 409, 422, 429, 500};
    /** Of what was carried out nobody says that it was refused. */
    private static final int[] LOST_ANSWERS = {0, 500, 503, 504};

    /** Header of a write that is to be carried out: to where it goes. */
    private static final String CARRY_OUT = "X-Carry-Out";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final Random random;
    private volatile boolean faulty;
    private volatile boolean losesAnswers;
    private @Nullable KubernetesClient real;

    FaultyApi(long seed) throws IOException {
        random = new Random(seed);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    void faulty(boolean next) {
        faulty = next;
    }

    /** From now on some writes are carried out although they are answered with a fault. */
    FaultyApi losingAnswers() {
        losesAnswers = true;
        return this;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String carryOut = exchange.getRequestHeaders().getFirst(CARRY_OUT);
        if (carryOut != null) {
            carryOut(exchange, carryOut);
        }
        int code = Integer.parseInt(exchange.getRequestURI().getPath().substring(1));
        try (exchange) {
            if (code > 0) {
                byte[] body =
                        "{\"kind\":\"Status\",\"code\":%d}".formatted(code).getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(code, body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }

    private void carryOut(HttpExchange exchange, String uri) throws IOException {
        HttpClient client = Objects.requireNonNull(real).getHttpClient();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        HttpRequest request = client.newHttpRequestBuilder()
                .uri(uri)
                .method(
                        exchange.getRequestMethod(),
                        exchange.getRequestHeaders().getFirst("Content-Type"),
                        body)
                .build();
        client.sendAsync(request, byte[].class).join();
    }

    /** A client of the same API server under the same identity. */
    KubernetesClient before(KubernetesClient client) {
        real = client;
        return new KubernetesClientBuilder()
                .withKubernetesSerialization(new LeanJson())
                .withConfig(client.getConfiguration())
                .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("faults", new Faults()))
                .build();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private final class Faults implements Interceptor {
        @Override
        public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
            if (faulty && !request.method().equals("GET") && random.nextBoolean()) {
                boolean carriedOut = losesAnswers && random.nextBoolean();
                int[] answers = carriedOut ? LOST_ANSWERS : ANSWERS;
                if (carriedOut) {
                    builder.header(CARRY_OUT, request.uri().toString());
                }
                builder.uri(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"
                        + answers[random.nextInt(answers.length)]));
            }
        }
    }
}
