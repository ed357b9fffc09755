package dev.offtake.policies;

import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * A user with rights in one namespace.
 *
 * @param namespace where the rights are
 * @param user the name that refusals mention
 */
record Tenant(ControlPlane controlPlane, String namespace, String user) {
    private static final String[] GROUPS = {"system:authenticated"};

    /**
     * The strongest tenant that RBAC can make: every verb on everything in a contracted namespace. What is refused to
     * it, is refused by policy and not by chance.
     */
    static Tenant withAllRights(Sandbox sandbox) {
        return in(
                sandbox,
                sandbox.namespace("acme", Map.of("offtake.dev/tenant", sandbox.name("acme"))),
                "cluster-admin");
    }

    /** Every verb on everything in a namespace without a tenant. */
    static Tenant uncontracted(Sandbox sandbox) {
        return in(sandbox, sandbox.namespace("free"), "cluster-admin");
    }

    /** The usual tenant: the role {@code edit} in a contracted namespace. */
    static Tenant withEdit(Sandbox sandbox) {
        return in(sandbox, sandbox.namespace("acme", Map.of("offtake.dev/tenant", sandbox.name("acme"))), "edit");
    }

    /** Every verb on everything in a namespace with these labels. */
    static Tenant withLabels(Sandbox sandbox, Map<String, String> labels) {
        return in(sandbox, sandbox.namespace("platform", labels), "cluster-admin");
    }

    private static Tenant in(Sandbox sandbox, String namespace, String role) {
        Tenant tenant = new Tenant(sandbox.controlPlane(), namespace, role + "-" + namespace);
        sandbox.client()
                .resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withName(tenant.user)
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
                        .addNewSubject("rbac.authorization.k8s.io", "User", tenant.user, null)
                        .build())
                .create();
        Awaitility.await().pollInterval(Duration.ofMillis(50)).until(() -> tenant.may("create", "", "pods"));
        return tenant;
    }

    KubernetesClient client() {
        return controlPlane.clientAs(user, GROUPS);
    }

    Path kubeconfig() {
        return controlPlane.kubeconfig(user, GROUPS);
    }

    /** Whether RBAC allows it in the namespace; {@code resource} may name a subresource after a slash. */
    boolean may(String verb, String group, String resource) {
        return may(client(), namespace, verb, group, resource);
    }

    static boolean may(KubernetesClient client, String namespace, String verb, String group, String resource) {
        String[] parts = resource.split("/", 2);
        return client.authorization()
                .v1()
                .selfSubjectAccessReview()
                .create(new SelfSubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withNewResourceAttributes()
                        .withNamespace(namespace)
                        .withVerb(verb)
                        .withGroup(group)
                        .withResource(parts[0])
                        .withSubresource(parts.length > 1 ? parts[1] : null)
                        .endResourceAttributes()
                        .endSpec()
                        .build())
                .getStatus()
                .getAllowed();
    }
}
