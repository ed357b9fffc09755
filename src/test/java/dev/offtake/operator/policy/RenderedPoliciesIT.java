package dev.offtake.operator.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.install.Helm;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The operator knows what the chart makes of any values: what it finds otherwise, somebody changed. */
class RenderedPoliciesIT {
    @TempDir
    private Path directory;

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            offtake-system | uncontracted=Count
            offtake-system | uncontracted=Refuse
            gpu-contracts  | uncontracted=Refuse,exemptNamespaces={gpu-operator,monitoring}
            kube-system    | exemptNamespaces={monitoring}
            offtake-system | enforcement=Report
            gpu-contracts  | enforcement=Report,uncontracted=Refuse,exemptNamespaces={gpu-operator}
            gpu-contracts  | gpuResources.names={nvidia.com/gpu,amd.com/gpu}
            gpu-contracts  | exemptNamespaces={123},uncontracted=Refuse
            """)
    void theOperatorExpectsWhatTheChartRenders(String namespace, String values) {
        String manifests = Helm.of(directory, directory.resolve("none"))
                .template(namespace, "--set-string", values)
                .orFail();
        List<GenericKubernetesResource> rendered = Arrays.stream(manifests.split("(?m)^---\\s*$"))
                .filter(document ->
                        document.contains("templates/policies.yaml") || document.contains("/uncontracted-refuse.yaml"))
                .map(document -> Serialization.unmarshal(document, GenericKubernetesResource.class))
                .toList();
        Map<String, Object> data = rendered.stream()
                .filter(object -> object.getKind().equals("ConfigMap"))
                .findFirst()
                .orElseThrow()
                .get("data");

        List<GenericKubernetesResource> expected = Manifests.shipped().objects(Installation.of(namespace, data));

        assertThat(sorted(rendered)).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            GenericKubernetesResource want = sorted(expected).get(i);
            GenericKubernetesResource has = sorted(rendered).get(i);
            assertThat(has.getMetadata()).isEqualTo(want.getMetadata());
            assertThat(PolicyManifest.difference(want, has)).isEmpty();
        }
    }

    private static List<GenericKubernetesResource> sorted(List<GenericKubernetesResource> objects) {
        return objects.stream()
                .sorted(Comparator.comparing(PolicyManifest::label))
                .toList();
    }
}
