package dev.offtake.testbed;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The nodes of a fleet on the control plane, and what may befall them. Nodes are named by their real names. */
public final class LiveFleet {
    private static final int CREATORS = 8;
    private static final PatchContext STRATEGIC = PatchContext.of(PatchType.STRATEGIC_MERGE);

    private final KubernetesClient client;
    private final List<String> names;
    private final int traysPerRack;
    private final String resourceName;

    private LiveFleet(KubernetesClient client, List<String> names, int traysPerRack, String resourceName) {
        this.client = client;
        this.names = List.copyOf(names);
        this.traysPerRack = traysPerRack;
        this.resourceName = resourceName;
    }

    static LiveFleet create(Sandbox sandbox, List<Node> nodes, int traysPerRack, String resourceName) {
        sandbox.ownNodes();
        KubernetesClient client = sandbox.client();
        ExecutorService creators = Executors.newFixedThreadPool(CREATORS);
        try {
            List<Future<Node>> created = new ArrayList<>();
            nodes.forEach(node ->
                    created.add(creators.submit(() -> client.resource(node).create())));
            for (Future<Node> one : created) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a node of the fleet was refused", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while nodes were made", e);
        } finally {
            creators.shutdownNow();
        }
        return new LiveFleet(
                client, nodes.stream().map(node -> node.getMetadata().getName()).toList(), traysPerRack, resourceName);
    }

    /** Names of all nodes as they were made, in order of rack and tray. */
    public List<String> nodes() {
        return names;
    }

    /** Names of the nodes of one rack, counted from 0. */
    public List<String> rack(int rack) {
        return names.subList(rack * traysPerRack, (rack + 1) * traysPerRack);
    }

    /** Name of one node; rack and tray count from 0. */
    public String node(int rack, int tray) {
        return rack(rack).get(tray);
    }

    public void cordon(String node) {
        patch(node, Map.of("spec", Map.of("unschedulable", true)));
    }

    public void uncordon(String node) {
        patch(node, Map.of("spec", Map.of("unschedulable", false)));
    }

    public void notReady(String node) {
        condition(node, "Ready", "False");
    }

    public void ready(String node) {
        condition(node, "Ready", "True");
    }

    /** Sets one condition and leaves the others. */
    public void condition(String node, String type, String status) {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        patchStatus(
                node,
                Map.of(
                        "conditions",
                        List.of(Map.of(
                                "type", type,
                                "status", status,
                                "reason", "Testbed",
                                "lastHeartbeatTime", now,
                                "lastTransitionTime", now))));
    }

    /** Lowers what is allocatable below the capacity, as the device plugin does for GPUs that fell off. */
    public void loseGpus(String node, int count) {
        int capacity = Integer.parseInt(
                handle(node).get().getStatus().getCapacity().get(resourceName).getAmount());
        allocatable(node, resourceName, Integer.toString(capacity - count));
    }

    /** Sets what is allocatable of one resource. */
    public void allocatable(String node, String resource, String quantity) {
        patchStatus(node, Map.of("allocatable", Map.of(resource, quantity)));
    }

    public void relabel(String node, String key, String value) {
        patch(node, Map.of("metadata", Map.of("labels", Map.of(key, value))));
    }

    public void removeLabel(String node, String key) {
        Map<String, String> removed = new HashMap<>();
        removed.put(key, null);
        patch(node, Map.of("metadata", Map.of("labels", removed)));
    }

    public void taint(String node, String key, String value, String effect) {
        patch(node, Map.of("spec", Map.of("taints", List.of(Map.of("key", key, "value", value, "effect", effect)))));
    }

    public void removeTaints(String node) {
        Map<String, Object> none = new HashMap<>();
        none.put("taints", null);
        patch(node, Map.of("spec", none));
    }

    /** Pods of this node stay as they are from now on, also when they are deleted. */
    public void stopKubelet(String node) {
        relabel(node, TestKubelet.NO_KUBELET, "true");
    }

    /** Undoes {@link #stopKubelet}. */
    public void startKubelet(String node) {
        removeLabel(node, TestKubelet.NO_KUBELET);
    }

    public void delete(String node) {
        handle(node).delete();
    }

    private Resource<Node> handle(String node) {
        if (!names.contains(node)) {
            throw new IllegalArgumentException("node \"" + node + "\" is not of this fleet");
        }
        return client.nodes().withName(node);
    }

    private void patch(String node, Map<String, Object> change) {
        handle(node).patch(STRATEGIC, json(change));
    }

    private void patchStatus(String node, Map<String, Object> status) {
        handle(node).subresource("status").patch(STRATEGIC, json(Map.of("status", status)));
    }

    private String json(Map<String, Object> value) {
        return client.getKubernetesSerialization().asJson(value);
    }
}
