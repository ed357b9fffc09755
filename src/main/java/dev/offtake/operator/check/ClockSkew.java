package dev.offtake.operator.check;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.URI;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** How far the clock of this process is from that of the API server: terms and due dates of contracts are read on it. */
final class ClockSkew {
    /** The header says whole seconds, and the answer takes some time. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final String CHECK = "clock";

    private final KubernetesClient client;
    private final Clock clock;

    ClockSkew(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    Finding look() {
        Instant before = clock.instant();
        @Nullable String date = version().header("Date");
        Instant after = clock.instant();
        if (date == null) {
            return Finding.warn(CHECK, "the API server does not say what time it is");
        }
        try {
            Instant there = DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from);
            return judge(before, there, after);
        } catch (DateTimeException e) {
            return Finding.warn(CHECK, "the API server says that it is '" + date + "', which is no time");
        }
    }

    /** Its second may be any between question and answer. */
    static Finding judge(Instant before, Instant there, Instant after) {
        Duration ahead = Duration.between(there.plusSeconds(1), before);
        Duration behind = Duration.between(after, there);
        Duration skew = ahead.compareTo(behind) > 0 ? ahead : behind;
        if (skew.compareTo(LIMIT) <= 0) {
            return Finding.ok(CHECK, "within " + LIMIT.toSeconds() + " s of the API server's");
        }
        return Finding.fail(
                CHECK,
                skew.toSeconds() + " s " + (skew.equals(ahead) ? "ahead of" : "behind")
                        + " the API server's; synchronise the clocks of the nodes");
    }

    private HttpResponse<byte[]> version() {
        HttpRequest request = client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(URI.create(client.getMasterUrl().toString()).resolve("version"))
                .build();
        try {
            return client.getHttpClient()
                    .sendAsync(request, byte[].class)
                    .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KubernetesClientException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new KubernetesClientException("the API server does not answer", e);
        }
    }
}
