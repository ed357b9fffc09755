package dev.offtake.policies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A namespace joins and leaves a tenant by the hand of the platform team only. */
@OnControlPlane(apiServerOnly = true)
class NamespaceLabelsIT {
    private static final String NAMESPACES = "namespaces.offtake.dev";
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private static KubernetesClient selfService;
    private static KubernetesClient platform;
    private static String user;
    private static String namespace;

    @BeforeAll
    static void installPolicies(Sandbox sandbox) {
        InstalledPolicies.on(sandbox.controlPlane());
        namespace = sandbox.namespace("acme", Map.of("offtake.dev/tenant", "acme"));
        user = sandbox.name("self-service");
        String role = sandbox.name("namespaces");
        sandbox.create(new ClusterRoleBuilder()
                .withNewMetadata()
                .withName(role)
                .endMetadata()
                .withRules(new PolicyRuleBuilder()
                        .withApiGroups("")
                        .withResources("namespaces", "namespaces/status", "namespaces/finalize")
                        .withVerbs("*")
                        .build())
                .build());
        bind(sandbox, user, role);
        bind(sandbox, sandbox.name("platform"), "offtake-platform");
        selfService = sandbox.controlPlane().clientAs(user);
        platform = sandbox.controlPlane().clientAs(sandbox.name("platform"));
        Awaitility.await().until(() -> Tenant.may(selfService, null, "update", "", "namespaces/finalize"));
        Awaitility.await().until(() -> Tenant.may(platform, null, "patch", "", "namespaces"));
    }

    private static void bind(Sandbox sandbox, String user, String role) {
        sandbox.create(new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName(user)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
                .addNewSubject("rbac.authorization.k8s.io", "User", user, null)
                .build());
    }

    @ParameterizedTest
    @CsvSource({
        "tenant, other",
        "tenant,",
        "contract, other-2026",
        "sub-tenant, other",
        "system, true",
        "enforcement, Report"
    })
    void whoManagesNamespacesDoesNotMoveThemBetweenTenants(String label, String value) {
        String patch = labels("offtake.dev/" + label, value);
        String words = "label offtake.dev/" + label + " of namespace " + namespace
                + " is set by those who may update tenantcontracts.offtake.dev, and " + user + " may not";

        Refusal.by(
                NAMESPACES,
                words,
                () -> selfService.namespaces().withName(namespace).patch(MERGE, patch));
        Refusal.by(
                NAMESPACES,
                words,
                () -> selfService
                        .namespaces()
                        .withName(namespace)
                        .subresource("status")
                        .patch(MERGE, patch));
    }

    @Test
    void finalizingANamespaceIsNoWayAround() {
        Namespace without = selfService.namespaces().withName(namespace).get();
        without.getMetadata().getLabels().remove("offtake.dev/tenant");

        Refusal.by(
                NAMESPACES,
                "label offtake.dev/tenant of namespace " + namespace,
                () -> selfService.raw("/api/v1/namespaces/" + namespace + "/finalize", "PUT", without));
    }

    @Test
    void aNamespaceIsNotBornWithATenant(Sandbox sandbox) {
        Namespace labelled = new NamespaceBuilder()
                .withNewMetadata()
                .withName(sandbox.name("born"))
                .addToLabels("offtake.dev/tenant", "acme")
                .endMetadata()
                .build();

        Refusal.by(
                NAMESPACES,
                "label offtake.dev/tenant",
                () -> selfService.resource(labelled).create());
        Refusal.by(
                NAMESPACES,
                "label offtake.dev/tenant",
                () -> selfService.resource(labelled).serverSideApply());
    }

    @Test
    void otherLabelsAreNobodysBusiness() {
        Namespace labelled = selfService.namespaces().withName(namespace).patch(MERGE, labels("team", "vision"));

        assertThat(labelled.getMetadata().getLabels())
                .containsEntry("team", "vision")
                .containsEntry("offtake.dev/tenant", "acme");
    }

    @Test
    void thePlatformTeamLabelsNamespaces(Sandbox sandbox) {
        String free = sandbox.namespace("joins");

        platform.namespaces().withName(free).patch(MERGE, labels("offtake.dev/tenant", "acme"));
        Namespace moved = platform.namespaces().withName(free).patch(MERGE, labels("offtake.dev/tenant", "other"));

        assertThat(moved.getMetadata().getLabels()).containsEntry("offtake.dev/tenant", "other");
    }

    @Test
    void anEnforcementThatIsNoneIsRefusedWithThoseThatAre(Sandbox sandbox) {
        String free = sandbox.namespace("typo");

        assertThatThrownBy(() ->
                        platform.namespaces().withName(free).patch(MERGE, labels("offtake.dev/enforcement", "report")))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(
                        "label offtake.dev/enforcement of namespace " + free + " is report; use Enforce or Report");
        platform.namespaces().withName(free).patch(MERGE, labels("offtake.dev/enforcement", "Report"));
    }

    private static String labels(String key, String value) {
        return "{\"metadata\":{\"labels\":{\"" + key + "\":" + (value == null ? "null" : "\"" + value + "\"") + "}}}";
    }
}
