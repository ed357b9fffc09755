package dev.offtake.operator.policy;

import dev.offtake.api.Enforcement;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
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
public final class PolicyReader {
    private static final String CONFIG_MAP = "ConfigMap";

    private static final String NAMES = "offtake-resources";

    private final KubernetesClient client;
    private final PolicyManifest manifest;
    private final String namespace;
    private final Optional<Enforcement> enforcement;

    /**
     * @param namespace of the operator
     * @param enforcement that the operator was told; empty where only the installation is looked at
     */
    PolicyReader(
            KubernetesClient client, PolicyManifest manifest, String namespace, Optional<Enforcement> enforcement) {
        this.client = client;
        this.manifest = manifest;
        this.namespace = namespace;
        this.enforcement = enforcement;
    }

    /** Against the manifest on the class path, installed with whatever values. */
    public static PolicyReader ofShipped(KubernetesClient client, String namespace) {
        return ofShipped(client, namespace, Optional.empty());
    }

    /** Against the manifest on the class path, for an operator that was told so. */
    static PolicyReader ofShipped(KubernetesClient client, String namespace, Optional<Enforcement> enforcement) {
        PolicyManifest shipped = new PolicyManifest(
                resource("policies.yaml"), resource("uncontracted-refuse.yaml"), client.getKubernetesSerialization());
        return new PolicyReader(client, shipped, namespace, enforcement);
    }

    private static String resource(String name) {
        try (InputStream manifest = PolicyReader.class.getResourceAsStream("/dev/offtake/" + name)) {
            if (manifest == null) {
                throw new IllegalStateException("/dev/offtake/" + name + " is not on the class path");
            }
            return new String(manifest.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Looks once.
     *
     * @throws KubernetesClientException if something cannot be read
     */
    public PolicyState read() {
        Optional<GenericKubernetesResource> names = names();
        Map<?, ?> data = names.<Map<?, ?>>map(map -> map.get("data")).orElse(Map.of());
        Map<String, Optional<Map<String, GenericKubernetesResource>>> live = new HashMap<>();
        live.put(CONFIG_MAP, Optional.of(names.map(map -> Map.of(NAMES, map)).orElse(Map.of())));
        TreeSet<String> unserved = new TreeSet<>();
        List<String> missing = new ArrayList<>();
        List<PolicyState.Change> changed = new ArrayList<>();
        Installation installation = Installation.of(namespace, data);
        if (names.isPresent()
                && enforcement.filter(e -> e != installation.enforcement()).isPresent()) {
            changed.add(new PolicyState.Change(CONFIG_MAP + " " + NAMES, "data.enforcement"));
        }
        for (GenericKubernetesResource expected : manifest.objects(installation)) {
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
        }
        return new PolicyState(true, List.copyOf(unserved), missing, changed, names.map(map -> GpuNames.of(data)), "");
    }

    /** There is one ConfigMap of ours, and no right to list the others. */
    private Optional<GenericKubernetesResource> names() {
        ResourceDefinitionContext configMaps = new ResourceDefinitionContext.Builder()
                .withVersion("v1")
                .withKind(CONFIG_MAP)
                .withPlural("configmaps")
                .withNamespaced(true)
                .build();
        return Optional.ofNullable(client.genericKubernetesResources(configMaps)
                .inNamespace(namespace)
                .withName(NAMES)
                .get());
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
                .withNamespaced(false)
                .build();
        Map<String, GenericKubernetesResource> byName = new TreeMap<>();
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
