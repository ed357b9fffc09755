package dev.offtake.demo;

import static org.awaitility.Awaitility.await;

import dev.offtake.api.Condition;
import dev.offtake.api.GPUPool;
import dev.offtake.api.GPUPoolStatus;
import dev.offtake.api.GPUWorkload;
import dev.offtake.api.TenantContract;
import dev.offtake.api.TenantContractStatus;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What kubectl would show, waited for. */
final class Sight {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KubernetesClient client;

    Sight(KubernetesClient client) {
        this.client = client;
    }

    GPUPoolStatus pool(String name, Predicate<GPUPoolStatus> until) {
        return waitFor(
                "pool " + name,
                () -> Optional.ofNullable(
                                client.resources(GPUPool.class).withName(name).get())
                        .map(GPUPool::getStatus)
                        .filter(until));
    }

    TenantContractStatus contract(String name, Predicate<TenantContractStatus> until) {
        return waitFor(
                "contract " + name,
                () -> Optional.ofNullable(client.resources(TenantContract.class)
                                .withName(name)
                                .get())
                        .map(TenantContract::getStatus)
                        .filter(until));
    }

    GPUWorkload gang(String namespace, String job, Predicate<GPUWorkload> until) {
        return waitFor(
                "gang of Job " + job,
                () -> Optional.ofNullable(client.resources(GPUWorkload.class)
                                .inNamespace(namespace)
                                .withName("job-" + job)
                                .get())
                        .filter(workload -> workload.getStatus() != null)
                        .filter(until));
    }

    List<Pod> runningPods(String namespace, String job, int count) {
        return waitFor(
                count + " running pods of Job " + job,
                () -> Optional.of(pods(namespace, job).stream()
                                .filter(pod -> pod.getStatus() != null
                                        && "Running".equals(pod.getStatus().getPhase()))
                                .toList())
                        .filter(pods -> pods.size() == count));
    }

    List<Pod> pods(String namespace, String job) {
        return client.pods()
                .inNamespace(namespace)
                .withLabel("job-name", job)
                .list()
                .getItems();
    }

    Node node(String name) {
        return client.nodes().withName(name).get();
    }

    /** Values of a node label over the nodes of pods. */
    Set<String> cells(List<Pod> pods, String label) {
        Set<String> values = new TreeSet<>();
        pods.forEach(pod -> values.add(
                node(pod.getSpec().getNodeName()).getMetadata().getLabels().get(label)));
        return values;
    }

    static GPUPoolStatus.Level level(GPUPoolStatus pool, String name) {
        return pool.levels().stream()
                .filter(level -> level.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static Optional<Condition> condition(List<Condition> conditions, String type) {
        return conditions.stream().filter(c -> c.type().equals(type)).findFirst();
    }

    private static <T> T waitFor(String what, Supplier<Optional<T>> look) {
        return await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(look::get, Optional::isPresent)
                .orElseThrow();
    }
}
