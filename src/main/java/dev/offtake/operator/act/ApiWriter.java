package dev.offtake.operator.act;

import dev.offtake.operator.metrics.Catalog;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to the API server without waiting for the answer, a bounded number at a time, what pods wait for first.
 *
 * <p>Answers are not parsed: what was written comes back through the informers. What is worth it (429, 5xx, broken
 * connections) is tried again; not by the client, which would do so also when another leads by then.
 */
public final class ApiWriter {
    static final String JSON_PATCH = "application/json-patch+json";
    static final String JSON = "application/json";
    static final String STRATEGIC_PATCH = "application/strategic-merge-patch+json";

    /** Answers are not read, so the API server need not write out whole objects. */
    private static final String SHORT_ANSWER = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1, " + JSON;

    /** After 0.2, 0.4 and 0.8 s, or when the API server says. What is away for longer is for the caller to handle. */
    private static final int RETRIES = 3;

    private static final Duration FIRST_RETRY = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private static final Answer DROPPED = new Answer(0, "not leading, or closed");

    private static final Logger LOG = LoggerFactory.getLogger(ApiWriter.class);

    private final HttpClient http;
    private final String base;
    private final int most;
    private final BooleanSupplier mayWrite;
    private final MeterRegistry metrics;
    private final Deque<Pending> urgent = new ArrayDeque<>();
    private final Deque<Pending> relaxed = new ArrayDeque<>();
    private int inFlight;
    private boolean closed;

    /** What a write is for: names it in the metric. */
    enum Kind {
        WORKLOAD_CREATE,
        WORKLOAD_SPEC,
        WORKLOAD_STATUS,
        WORKLOAD_FINALIZER,
        WORKLOAD_OWNER,
        POD_RELEASE,
        POD_UNGATE,
        POD_CLAIM,
        POD_CONDITION,
        POD_DELETE,
        JOB_SUSPEND,
        EVENT;

        /** In CamelCase, as label values are. */
        String spelled() {
            return Arrays.stream(name().split("_"))
                    .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining());
        }
    }

    /** @param pause how long the API server asks to be left alone, if it does */
    private record Attempt(Answer answer, Duration pause) {}

    private record Pending(Kind kind, HttpRequest request, CompletableFuture<Answer> answer) {}

    /**
     * What the API server said.
     *
     * @param code HTTP status, 0 where there was no answer
     */
    public record Answer(int code, String body) {
        boolean ok() {
            return code >= 200 && code < 300;
        }

        /** It was not sent, or not again, as another may be leading. */
        boolean isDropped() {
            return equals(DROPPED);
        }

        /** The object is not there, or not the one that was meant, or not in the state that was meant. */
        boolean isStale() {
            return code == 404 || code == 409 || code == 422;
        }

        /** It may be another one in a moment, whether or not the write took effect. */
        private boolean isPassing() {
            return code == 0 || code == 429 || code >= 500;
        }
    }

    /** @param mayWrite asked before every write: false drops it, as another may be leading */
    public ApiWriter(KubernetesClient client, int most, BooleanSupplier mayWrite, MeterRegistry metrics) {
        RequestConfig once = new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                .withRequestRetryBackoffLimit(0)
                .build();
        http = client.getHttpClient().newBuilder().tag(once).build();
        String url = client.getMasterUrl().toString();
        base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        this.most = most;
        this.mayWrite = mayWrite;
        this.metrics = metrics;
    }

    /** Whether anything would be sent now. */
    boolean mayWrite() {
        return mayWrite.getAsBoolean();
    }

    CompletableFuture<Answer> urgently(Kind kind, String method, String path, String contentType, String body) {
        return enqueue(urgent, kind, method, path, contentType, body);
    }

    CompletableFuture<Answer> whenIdle(Kind kind, String method, String path, String contentType, String body) {
        return enqueue(relaxed, kind, method, path, contentType, body);
    }

    private CompletableFuture<Answer> enqueue(
            Deque<Pending> queue, Kind kind, String method, String path, String contentType, String body) {
        HttpRequest request = http.newHttpRequestBuilder()
                .uri(base + path)
                .method(method, contentType, body)
                .header("Accept", SHORT_ANSWER)
                .build();
        Pending pending = new Pending(kind, request, new CompletableFuture<>());
        synchronized (this) {
            queue.add(pending);
        }
        dispatch();
        return pending.answer();
    }

    private void dispatch() {
        while (true) {
            Pending next;
            synchronized (this) {
                if (inFlight >= most || closed) {
                    return;
                }
                next = urgent.isEmpty() ? relaxed.poll() : urgent.poll();
                if (next == null) {
                    return;
                }
                inFlight++;
            }
            send(next);
        }
    }

    private void send(Pending pending) {
        send(pending, 0);
    }

    private void send(Pending pending, int retries) {
        if (isClosed() || !mayWrite.getAsBoolean()) {
            finish(pending, DROPPED);
            return;
        }
        CompletableFuture<Void> sent = attempt(pending.request())
                .handle((response, failure) -> new Attempt(answer(pending, response, failure), pause(response)))
                .thenAccept(attempt -> {
                    Answer answer = attempt.answer();
                    if (answer.isPassing() && retries < RETRIES) {
                        Duration usual = FIRST_RETRY.multipliedBy(1L << retries);
                        Duration pause = attempt.pause().compareTo(usual) > 0 ? attempt.pause() : usual;
                        after(pause).execute(() -> send(pending, retries + 1));
                    } else {
                        warnIfUnanswered(pending, answer);
                        finish(pending, answer);
                    }
                });
        sent.exceptionally(failure -> {
            LOG.error("the answer to {} was not dealt with", pending.request().uri(), failure);
            return null;
        });
    }

    /** A client that is closed, or is asked what it cannot send, throws at once; then too there is no answer. */
    private CompletableFuture<HttpResponse<byte[]>> attempt(HttpRequest request) {
        try {
            return http.sendAsync(request, byte[].class);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static void warnIfUnanswered(Pending pending, Answer answer) {
        if (answer.code() == 0) {
            HttpRequest request = pending.request();
            LOG.warn("{} {} failed: {}", request.method(), request.uri(), answer.body());
        }
    }

    /** Whoever is overloaded says so with {@code Retry-After}, in seconds. */
    private static Duration pause(@org.jspecify.annotations.Nullable HttpResponse<byte[]> response) {
        @org.jspecify.annotations.Nullable String seconds = response == null ? null : response.header("Retry-After");
        return seconds != null && seconds.matches("\\d{1,9}")
                ? Duration.ofSeconds(Math.min(LONGEST_PAUSE.toSeconds(), Long.parseLong(seconds)))
                : Duration.ZERO;
    }

    private static Executor after(Duration delay) {
        return CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Answer answer(
            Pending pending,
            @org.jspecify.annotations.Nullable HttpResponse<byte[]> response,
            @org.jspecify.annotations.Nullable Throwable failure) {
        if (response == null) {
            LOG.debug(
                    "{} {} failed: {}",
                    pending.request().method(),
                    pending.request().uri(),
                    String.valueOf(failure));
            return new Answer(0, String.valueOf(failure));
        }
        byte[] body = response.body();
        String text = body == null || response.isSuccessful() ? "" : new String(body, StandardCharsets.UTF_8);
        if (!response.isSuccessful()) {
            LOG.debug(
                    "{} {}: {} {}",
                    pending.request().method(),
                    pending.request().uri(),
                    response.code(),
                    text);
        }
        return new Answer(response.code(), text);
    }

    private void finish(Pending pending, Answer answer) {
        count(pending.kind(), answer);
        try {
            pending.answer().complete(answer);
        } finally {
            // Not before: what the answer leads to is part of the same work, and nobody may take the time between for
            // idle.
            synchronized (this) {
                inFlight--;
            }
            dispatch();
        }
    }

    private void count(Kind kind, Answer answer) {
        Catalog.API_WRITES.counter(metrics, kind.spelled()).increment();
        if (!answer.ok()) {
            String code = answer.isDropped() ? "dropped" : answer.code() == 0 ? "none" : String.valueOf(answer.code());
            Catalog.API_ERRORS.counter(metrics, kind.spelled(), code).increment();
        }
    }

    /** Writes that were not sent yet. */
    public synchronized int waiting() {
        return urgent.size() + relaxed.size();
    }

    /** Whether nothing waits, neither to be sent nor for its answer. */
    public synchronized boolean isIdle() {
        return inFlight == 0 && urgent.isEmpty() && relaxed.isEmpty();
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Sends nothing any more. */
    public synchronized void close() {
        closed = true;
    }
}
