package dev.offtake.testbed;

import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.GroupVersionForDiscovery;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Removes what a test left, finalizers included: whoever was to take them off may be gone. */
final class Cleanup {
    private static final String NO_FINALIZERS = "{\"metadata\":{\"finalizers\":null}}";
    /** One request for a whole collection. */
    private static final Map<String, Object> AT_ONCE = Map.of("gracePeriodSeconds", 0);

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final Duration BEFORE_FINALIZERS = Duration.ofSeconds(3);
    private static final int NAMESPACE_ATTEMPTS = 5;
    private static final ScheduledExecutorService LATER = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "testbed-cleanup");
        thread.setDaemon(true);
        return thread;
    });

    private final KubernetesClient client;

    Cleanup(KubernetesClient client) {
        this.client = client;
    }

    void beginNamespace(String name) {
        ignoringAbsence(() -> client.namespaces().withName(name).delete());
    }

    void removePods(String namespace) {
        ignoringAbsence(() -> client.raw("/api/v1/namespaces/" + namespace + "/pods", "DELETE", AT_ONCE));
        for (Pod pod : client.pods().inNamespace(namespace).list().getItems()) {
            dropFinalizers(pod);
            ignoringAbsence(() -> client.resource(pod).withGracePeriod(0).delete());
        }
    }

    void remove(HasMetadata object) {
        ignoringAbsence(() -> client.resource(object)
                .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                .withGracePeriod(0)
                .delete());
        ignoringAbsence(() -> {
            HasMetadata left = client.resource(object).get();
            if (left != null) {
                dropFinalizers(left);
            }
        });
    }

    void removeNodes(String label, String value) {
        ignoringAbsence(() -> client.raw("/api/v1/nodes?labelSelector=" + label + "%3D" + value, "DELETE", AT_ONCE));
    }

    /** Waits for the namespace controller in the background, and removes the finalizers that hold it up. */
    void finishNamespacesLater(Set<String> names) {
        later(List.copyOf(names), NAMESPACE_ATTEMPTS);
    }

    private void later(List<String> names, int attempts) {
        if (names.isEmpty()) {
            return;
        }
        LATER.schedule(
                () -> {
                    List<String> left = names.stream().filter(this::isThere).toList();
                    left.forEach(this::dropFinalizersIn);
                    if (attempts > 1) {
                        later(left, attempts - 1);
                    } else if (!left.isEmpty()) {
                        System.err.println("[test bed] namespaces that do not go: " + left);
                    }
                },
                BEFORE_FINALIZERS.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private boolean isThere(String namespace) {
        return client.namespaces().withName(namespace).get() != null;
    }

    private void dropFinalizersIn(String namespace) {
        for (ResourceDefinitionContext kind : namespacedKinds()) {
            ignoringAbsence(() -> client.genericKubernetesResources(kind)
                    .inNamespace(namespace)
                    .list()
                    .getItems()
                    .forEach(this::dropFinalizers));
        }
    }

    private List<ResourceDefinitionContext> namespacedKinds() {
        List<String> groupVersions = new ArrayList<>(List.of("v1"));
        client.getApiGroups().getGroups().stream()
                .map(group ->
                        Optional.ofNullable(group.getPreferredVersion()).map(GroupVersionForDiscovery::getGroupVersion))
                .flatMap(Optional::stream)
                .forEach(groupVersions::add);
        List<ResourceDefinitionContext> kinds = new ArrayList<>();
        for (String groupVersion : groupVersions) {
            int slash = groupVersion.indexOf('/');
            for (APIResource resource : client.getApiResources(groupVersion).getResources()) {
                if (Boolean.TRUE.equals(resource.getNamespaced())
                        && !resource.getName().contains("/")
                        && resource.getVerbs().contains("list")
                        && resource.getVerbs().contains("patch")) {
                    kinds.add(new ResourceDefinitionContext.Builder()
                            .withGroup(slash < 0 ? "" : groupVersion.substring(0, slash))
                            .withVersion(groupVersion.substring(slash + 1))
                            .withKind(resource.getKind())
                            .withPlural(resource.getName())
                            .withNamespaced(true)
                            .build());
                }
            }
        }
        return kinds;
    }

    private void dropFinalizers(HasMetadata object) {
        ObjectMeta metadata = object.getMetadata();
        if (metadata.getFinalizers() != null && !metadata.getFinalizers().isEmpty()) {
            ignoringAbsence(() -> client.resource(object).patch(MERGE, NO_FINALIZERS));
        }
    }

    private static void ignoringAbsence(Runnable request) {
        try {
            request.run();
        } catch (KubernetesClientException e) {
            if (e.getCode() != 404 && e.getCode() != 409) {
                throw e;
            }
        }
    }
}
