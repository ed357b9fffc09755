package dev.offtake.scenario;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.offtake.operator.observe.LeanJson;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Has half of the writes of a client refused, or answered by nobody, at times; the others come through. */
final class FaultyApi implements AutoCloseable {
    /** 0 for a connection that breaks. None says that something is not there which is. */
    private static final int[] ANSWERS = {0, 403, 409, 422, 429, 500};

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final Random random;
    private volatile boolean faulty;

    FaultyApi(long seed) throws IOException {
        random = new Random(seed);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.createContext("/", FaultyApi::answer);
        server.start();
    }

    void faulty(boolean next) {
        faulty = next;
    }

    private static void answer(HttpExchange exchange) throws IOException {
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

    /** A client of the same API server under the same identity. */
    KubernetesClient before(KubernetesClient real) {
        return new KubernetesClientBuilder()
                .withKubernetesSerialization(new LeanJson())
                .withConfig(real.getConfiguration())
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
                int answer = ANSWERS[random.nextInt(ANSWERS.length)];
                builder.uri(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + answer));
            }
        }
    }
}
