package dev.offtake.scenario;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Follows all pods, one change at a time as the API server made them, and notes each at which the released pods of a
 * contract were more than it sells, or those of a node more than it has.
 */
final class ClaimWatch implements ResourceEventHandler<Pod>, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NODE_NAME = "metadata.name";

    private final Map<String, Limit> contracts;
    private final int gpusPerNode;
    private final SharedIndexInformer<Pod> informer;
    private final Map<String, Held> held = new HashMap<>();
    private final Map<String, Set<String>> seen = new HashMap<>();
    private final List<String> violations = new ArrayList<>();

    /** What a contract sells: GPUs, or nodes. */
    record Limit(String unit, int quantity) {}

    private record Held(String contract, String node, int gpus) {}

    /** @param contracts what is sold, by name; pods of others are not looked at */
    ClaimWatch(KubernetesClient client, Map<String, Limit> contracts, int gpusPerNode) {
        this.contracts = Map.copyOf(contracts);
        this.gpusPerNode = gpusPerNode;
        informer = client.pods().inAnyNamespace().inform(this);
    }

    @Override
    public synchronized void onAdd(Pod pod) {
        Optional<JsonNode> claim = claim(pod);
        boolean finished =
                Set.of("Succeeded", "Failed").contains(pod.getStatus().getPhase());
        if (claim.isEmpty() || !contracts.containsKey(contractOf(claim.get()))) {
            return;
        }
        seen.computeIfAbsent(gang(pod), gang -> new HashSet<>())
                .add(pod.getMetadata().getUid());
        notifyAll();
        if (finished) {
            held.remove(pod.getMetadata().getUid());
            return;
        }
        Held now = new Held(contractOf(claim.get()), node(pod), gpus(pod));
        if (!now.equals(held.put(pod.getMetadata().getUid(), now))) {
            check(pod, now);
        }
    }

    @Override
    public void onUpdate(Pod before, Pod pod) {
        if (!before.getMetadata().getUid().equals(pod.getMetadata().getUid())) {
            onDelete(before, false);
        }
        onAdd(pod);
    }

    @Override
    public synchronized void onDelete(Pod pod, boolean unknownState) {
        held.remove(pod.getMetadata().getUid());
    }

    private void check(Pod pod, Held last) {
        Limit limit = contracts.get(last.contract());
        List<Held> claims = held.values().stream()
                .filter(h -> h.contract().equals(last.contract()))
                .toList();
        long taken = limit.unit().equals("node")
                ? claims.stream().map(Held::node).distinct().count()
                : claims.stream().mapToInt(Held::gpus).sum();
        if (taken > limit.quantity()) {
            violations.add(describe(pod) + " makes it " + taken + " of " + limit + ": " + claims);
        }
        int onNode = held.values().stream()
                .filter(h -> h.node().equals(last.node()))
                .mapToInt(Held::gpus)
                .sum();
        if (onNode > gpusPerNode) {
            violations.add(describe(pod) + " makes it " + onNode + " GPUs on " + last.node());
        }
    }

    /** What went wrong up to now. */
    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    /** How many pods of a Job, or of nobody, have been released up to now. */
    synchronized int released(Workspace where, String job) {
        return seen.getOrDefault(where.name() + "/" + job, Set.of()).size();
    }

    /** Returns when so many pods have been released, or the time is over. */
    synchronized void awaitReleased(int pods, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        try {
            while (released() < pods && System.nanoTime() < end) {
                TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many pods have been released up to now. */
    synchronized int released() {
        return seen.values().stream().mapToInt(Set::size).sum();
    }

    private static String describe(Pod pod) {
        return pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName() + " at "
                + pod.getMetadata().getResourceVersion();
    }

    private static String gang(Pod pod) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        return pod.getMetadata().getNamespace() + "/" + (labels == null ? "" : labels.getOrDefault("job-name", ""));
    }

    private static Optional<JsonNode> claim(Pod pod) {
        return Optional.ofNullable(pod.getMetadata().getAnnotations())
                .map(all -> all.get("offtake.dev/claim"))
                .map(ClaimWatch::read);
    }

    private static JsonNode read(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String contractOf(JsonNode claim) {
        return claim.path("contract").asText();
    }

    /** Contract, commitment and tier of a released pod. */
    static String account(Pod pod) {
        JsonNode claim = claim(pod).orElseThrow();
        return contractOf(claim) + "/" + claim.path("commitment").asText() + "/"
                + claim.path("tier").asText();
    }

    /** The node that it is bound or pinned to. */
    private static String node(Pod pod) {
        return Optional.ofNullable(pod.getSpec().getNodeName())
                .orElseGet(() -> pod
                        .getSpec()
                        .getAffinity()
                        .getNodeAffinity()
                        .getRequiredDuringSchedulingIgnoredDuringExecution()
                        .getNodeSelectorTerms()
                        .get(0)
                        .getMatchFields()
                        .stream()
                        .filter(field -> field.getKey().equals(NODE_NAME))
                        .findFirst()
                        .orElseThrow()
                        .getValues()
                        .get(0));
    }

    private static int gpus(Pod pod) {
        return pod.getSpec().getContainers().stream()
                .mapToInt(c -> Integer.parseInt(
                        c.getResources().getLimits().get("nvidia.com/gpu").getAmount()))
                .sum();
    }

    @Override
    public void close() {
        informer.close();
    }
}
