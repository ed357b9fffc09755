package dev.offtake.operator.policy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The objects of {@code deploy/policies.yaml}. */
final class PolicyManifest {
    private final List<GenericKubernetesResource> objects;

    PolicyManifest(String yaml, KubernetesSerialization serialization) {
        objects = Arrays.stream(yaml.split("(?m)^---\\s*$"))
                .filter(PolicyManifest::hasContent)
                .map(document -> serialization.unmarshal(document, GenericKubernetesResource.class))
                .toList();
    }

    private static boolean hasContent(String document) {
        return document.lines().anyMatch(line -> !line.isBlank() && !line.startsWith("#"));
    }

    List<GenericKubernetesResource> objects() {
        return objects;
    }

    /** How messages and metrics name an object. */
    static String label(GenericKubernetesResource object) {
        return object.getKind() + " " + object.getMetadata().getName();
    }

    /** The first field in which a live object differs; what is said in a ConfigMap is the cluster's own business. */
    static Optional<String> difference(GenericKubernetesResource expected, GenericKubernetesResource live) {
        return expected.getKind().equals("ConfigMap")
                ? Optional.empty()
                : FieldDiff.first("", content(expected), content(live));
    }

    private static Map<String, Object> content(GenericKubernetesResource object) {
        Map<String, Object> content = new LinkedHashMap<>(object.getAdditionalProperties());
        content.remove("status");
        return content;
    }
}
