package dev.offtake.policies;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The service account of the operator can do its work with the rights of {@code deploy/rbac.yaml}, and nothing more. */
@OnControlPlane
class OperatorRightsIT {
    private static final String API = "offtake.dev/v1alpha1";
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final PatchContext JSON = PatchContext.of(PatchType.JSON);
    private static final PatchContext STRATEGIC = PatchContext.of(PatchType.STRATEGIC_MERGE);

    private static KubernetesClient operator;

    @BeforeAll
    static void installPolicies(Sandbox sandbox) {
        InstalledPolicies.on(sandbox.controlPlane());
        operator = sandbox.controlPlane()
                .serviceAccountClient(InstalledPolicies.SYSTEM_NAMESPACE, InstalledPolicies.SERVICE_ACCOUNT);
    }

    @Test
    void itPlacesAJobAndGivesEverythingBack(Sandbox sandbox) {
        String node =
                fleet().racks(1).traysPerRack(1).gpusPerTray(8).create(sandbox).node(0, 0);
        Tenant tenant = Tenant.withEdit(sandbox);
        Job job = tenant.client().resource(job(tenant.namespace())).create();
        Pod pod = Awaitility.await()
                .until(
                        () -> operator.pods()
                                .inNamespace(tenant.namespace())
                                .list()
                                .getItems(),
                        l -> !l.isEmpty())
                .get(0);

        GenericKubernetesResource workload = operator.resource(workload(job)).create();
        handle(workload).subresource("status").patch(MERGE, "{\"status\":{\"phase\":\"Placed\"}}");
        operator.resource(pod)
                .subresource("status")
                .patch(STRATEGIC, condition("offtake.dev/Placed", "True", "Placed"));
        operator.resource(pod).patch(JSON, release(pod, node));

        Pod running = Awaitility.await()
                .until(
                        () -> operator.resource(pod).get(),
                        p -> "Running".equals(p.getStatus().getPhase()));
        assertThat(running.getSpec().getNodeName()).isEqualTo(node);
        assertThat(handle(workload)
                        .get()
                        .getAdditionalProperties()
                        .get("status")
                        .toString())
                .contains("Placed");

        operator.resource(job).patch(MERGE, "{\"spec\":{\"suspend\":true}}");
        operator.resource(job).patch(MERGE, "{\"spec\":{\"suspend\":false}}");
        Pod successor = Awaitility.await()
                .until(
                        () -> operator.pods().inNamespace(tenant.namespace()).list().getItems().stream()
                                .filter(p -> !p.getMetadata()
                                        .getUid()
                                        .equals(pod.getMetadata().getUid()))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
        operator.resource(successor)
                .subresource("status")
                .patch(STRATEGIC, condition("DisruptionTarget", "True", "Reclaimed"));
        // 409 says that the pod has changed since it was read.
        Awaitility.await()
                .ignoreExceptionsMatching(
                        e -> e instanceof KubernetesClientException refusal && refusal.getCode() == 409)
                .untilAsserted(() -> delete(operator.resource(successor).get()));

        handle(workload).patch(MERGE, "{\"metadata\":{\"finalizers\":null}}");
        // The garbage collector does that for it.
        sandbox.controlPlane().adminClient().resource(workload).delete();
        Awaitility.await().until(() -> handle(workload).get() == null);
    }

    @Test
    void aReleaseOfAPodThatIsNotTheOneOfThePlanIsRefused(Sandbox sandbox) {
        Tenant tenant = Tenant.withEdit(sandbox);
        Pod pod = tenant.client()
                .resource(Pods.gpu())
                .inNamespace(tenant.namespace())
                .create();
        String patch = release(pod, "n1").replace(pod.getMetadata().getUid(), "another");

        Refusal.byApi(422, "", () -> operator.resource(pod).patch(JSON, patch));
        assertThat(operator.resource(pod).get().getSpec().getSchedulingGates()).hasSize(1);
    }

    @Test
    void itWritesEventsAndNoLeaseButItsOwn() {
        assertThatCode(() -> operator.resource(new EventBuilder()
                                .withNewMetadata()
                                .withGenerateName("probe-")
                                .withNamespace("default")
                                .endMetadata()
                                .withNewInvolvedObject()
                                .withNamespace("default")
                                .endInvolvedObject()
                                .withReason("Probe")
                                .build())
                        .create())
                .doesNotThrowAnyException();
        Lease lease = new LeaseBuilder()
                .withNewMetadata()
                .withGenerateName("probe-")
                .withNamespace(InstalledPolicies.SYSTEM_NAMESPACE)
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity("somebody")
                .endSpec()
                .build();
        Lease created = operator.resource(lease).create();
        created.getSpec().setHolderIdentity("me");

        assertThatThrownBy(() -> operator.resource(created).update())
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("cannot update resource \"leases\"");
        for (String verb : List.of("get", "update")) {
            assertThat(operator.authorization()
                            .v1()
                            .selfSubjectAccessReview()
                            .create(new SelfSubjectAccessReviewBuilder()
                                    .withNewSpec()
                                    .withNewResourceAttributes()
                                    .withNamespace(InstalledPolicies.SYSTEM_NAMESPACE)
                                    .withVerb(verb)
                                    .withGroup("coordination.k8s.io")
                                    .withResource("leases")
                                    .withName("offtake-operator")
                                    .endResourceAttributes()
                                    .endSpec()
                                    .build())
                            .getStatus()
                            .getAllowed())
                    .as(verb)
                    .isTrue();
        }
    }

    @Test
    void itReadsItsConfigurationAndThePolicies() {
        assertThat(operator.configMaps()
                        .inNamespace(InstalledPolicies.SYSTEM_NAMESPACE)
                        .withName("offtake-resources")
                        .get()
                        .getData())
                .containsKey("resources");
        assertThat(operator.configMaps()
                        .inNamespace(InstalledPolicies.SYSTEM_NAMESPACE)
                        .withField("metadata.name", "offtake-resources")
                        .list()
                        .getItems())
                .hasSize(1);
        for (String kind : List.of("MutatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding")) {
            assertThat(operator.genericKubernetesResources("admissionregistration.k8s.io/v1", kind)
                            .withLabel("app.kubernetes.io/part-of", "offtake")
                            .list()
                            .getItems())
                    .isNotEmpty();
        }
    }

    @ParameterizedTest(name = "{0} {2} of \"{1}\"")
    @CsvSource({
        "create, '', pods",
        "update, '', pods",
        "create, '', pods/binding",
        "create, '', pods/eviction",
        "create, '', pods/exec",
        "update, '', pods/resize",
        "update, '', pods/ephemeralcontainers",
        "get, '', pods/log",
        "deletecollection, '', pods",
        "get, '', secrets",
        "list, '', secrets",
        "list, '', configmaps",
        "update, '', configmaps",
        "create, '', serviceaccounts/token",
        "impersonate, '', users",
        "impersonate, '', groups",
        "impersonate, '', serviceaccounts",
        "patch, '', nodes",
        "patch, '', nodes/status",
        "delete, '', nodes",
        "patch, '', namespaces",
        "delete, '', namespaces",
        "update, batch, jobs/finalizers",
        "create, batch, jobs",
        "delete, batch, jobs",
        "patch, batch, jobs/status",
        "patch, apps, deployments",
        "update, coordination.k8s.io, leases",
        "update, offtake.dev, gpuworkloads/finalizers",
        "patch, offtake.dev, gpupools",
        "delete, offtake.dev, gpupools",
        "update, offtake.dev, tenantcontracts",
        "create, offtake.dev, tenantcontracts",
        "bind, offtake.dev, placements",
        "update, admissionregistration.k8s.io, validatingadmissionpolicies",
        "delete, admissionregistration.k8s.io, validatingadmissionpolicybindings",
        "patch, admissionregistration.k8s.io, mutatingadmissionpolicies",
        "create, admissionregistration.k8s.io, mutatingwebhookconfigurations",
        "create, scheduling.k8s.io, priorityclasses",
        "create, rbac.authorization.k8s.io, clusterrolebindings",
        "escalate, rbac.authorization.k8s.io, clusterroles",
        "patch, apiextensions.k8s.io, customresourcedefinitions",
    })
    void itMayNothingElse(String verb, String group, String resource) {
        assertThat(Tenant.may(operator, "default", verb, group, resource)).isFalse();
        assertThat(Tenant.may(operator, null, verb, group, resource)).isFalse();
    }

    @Test
    void theRightToReleaseIsAskedForInTheWholeCluster() {
        assertThat(Tenant.may(operator, null, "release", "offtake.dev", "placements"))
                .isTrue();
    }

    private static Job job(String namespace) {
        return new JobBuilder()
                .withNewMetadata()
                .withName("train")
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withBackoffLimit(0)
                .withNewTemplate()
                .withSpec(Pods.gpu("restartPolicy: Never").getSpec())
                .endTemplate()
                .endSpec()
                .build();
    }

    private static GenericKubernetesResource workload(Job job) {
        return Serialization.unmarshal(
                """
                apiVersion: %s
                kind: GPUWorkload
                metadata:
                  name: job-train
                  namespace: %s
                  finalizers: [offtake.dev/placed]
                  ownerReferences:
                  - {apiVersion: batch/v1, kind: Job, name: train, uid: %s, controller: true, blockOwnerDeletion: false}
                spec:
                  gpuClasses: [h100-sxm]
                  tiers: [Reserved]
                  podSets: [{name: workers, count: 1, minCount: 1, requests: {nvidia.com/gpu: 8}}]
                """.formatted(
                        API, job.getMetadata().getNamespace(), job.getMetadata().getUid()),
                GenericKubernetesResource.class);
    }

    private static Resource<GenericKubernetesResource> handle(GenericKubernetesResource workload) {
        return operator.genericKubernetesResources(API, "GPUWorkload")
                .inNamespace(workload.getMetadata().getNamespace())
                .withName(workload.getMetadata().getName());
    }

    /** With the preconditions of a rollback: the pod may have been bound or replaced in between. */
    private static void delete(Pod pod) {
        operator.raw(
                "/api/v1/namespaces/" + pod.getMetadata().getNamespace() + "/pods/"
                        + pod.getMetadata().getName(),
                "DELETE",
                new DeleteOptionsBuilder()
                        .withGracePeriodSeconds(1L)
                        .withNewPreconditions(
                                pod.getMetadata().getResourceVersion(),
                                pod.getMetadata().getUid())
                        .build());
    }

    private static String condition(String type, String status, String reason) {
        return "{\"status\":{\"conditions\":[{\"type\":\"%s\",\"status\":\"%s\",\"reason\":\"%s\"}]}}"
                .formatted(type, status, reason);
    }

    private static String release(Pod pod, String node) {
        return """
                [{"op":"test","path":"/metadata/uid","value":"%s"},
                 {"op":"test","path":"/spec/schedulingGates/0/name","value":"offtake.dev/placement"},
                 {"op":"add","path":"/metadata/annotations","value":{"offtake.dev/claim":"{}"}},
                 {"op":"add","path":"/spec/affinity","value":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":
                   {"nodeSelectorTerms":[{"matchFields":[{"key":"metadata.name","operator":"In","values":["%s"]}]}]}}}},
                 {"op":"remove","path":"/spec/schedulingGates/0"}]
                """.formatted(pod.getMetadata().getUid(), node);
    }
}
