package dev.offtake.operator.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.Enforcement;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An API server that knows only what it is told here, and answers 404 else. */
@EnableKubernetesMockClient
class UnservedPoliciesTest {
    private static final String NAMES = "/api/v1/namespaces/offtake-system/configmaps/offtake-resources";

    @SuppressWarnings("unused") // set by the extension
    private KubernetesClient client;

    @SuppressWarnings("unused") // set by the extension
    private KubernetesMockServer server;

    @Test
    void anApiServerWithoutMutatingPoliciesIsTold() {
        server.expect()
                .get()
                .withPath(NAMES)
                .andReturn(
                        200,
                        new ConfigMapBuilder()
                                .withNewMetadata()
                                .withName("offtake-resources")
                                .endMetadata()
                                .build())
                .always();
        PolicyState.Verdict verdict = look();
        assertThat(verdict.known()).isTrue();
        assertThat(verdict.reason()).isEqualTo("NotServed");
        assertThat(verdict.message())
                .contains("MutatingAdmissionPolicy admissionregistration.k8s.io/v1", "schedulingGates");
    }

    @Test
    void whatMayNotBeReadIsNotTakenForChanged() {
        server.expect().get().withPath(NAMES).andReturn(403, "no").always();
        PolicyState.Verdict verdict = look();
        assertThat(verdict.known()).isFalse();
        assertThat(verdict.reason()).isEqualTo("NotRead");
    }

    private PolicyState.Verdict look() {
        try (PolicyWatch watch = PolicyWatch.start(client, "offtake-system", Enforcement.ENFORCE)) {
            return watch.state().verdict(Optional.empty()).orElseThrow();
        }
    }
}
