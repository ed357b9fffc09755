package dev.offtake.bench;

import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/** Makes nodes and pods as fast as one client can: bodies are made beforehand, answers are not parsed. */
final class Load implements AutoCloseable {
    /** A pod as a training team would write it, with one GPU; parameters: name. */
    private static final String POD = """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","labels":{"app":"train","team":"vision"}},
            "spec":{"restartPolicy":"Never","terminationGracePeriodSeconds":30,
            "containers":[{"name":"main","image":"registry.example/train:1.4.2","command":["python","train.py"],
            "env":[{"name":"NCCL_DEBUG","value":"WARN"},{"name":"EPOCHS","value":"90"}],
            "resources":{"requests":{"cpu":"4","memory":"32Gi"},"limits":{"memory":"32Gi","nvidia.com/gpu":"1"}}}]}}
            """;

    private static final ListOptions ONE =
            new ListOptionsBuilder().withLimit(1L).build();

    private final KubernetesClient client;
    private final HttpClient http;
    private final String base;
    private final int inFlight;

    /** @param inFlight requests that wait for their answer at a time */
    Load(KubernetesClient client, int inFlight) {
        this.client = client;
        this.inFlight = inFlight;
        http = client.getHttpClient();
        base = client.getMasterUrl().toString().replaceAll("/$", "");
    }

    /** Makes {@code count} pods and returns when all are made. */
    void pods(String namespace, int count) {
        post(
                "/api/v1/namespaces/" + namespace + "/pods",
                IntStream.range(0, count)
                        .mapToObj(i -> POD.formatted("train-%05d".formatted(i)))
                        .toList());
    }

    /** Makes nodes, and returns when all are made. */
    void nodes(List<Node> nodes) {
        post(
                "/api/v1/nodes",
                nodes.stream().map(client.getKubernetesSerialization()::asJson).toList());
    }

    private void post(String path, List<String> bodies) {
        List<HttpRequest> requests = new ArrayList<>();
        for (String body : bodies) {
            requests.add(http.newHttpRequestBuilder()
                    .uri(base + path)
                    .method("POST", "application/json", body)
                    .build());
        }
        Semaphore free = new Semaphore(inFlight);
        AtomicReference<String> failure = new AtomicReference<>("");
        for (HttpRequest request : requests) {
            free.acquireUninterruptibly();
            http.sendAsync(request, byte[].class).whenComplete((answer, thrown) -> {
                if (thrown != null) {
                    failure.set(thrown.toString());
                } else if (!answer.isSuccessful()) {
                    failure.set(answer.code() + " " + new String(answer.body(), StandardCharsets.UTF_8));
                }
                free.release();
            });
        }
        free.acquireUninterruptibly(inFlight);
        if (!failure.get().isEmpty()) {
            throw new IllegalStateException("POST " + path + ": " + failure.get());
        }
    }

    /** Counts pods of a namespace from now on as they are bound. */
    Bound bound(String namespace) {
        return new Bound(client, namespace);
    }

    /** Removes all pods of a namespace and waits until they are gone; nobody runs them, so nobody ends them either. */
    void removePods(String namespace) {
        HttpRequest request = http.newHttpRequestBuilder()
                .uri(base + "/api/v1/namespaces/" + namespace + "/pods")
                .method("DELETE", "application/json", "{\"gracePeriodSeconds\":0}")
                .build();
        do {
            http.sendAsync(request, byte[].class).join();
        } while (!client.pods().inNamespace(namespace).list(ONE).getItems().isEmpty());
    }

    @Override
    public void close() {
        client.close();
    }
}
