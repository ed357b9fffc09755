package dev.offtake.policies;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import dev.offtake.testbed.TestKubelet;
import io.fabric8.kubernetes.api.model.Binding;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.Eviction;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who gives a pod its node, and that GPUs are not free before their containers have ended. */
@OnControlPlane
class BindingAndDeletionIT {
    private static final String DELETED = "deleted.offtake.dev";
    private static final String STILL_RUN = "gracePeriodSeconds 0 would free GPUs whose containers still run";

    private static Tenant tenant;
    private static KubernetesClient admin;
    private static Map<String, String> nodes;

    @BeforeAll
    static void installPolicies(Sandbox sandbox) {
        InstalledPolicies.on(sandbox.controlPlane());
        tenant = Tenant.withAllRights(sandbox);
        admin = sandbox.client();
        nodes = sandbox.nodeLabel();
        fleet().racks(1).traysPerRack(2).gpusPerTray(8).create(sandbox);
    }

    @Test
    void aTenantBindsNoPodThroughTheSubresource() {
        Pod pod = create(Pods.cpu("nodeSelector: {nowhere: here}"));

        Refusal.by(
                "bound.offtake.dev",
                "pods of this namespace are bound by kube-scheduler, and " + tenant.user() + " may not",
                () -> bind("/pods/" + pod.getMetadata().getName() + "/binding", pod));
        assertThat(pod(pod).get().getSpec().getNodeName()).isNull();
    }

    @Test
    void aTenantBindsNoPodThroughTheOldResource() {
        Pod pod = create(Pods.cpu("nodeSelector: {nowhere: here}"));

        Refusal.by(
                "bound.offtake.dev",
                "pods of this namespace are bound by kube-scheduler",
                () -> bind("/bindings", pod));
        assertThat(pod(pod).get().getSpec().getNodeName()).isNull();
    }

    @Test
    void aBindingCarriesNoClaimEvenWhereTenantsMayBind(Sandbox sandbox) {
        Tenant free = Tenant.uncontracted(sandbox);
        Pod pod = free.client()
                .resource(Pods.cpu("nodeSelector: {nowhere: here}"))
                .inNamespace(free.namespace())
                .create();
        Binding binding = binding(pod);
        binding.getMetadata().setAnnotations(Map.of("offtake.dev/claim", "{}"));
        String path = "/api/v1/namespaces/" + free.namespace() + "/pods/"
                + pod.getMetadata().getName() + "/binding";

        Refusal.by(
                "claims.offtake.dev",
                "annotation offtake.dev/claim is written by the operator",
                () -> free.client().raw(path, "POST", binding));
    }

    @Test
    void aBindingInAContractedNamespaceCarriesNoClaimWhoeverMayBind() {
        Pod pod = create(Pods.cpu("nodeSelector: {nowhere: here}"));
        Binding binding = binding(pod);
        binding.getMetadata().setAnnotations(Map.of("offtake.dev/claim", "{}"));
        String path = "/api/v1/namespaces/" + tenant.namespace() + "/pods/"
                + pod.getMetadata().getName() + "/binding";

        Refusal.by(
                "bound.offtake.dev",
                "annotation offtake.dev/claim is written by the operator",
                () -> tenant.controlPlane().clientAs("system:kube-scheduler").raw(path, "POST", binding));
    }

    @Test
    void aTenantDoesNotDeclareARunningPodEnded() {
        Pod pod = running();
        PatchContext merge = PatchContext.of(PatchType.JSON_MERGE);

        for (String phase : List.of("Succeeded", "Failed")) {
            Refusal.by(
                    "changed.offtake.dev",
                    "status.phase of a pod that holds GPUs is written by its kubelet, and " + tenant.user(),
                    () -> pod(pod).subresource("status").patch(merge, "{\"status\":{\"phase\":\"" + phase + "\"}}"));
        }
        assertThat(pod(pod).get().getStatus().getPhase()).isEqualTo("Running");
    }

    @Test
    void aReleasedPodIsBoundByTheStockScheduler() {
        assertThat(running().getSpec().getNodeName()).isNotEmpty();
    }

    @Test
    void aRunningGpuPodIsNotDeletedAtOnce() {
        Pod pod = running();

        Refusal.by(DELETED, STILL_RUN, () -> pod(pod).withGracePeriod(0).delete());
        assertThat(pod(pod).get().getMetadata().getDeletionTimestamp()).isNull();
    }

    @Test
    void aGpuPodThatIsBeingDeletedIsNotHurriedToNothing() {
        Pod pod = running();
        pod(pod).withGracePeriod(600).delete();

        Refusal.by(DELETED, STILL_RUN, () -> pod(pod).withGracePeriod(0).delete());
        assertThat(pod(pod).get().getMetadata().getDeletionGracePeriodSeconds()).isEqualTo(600);
    }

    @Test
    void aCollectionOfGpuPodsIsNotDeletedAtOnce() {
        Pod pod = running();

        Refusal.by(
                DELETED,
                STILL_RUN,
                () -> tenant.client()
                        .raw(
                                "/api/v1/namespaces/" + tenant.namespace() + "/pods?fieldSelector=metadata.name%3D"
                                        + pod.getMetadata().getName(),
                                "DELETE",
                                Map.of("gracePeriodSeconds", 0)));
        assertThat(pod(pod).get().getMetadata().getDeletionTimestamp()).isNull();
    }

    @Test
    void anEvictionIsNoWayAround() {
        Pod pod = running();

        Refusal.by(DELETED, STILL_RUN, () -> evict(pod, 0L));
        assertThat(pod(pod).get().getMetadata().getDeletionTimestamp()).isNull();
    }

    @Test
    void deletionsAndEvictionsThatLetContainersEndPass() {
        Pod deleted = running();
        Pod hurried = running();
        Pod evicted = running();

        pod(deleted).delete();
        pod(hurried).withGracePeriod(1).delete();
        evict(evicted, null);

        assertThat(List.of(deleted, hurried, evicted))
                .allSatisfy(pod -> assertThat(pod(pod).get().getMetadata().getDeletionTimestamp())
                        .isNotNull());
    }

    @Test
    void podsThatHoldNoGpusAreDeletedAtOnce() {
        Pod waiting = create(Pods.gpu());
        Pod withoutGpus = create(Pods.cpu("nodeSelector: {nowhere: here}"));

        pod(waiting).withGracePeriod(0).delete();
        pod(withoutGpus).withGracePeriod(0).delete();

        assertThat(pod(waiting).get()).isNull();
        assertThat(pod(withoutGpus).get()).isNull();
    }

    @Test
    void thePlatformTeamDeletesPodsOfLostNodes() {
        Pod pod = running();

        admin.resource(pod).withGracePeriod(0).delete();

        assertThat(pod(pod).get()).isNull();
    }

    @Test
    void aKubeletConfirmsTheEndOfAPod() {
        Pod pod = running();
        String node = pod.getSpec().getNodeName();
        // In place of the node authorizer, which knows the pods of a kubelet.
        admin.resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withName("kubelets")
                        .withNamespace(tenant.namespace())
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "system:node")
                        .addNewSubject("rbac.authorization.k8s.io", "Group", "system:nodes", null)
                        .build())
                .create();
        KubernetesClient client = tenant.controlPlane().clientAs("system:node:" + node, "system:nodes");
        Awaitility.await().until(() -> Tenant.may(client, tenant.namespace(), "delete", "", "pods"));

        client.resource(pod)
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":{\"phase\":\"Succeeded\"}}");
        client.resource(pod).withGracePeriod(0).delete();

        assertThat(pod(pod).get()).isNull();
    }

    /** A pod with GPUs and a claim that runs, and takes its time to end. */
    private static Pod running() {
        Pod pod = create(Pods.pod(
                "annotations: {" + TestKubelet.TERMINATE_AFTER + ": 10m}",
                "{nvidia.com/gpu: 1}",
                "terminationGracePeriodSeconds: 600",
                "nodeSelector: {" + Sandbox.LABEL + ": " + nodes.get(Sandbox.LABEL) + "}"));
        admin.resource(pod)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"annotations\":{\"offtake.dev/claim\":\"{}\"}},\"spec\":{\"schedulingGates\":[]}}");
        return Awaitility.await()
                .until(() -> pod(pod).get(), p -> "Running".equals(p.getStatus().getPhase()));
    }

    private static Pod create(Pod pod) {
        return tenant.client().resource(pod).inNamespace(tenant.namespace()).create();
    }

    private static PodResource pod(Pod pod) {
        return tenant.client()
                .pods()
                .inNamespace(tenant.namespace())
                .withName(pod.getMetadata().getName());
    }

    private static void bind(String path, Pod pod) {
        tenant.client().raw("/api/v1/namespaces/" + tenant.namespace() + path, "POST", binding(pod));
    }

    private static Binding binding(Pod pod) {
        return new BindingBuilder()
                .withNewMetadata()
                .withName(pod.getMetadata().getName())
                .endMetadata()
                .withNewTarget()
                .withKind("Node")
                .withName("anywhere")
                .endTarget()
                .build();
    }

    private static void evict(Pod pod, Long grace) {
        Eviction eviction = new EvictionBuilder()
                .withNewMetadata()
                .withName(pod.getMetadata().getName())
                .endMetadata()
                .withDeleteOptions(
                        new DeleteOptionsBuilder().withGracePeriodSeconds(grace).build())
                .build();
        tenant.client()
                .raw(
                        "/api/v1/namespaces/" + tenant.namespace() + "/pods/"
                                + pod.getMetadata().getName() + "/eviction",
                        "POST",
                        eviction);
    }
}
