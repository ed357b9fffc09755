package dev.offtake.operator.policy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads the live objects and compares them with the manifest: one request for each kind. */
final class PolicyReader {
    private static final String CONFIG_MAP = "ConfigMap";

    private final KubernetesClient client;
    private final PolicyManifest manifest;

    PolicyReader(KubernetesClient client, PolicyManifest manifest) {
        this.client = client;
        this.manifest = manifest;
    }

    /** @throws KubernetesClientException if something cannot be read */
    PolicyState read() {
        Map<String, Optional<Map<String, GenericKubernetesResource>>> live = new HashMap<>();
        TreeSet<String> unserved = new TreeSet<>();
        List<String> missing = new ArrayList<>();
        List<PolicyState.Change> changed = new ArrayList<>();
        Optional<GpuNames> gpuNames = Optional.empty();
        for (GenericKubernetesResource expected : manifest.objects()) {
            Optional<Map<String, GenericKubernetesResource>> ofKind =
                    live.computeIfAbsent(expected.getKind(), kind -> ofKind(expected));
            if (ofKind.isEmpty()) {
                unserved.add(expected.getKind() + " " + expected.getApiVersion());
                continue;
            }
            @Nullable
            GenericKubernetesResource found =
                    ofKind.get().get(expected.getMetadata().getName());
            String label = PolicyManifest.label(expected);
            if (found == null) {
                missing.add(label);
                continue;
            }
            PolicyManifest.difference(expected, found)
                    .ifPresent(field -> changed.add(new PolicyState.Change(label, field)));
            if (expected.getKind().equals(CONFIG_MAP)) {
                gpuNames = Optional.of(
                        found.getAdditionalProperties().get("data") instanceof Map<?, ?> data
                                ? GpuNames.of(data)
                                : GpuNames.of(Map.of()));
            }
        }
        return new PolicyState(true, List.copyOf(unserved), missing, changed, gpuNames, "");
    }

    /** All objects of a kind by name; empty if the API server does not serve it. */
    private Optional<Map<String, GenericKubernetesResource>> ofKind(GenericKubernetesResource example) {
        String apiVersion = example.getApiVersion();
        int slash = apiVersion.indexOf('/');
        ResourceDefinitionContext kind = new ResourceDefinitionContext.Builder()
                .withGroup(slash < 0 ? "" : apiVersion.substring(0, slash))
                .withVersion(apiVersion.substring(slash + 1))
                .withKind(example.getKind())
                .withPlural(plural(example.getKind()))
                .withNamespaced(example.getMetadata().getNamespace() != null)
                .build();
        Map<String, GenericKubernetesResource> byName = new TreeMap<>();
        // There is one ConfigMap of ours, and no right to list the others.
        if (example.getKind().equals(CONFIG_MAP)) {
            Optional.ofNullable(client.genericKubernetesResources(kind)
                            .inNamespace(example.getMetadata().getNamespace())
                            .withName(example.getMetadata().getName())
                            .get())
                    .ifPresent(map -> byName.put(map.getMetadata().getName(), map));
            return Optional.of(byName);
        }
        try {
            client.genericKubernetesResources(kind)
                    .list()
                    .getItems()
                    .forEach(o -> byName.put(o.getMetadata().getName(), o));
            return Optional.of(byName);
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static String plural(String kind) {
        String lower = kind.toLowerCase(Locale.ROOT);
        if (lower.endsWith("y")) {
            return lower.substring(0, lower.length() - 1) + "ies";
        }
        return lower + (lower.endsWith("s") ? "es" : "s");
    }
}
