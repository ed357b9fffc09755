package dev.offtake.policies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What RBAC gives a tenant with the role {@code edit}, and what not even a tenant with all rights in its namespace has. */
@OnControlPlane
class TenantRightsIT {
    private static Tenant editor;
    private static Tenant owner;

    @BeforeAll
    static void installPolicies(Sandbox sandbox) {
        InstalledPolicies.on(sandbox.controlPlane());
        editor = Tenant.withEdit(sandbox);
        owner = Tenant.withAllRights(sandbox);
    }

    @ParameterizedTest(name = "{0} {2} of \"{1}\"")
    @CsvSource({
        "create, '', pods/binding",
        "create, '', bindings",
        "update, '', pods/resize",
        "patch, '', pods/status",
        "create, offtake.dev, gpuworkloads",
        "update, offtake.dev, gpuworkloads",
        "delete, offtake.dev, gpuworkloads",
        "patch, offtake.dev, gpuworkloads/status",
        "release, offtake.dev, placements",
        "bind, offtake.dev, placements",
    })
    void anEditorDoesNotTouchWhatTheOperatorAndTheSchedulerWrite(String verb, String group, String resource) {
        assertThat(editor.may(verb, group, resource)).isFalse();
    }

    @ParameterizedTest(name = "{0} {2} of \"{1}\"")
    @CsvSource({"get, offtake.dev, gpuworkloads", "list, offtake.dev, gpuworkloads", "watch, offtake.dev, gpuworkloads"
    })
    void anEditorReadsTheGangsOfItsNamespace(String verb, String group, String resource) {
        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(editor.may(verb, group, resource)).isTrue());
    }

    @ParameterizedTest(name = "{0} {2} of \"{1}\"")
    @CsvSource({
        "patch, '', nodes",
        "create, '', nodes",
        "patch, '', namespaces",
        "create, offtake.dev, gpupools",
        "update, offtake.dev, tenantcontracts",
        "release, offtake.dev, placements",
        "bind, offtake.dev, placements",
        "create, scheduling.k8s.io, priorityclasses",
        "create, node.k8s.io, runtimeclasses",
        "create, resource.k8s.io, deviceclasses",
        "patch, admissionregistration.k8s.io, validatingadmissionpolicies",
        "delete, admissionregistration.k8s.io, mutatingadmissionpolicybindings",
        "impersonate, '', users",
        "impersonate, '', groups",
    })
    void allRightsInANamespaceAreNoneInTheCluster(String verb, String group, String resource) {
        assertThat(Tenant.may(owner.client(), null, verb, group, resource)).isFalse();
    }

    @Test
    void aTenantReachesNeitherTheOperatorNorItsConfiguration() {
        assertThatThrownBy(() -> owner.client()
                        .configMaps()
                        .inNamespace(InstalledPolicies.SYSTEM_NAMESPACE)
                        .withName("offtake-resources")
                        .get())
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("cannot get resource \"configmaps\"");
        assertThat(Tenant.may(owner.client(), "offtake-system", "create", "", "pods"))
                .isFalse();
        assertThat(Tenant.may(owner.client(), "offtake-system", "create", "", "serviceaccounts/token"))
                .isFalse();
    }

    @Test
    void aTenantDoesNotReachThePodsOfAnother(Sandbox sandbox) {
        String other = sandbox.namespace("other", Map.of("offtake.dev/tenant", "other"));

        assertThat(Tenant.may(owner.client(), other, "delete", "", "pods")).isFalse();
        assertThat(Tenant.may(owner.client(), other, "create", "", "pods/eviction"))
                .isFalse();
        assertThat(Tenant.may(owner.client(), other, "create", "", "pods")).isFalse();
    }
}
