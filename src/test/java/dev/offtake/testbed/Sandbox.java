package dev.offtake.testbed;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What belongs to one test on the shared control plane: names that no other test has, and the end of everything it
 * made. At its end nodes, pods and owned objects are gone; namespaces fade in the background.
 */
public final class Sandbox implements AutoCloseable {
    /** Label of all nodes and namespaces of a sandbox; its value is {@link #id()}. Pools select their nodes by it. */
    public static final String LABEL = "testbed.offtake.dev/sandbox";

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final ControlPlane controlPlane;
    private final KubernetesClient client;
    private final String id = "t" + Integer.toString(COUNT.incrementAndGet(), Character.MAX_RADIX);
    private final Set<String> namespaces = new HashSet<>();
    private final Deque<HasMetadata> owned = new ArrayDeque<>();
    private boolean hasNodes;

    Sandbox(ControlPlane controlPlane) {
        this.controlPlane = controlPlane;
        this.client = controlPlane.adminClient();
    }

    /** Short, a valid label value and part of a name, different for each sandbox. */
    public String id() {
        return id;
    }

    public ControlPlane controlPlane() {
        return controlPlane;
    }

    /** A member of {@code system:masters}. */
    public KubernetesClient client() {
        return client;
    }

    /** The label that all nodes of this sandbox carry, for the node selector of a pool or pod. */
    public Map<String, String> nodeLabel() {
        return Map.of(LABEL, id);
    }

    /** A name for a cluster-scoped object: the same for the same base, different in each sandbox. */
    public String name(String base) {
        return base + "-" + id;
    }

    /** The namespace of that base name, made if it is not there. */
    public String namespace(String base) {
        return namespace(base, Map.of());
    }

    /**
     * The namespace of that base name, made with these labels if it is not there.
     *
     * @return its real name
     */
    public synchronized String namespace(String base, Map<String, String> labels) {
        String name = name(base);
        if (namespaces.add(name)) {
            client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .addToLabels(LABEL, id)
                            .addToLabels(labels)
                            .endMetadata()
                            .build())
                    .create();
        }
        return name;
    }

    /** Makes an object that is removed at the end of the test. */
    public <T extends HasMetadata> T create(T object) {
        T created = client.resource(object).create();
        own(created);
        return created;
    }

    /** Removes an object that somebody else made at the end of the test; what lies in a namespace of it goes anyway. */
    public synchronized void own(HasMetadata object) {
        owned.push(object);
    }

    synchronized void ownNodes() {
        hasNodes = true;
    }

    @Override
    public synchronized void close() {
        Cleanup cleanup = new Cleanup(client);
        if (controlPlane.hasSchedulerAndControllers()) {
            // First, so that no controller makes what was just removed.
            namespaces.forEach(cleanup::beginNamespace);
        }
        namespaces.forEach(cleanup::removePods);
        owned.forEach(cleanup::remove);
        if (hasNodes) {
            cleanup.removeNodes(LABEL, id);
        }
        if (controlPlane.hasSchedulerAndControllers()) {
            cleanup.finishNamespacesLater(namespaces);
        }
        owned.clear();
    }
}
