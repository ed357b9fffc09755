package dev.offtake.operator.policy;

import dev.offtake.api.Enforcement;
import dev.offtake.api.OfftakeLabels;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The objects of {@code deploy/policies.yaml}, which is the chart rendered with its default values, as any values make them. */
final class PolicyManifest {
    /** Namespace of the default values. */
    static final String DEFAULT_NAMESPACE = "offtake-system";

    private static final String KUBE_SYSTEM = "kube-system";
    private static final String NAMESPACE = "namespace: " + DEFAULT_NAMESPACE;
    private static final String EXEMPT = values(List.of(KUBE_SYSTEM, DEFAULT_NAMESPACE));

    private static final String LABEL = "key: " + OfftakeLabels.ENFORCEMENT + ", operator: ";
    private static final String ENFORCED = LABEL + "NotIn, values: [Report]";
    private static final String REPORTED = LABEL + "In, values: [Report]";
    private static final String ENFORCED_BY_LABEL = LABEL + "In, values: [Enforce]";
    private static final String REPORTED_ELSE = LABEL + "NotIn, values: [Enforce]";
    /** Bindings of the rules for everybody's pods. */
    private static final Pattern FOR_EVERYBODY = Pattern.compile(
            "(policyName: (?:preempting|uncontracted)\\.offtake\\.dev\n(?:.*\n)*?  validationActions: )\\[Deny\\]");

    private final String always;
    private final String refusing;
    private final KubernetesSerialization serialization;

    /**
     * @param always what is there with any values
     * @param refusing what {@code uncontracted: Refuse} adds
     */
    PolicyManifest(String always, String refusing, KubernetesSerialization serialization) {
        this.always = always;
        this.refusing = refusing;
        this.serialization = serialization;
    }

    private static boolean hasContent(String document) {
        return document.lines().anyMatch(line -> !line.isBlank() && !line.startsWith("#"));
    }

    /** Quoted, as a name of digits is a name too. */
    private static String values(Collection<String> names) {
        return "values: [\"" + String.join("\", \"", names) + "\"]";
    }

    List<GenericKubernetesResource> objects(Installation installation) {
        LinkedHashSet<String> exempt = new LinkedHashSet<>(List.of(KUBE_SYSTEM, installation.namespace()));
        exempt.addAll(installation.exemptNamespaces());
        String yaml = (installation.refusesUncontracted() ? always + "\n---\n" + refusing : always)
                .replace(NAMESPACE, "namespace: " + installation.namespace())
                .replace(EXEMPT, values(exempt));
        if (installation.enforcement() == Enforcement.REPORT) {
            yaml = FOR_EVERYBODY
                    .matcher(yaml.replace(ENFORCED, ENFORCED_BY_LABEL).replace(REPORTED, REPORTED_ELSE))
                    .replaceAll("$1[Warn, Audit]");
        }
        return Arrays.stream(yaml.split("(?m)^---\\s*$"))
                .filter(PolicyManifest::hasContent)
                .map(document -> serialization.unmarshal(document, GenericKubernetesResource.class))
                .toList();
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
