package dev.offtake.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The manifests of {@code deploy/} agree with each other and with what the operator expects of them. */
class ManifestsTest {
    private static final List<GenericKubernetesResource> POLICIES = objects("policies.yaml");

    /** All objects of a file below {@code deploy/}. */
    static List<GenericKubernetesResource> objects(String file) {
        return Arrays.stream(InstalledPolicies.text(file).split("(?m)^---$"))
                .filter(document -> document.contains("kind:"))
                .map(document -> Serialization.unmarshal(document, GenericKubernetesResource.class))
                .toList();
    }

    @Test
    void everyPolicyAndBindingSaysItsVersionAndWhoseItIs() {
        assertThat(ofKind("Policy", "PolicyBinding", "PriorityClass"))
                .hasSizeGreaterThan(15)
                .allSatisfy(policy -> {
                    assertThat(policy.getMetadata().getLabels()).containsEntry("app.kubernetes.io/part-of", "offtake");
                    assertThat(policy.getMetadata().getAnnotations()).containsKey("offtake.dev/policy-version");
                });
    }

    @Test
    void everyPolicyIsBoundButTheOptionalOne() {
        Set<String> bound = ofKind("PolicyBinding").stream()
                .map(binding -> binding.<String>get("spec", "policyName"))
                .collect(Collectors.toSet());

        assertThat(names(ofKind("Policy")))
                .containsExactlyInAnyOrderElementsOf(plus(bound, "uncontracted.offtake.dev"));
        assertThat(objects("uncontracted-refuse.yaml"))
                .extracting(binding -> binding.<String>get("spec", "policyName"))
                .containsExactly("uncontracted.offtake.dev");
    }

    @Test
    void everyPolicyThatReadsTheConfigMapIsBoundToIt() {
        Map<String, List<GenericKubernetesResource>> bindings = Stream.concat(
                        ofKind("PolicyBinding").stream(), objects("uncontracted-refuse.yaml").stream())
                .collect(Collectors.groupingBy(b -> b.get("spec", "policyName")));

        assertThat(ofKind("Policy")).allSatisfy(policy -> {
            boolean reads = Serialization.asYaml(policy).contains("params.");
            assertThat(policy.<Object>get("spec", "paramKind") != null).isEqualTo(reads);
            assertThat(bindings.get(policy.getMetadata().getName())).allSatisfy(binding -> {
                Map<String, Object> reference = binding.get("spec", "paramRef");
                assertThat(reference != null).isEqualTo(reads);
                if (reads) {
                    assertThat(reference)
                            .containsEntry("name", "offtake-resources")
                            .containsEntry("namespace", "offtake-system");
                }
            });
        });
    }

    @Test
    void whatCountsAsAGpuIsTheSameForAllPolicies() {
        Set<String> definitions = new TreeSet<>();
        for (GenericKubernetesResource policy : ofKind("Policy")) {
            List<Map<String, String>> variables = policy.get("spec", "variables");
            if (variables != null) {
                variables.stream()
                        .filter(variable -> variable.get("name").equals("gpu"))
                        .map(variable -> variable.get("expression").replace("variables.spec.", "object.spec."))
                        .forEach(definitions::add);
            }
        }

        assertThat(definitions).hasSize(1);
    }

    @Test
    void everyPolicyFailsClosedAndEveryRefusalNamesItsReason() {
        assertThat(ofKind("Policy")).allSatisfy(policy -> {
            assertThat(policy.<String>get("spec", "failurePolicy")).isEqualTo("Fail");
            List<Map<String, String>> validations = policy.get("spec", "validations");
            assertThat(validations == null ? List.<Map<String, String>>of() : validations)
                    .allSatisfy(validation ->
                            assertThat(validation.keySet()).containsAnyOf("message", "messageExpression"));
        });
    }

    @Test
    void theKustomizationListsEveryFileButTheOptionalOne() {
        String[] files = InstalledPolicies.file(".").toFile().list((folder, name) -> name.endsWith(".yaml"));
        String[] crds = InstalledPolicies.file("crds").toFile().list();
        List<String> expected = new ArrayList<>(List.of(files));
        expected.removeAll(List.of("kustomization.yaml", "uncontracted-refuse.yaml"));
        Arrays.stream(crds).map(name -> "crds/" + name).forEach(expected::add);

        assertThat(objects("kustomization.yaml").get(0).<List<String>>get("resources"))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    private static List<GenericKubernetesResource> ofKind(String... endings) {
        return POLICIES.stream()
                .filter(object -> Arrays.stream(endings).anyMatch(object.getKind()::endsWith))
                .toList();
    }

    private static List<String> names(List<GenericKubernetesResource> objects) {
        return objects.stream().map(object -> object.getMetadata().getName()).toList();
    }

    private static List<String> plus(Collection<String> list, String more) {
        return Stream.concat(list.stream(), Stream.of(more)).toList();
    }
}
