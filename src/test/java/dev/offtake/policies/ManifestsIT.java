package dev.offtake.policies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.OnControlPlane;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The manifests of {@code deploy/} on a real API server. */
@OnControlPlane(apiServerOnly = true)
class ManifestsIT {

    @BeforeAll
    static void installPolicies(ControlPlane controlPlane) {
        InstalledPolicies.on(controlPlane);
    }

    @Test
    void theWholeDirectoryIsAccepted(ControlPlane controlPlane) {
        String folder = InstalledPolicies.file(".").normalize().toString();

        assertThat(controlPlane
                        .kubectl("apply", "--server-side", "--force-conflicts", "--dry-run=server", "-k", folder)
                        .orFail())
                .contains("deployment.apps/offtake")
                .contains("mutatingadmissionpolicy.admissionregistration.k8s.io/gate.offtake.dev");
    }

    static Stream<Arguments> policies() {
        return ManifestsTest.objects("policies.yaml").stream()
                .map(object ->
                        Arguments.of(object.getKind(), object.getMetadata().getName(), object));
    }

    /** The operator compares the two to say that a policy was changed: defaults of the API server would be changes. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("policies")
    void theFileSaysEverythingThatTheApiServerKeeps(
            String kind, String name, GenericKubernetesResource written, ControlPlane controlPlane) {
        var kinds = controlPlane.adminClient().genericKubernetesResources(written.getApiVersion(), kind);
        String namespace = written.getMetadata().getNamespace();
        GenericKubernetesResource live = namespace == null
                ? kinds.withName(name).get()
                : kinds.inNamespace(namespace).withName(name).get();
        live.getAdditionalProperties().remove("status");

        assertThat(live.getAdditionalProperties()).isEqualTo(written.getAdditionalProperties());
    }
}
