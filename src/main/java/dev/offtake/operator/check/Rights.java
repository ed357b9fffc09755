package dev.offtake.operator.check;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether whoever asks has every right of the operator, as {@code deploy/rbac.yaml} ships them. */
final class Rights {
    private static final String RESOURCE = "/dev/offtake/rbac.yaml";
    private static final String NAME = "offtake-operator";

    private final KubernetesClient client;
    private final List<ResourceAttributes> needed;

    private Rights(KubernetesClient client, List<ResourceAttributes> needed) {
        this.client = client;
        this.needed = needed;
    }

    /** @param namespace of the operator, for the rights that it has there only */
    static Rights shipped(KubernetesClient client, String namespace) {
        List<ResourceAttributes> needed = new ArrayList<>();
        for (String document : manifest().split("(?m)^---\\s*$", -1)) {
            GenericKubernetesResource object =
                    client.getKubernetesSerialization().unmarshal(document, GenericKubernetesResource.class);
            boolean everywhere = object.getKind().equals("ClusterRole");
            if ((everywhere || object.getKind().equals("Role"))
                    && object.getMetadata().getName().equals(NAME)) {
                List<Map<String, Object>> rules = object.get("rules");
                for (Map<String, Object> rule : rules) {
                    needed.addAll(of(
                            client.getKubernetesSerialization().convertValue(rule, PolicyRule.class),
                            everywhere ? "" : namespace));
                }
            }
        }
        return new Rights(client, List.copyOf(needed));
    }

    Finding look() {
        List<String> missing = needed.stream()
                .filter(right -> !isAllowed(right))
                .map(Rights::text)
                .toList();
        return missing.isEmpty()
                ? Finding.ok("rights", "all " + needed.size() + " are granted")
                : Finding.fail(
                        "rights",
                        "not granted: " + String.join(", ", missing)
                                + "; run helm upgrade, or without Helm apply deploy/rbac.yaml");
    }

    private boolean isAllowed(ResourceAttributes right) {
        return client.authorization()
                .v1()
                .selfSubjectAccessReview()
                .create(new SelfSubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withResourceAttributes(right)
                        .endSpec()
                        .build())
                .getStatus()
                .getAllowed();
    }

    private static List<ResourceAttributes> of(PolicyRule rule, String namespace) {
        List<ResourceAttributes> rights = new ArrayList<>();
        List<String> names = rule.getResourceNames().isEmpty() ? List.of("") : rule.getResourceNames();
        for (String group : rule.getApiGroups()) {
            for (String resource : rule.getResources()) {
                for (String verb : rule.getVerbs()) {
                    names.forEach(name -> rights.add(right(group, resource, verb, name, namespace)));
                }
            }
        }
        return rights;
    }

    private static ResourceAttributes right(String group, String resource, String verb, String name, String namespace) {
        String[] parts = resource.split("/", 2);
        return new ResourceAttributesBuilder()
                .withGroup(group)
                .withResource(parts[0])
                .withSubresource(parts.length > 1 ? parts[1] : "")
                .withVerb(verb)
                .withName(name)
                .withNamespace(namespace)
                .build();
    }

    private static String text(ResourceAttributes right) {
        String resource = right.getResource()
                + (right.getSubresource().isEmpty() ? "" : "/" + right.getSubresource())
                + (right.getGroup().isEmpty() ? "" : "." + right.getGroup());
        return right.getVerb() + " " + resource
                + (right.getName().isEmpty() ? "" : " " + right.getName())
                + (right.getNamespace().isEmpty() ? "" : " in " + right.getNamespace());
    }

    private static String manifest() {
        try (InputStream manifest = Rights.class.getResourceAsStream(RESOURCE)) {
            if (manifest == null) {
                throw new IllegalStateException(RESOURCE + " is not on the class path");
            }
            return new String(manifest.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
