package dev.offtake.policies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The record of a gang's placement is the operator's: nobody frees quota by editing or deleting it. */
@OnControlPlane
class RecordsIT {
    private static final String RECORDS = "records.offtake.dev";
    private static final String API = "offtake.dev/v1alpha1";
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private static Tenant tenant;
    private static KubernetesClient admin;

    @BeforeAll
    static void installPolicies(Sandbox sandbox) {
        InstalledPolicies.on(sandbox.controlPlane());
        tenant = Tenant.withAllRights(sandbox);
        admin = sandbox.client();
    }

    @Test
    void aTenantMakesNoRecord() {
        Refusal.by(
                RECORDS,
                "GPUWorkloads are made by the operator, and " + tenant.user() + " may not; create a Job or pods",
                () -> tenant.client().resource(record("made")).create());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{'metadata':{'finalizers':null}} | the finalizer offtake.dev/placed is removed by the operator",
                "{'metadata':{'finalizers':['example.com/other']}} | the finalizer offtake.dev/placed is removed",
                "{'spec':{'priority':5}} | GPUWorkloads are changed by the operator",
                "{'metadata':{'ownerReferences':[]}} | GPUWorkloads are changed by the operator",
                "{'metadata':{'annotations':{'a':'b'}}} | GPUWorkloads are changed by the operator",
            },
            quoteCharacter = '"')
    void aTenantChangesNoRecord(String patch, String words) {
        GenericKubernetesResource made = admin.resource(record("changed-")).create();

        Refusal.by(RECORDS, words, () -> as(tenant.client(), made).patch(MERGE, patch.replace('\'', '"')));
    }

    @Test
    void aTenantDeletesNoRecord() {
        GenericKubernetesResource made = admin.resource(record("deleted-")).create();

        Refusal.by(
                RECORDS,
                "GPUWorkloads are deleted by the operator, and " + tenant.user()
                        + " may not; delete the Job or the pods",
                () -> as(tenant.client(), made).delete());
        Refusal.by(
                RECORDS,
                "GPUWorkloads are deleted by the operator",
                () -> tenant.client()
                        .raw("/apis/" + API + "/namespaces/" + tenant.namespace() + "/gpuworkloads", "DELETE", null));
        assertThat(as(admin, made).get().getMetadata().getDeletionTimestamp()).isNull();
    }

    @Test
    void aTenantForgesNoStatus() {
        GenericKubernetesResource made = admin.resource(record("status-")).create();

        Refusal.by(
                RECORDS,
                "status of gpuworkloads is written by the operator, and " + tenant.user() + " may not",
                () -> as(tenant.client(), made)
                        .subresource("status")
                        .patch(MERGE, "{\"status\":{\"phase\":\"Finished\"}}"));
    }

    @Test
    void theGarbageCollectorEndsARecordWithItsJobButNotBeforeTheOperator() {
        Job job = job();
        GenericKubernetesResource made = record("collected-");
        made.getMetadata().setOwnerReferences(List.of(owner(job)));
        GenericKubernetesResource owned = admin.resource(made).create();

        tenant.client().resource(job).delete();

        // A kind that is younger than the garbage collector's last look at the API is seen after 30 s.
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> as(admin, owned).get().getMetadata().getDeletionTimestamp() != null);
        assertThat(as(admin, owned).get().getMetadata().getFinalizers()).contains("offtake.dev/placed");
        Refusal.by(
                RECORDS,
                "the finalizer offtake.dev/placed is removed by the operator",
                () -> as(tenant.client(), owned).patch(MERGE, "{\"metadata\":{\"finalizers\":null}}"));

        as(admin, owned).patch(MERGE, "{\"metadata\":{\"finalizers\":null}}");
        Awaitility.await().until(() -> as(admin, owned).get() == null);
    }

    @Test
    void aNamespaceThatIsDeletedWaitsForTheOperatorAndThenGoes(Sandbox sandbox) {
        Tenant other = Tenant.withAllRights(sandbox);
        GenericKubernetesResource made = record("kept");
        made.getMetadata().setNamespace(other.namespace());
        admin.resource(made).create();

        other.client().namespaces().withName(other.namespace()).delete();

        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> as(admin, made).get().getMetadata().getDeletionTimestamp() != null);
        as(admin, made).patch(MERGE, "{\"metadata\":{\"finalizers\":null}}");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> admin.namespaces().withName(other.namespace()).get() == null);
    }

    private static Job job() {
        return tenant.client()
                .resource(new JobBuilder()
                        .withNewMetadata()
                        .withGenerateName("job-")
                        .withNamespace(tenant.namespace())
                        .endMetadata()
                        .withNewSpec()
                        .withSuspend(true)
                        .withNewTemplate()
                        .withSpec(Pods.gpu("restartPolicy: Never").getSpec())
                        .endTemplate()
                        .endSpec()
                        .build())
                .create();
    }

    private static OwnerReference owner(Job job) {
        return new OwnerReferenceBuilder()
                .withApiVersion("batch/v1")
                .withKind("Job")
                .withName(job.getMetadata().getName())
                .withUid(job.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build();
    }

    /** @param name a prefix if it ends with a dash */
    private static GenericKubernetesResource record(String name) {
        return Serialization.unmarshal(
                """
                apiVersion: %s
                kind: GPUWorkload
                metadata: {%s: %s, namespace: %s, finalizers: [offtake.dev/placed]}
                spec:
                  gpuClasses: [h100-sxm]
                  tiers: [Reserved]
                  podSets: [{name: workers, count: 1, minCount: 1, requests: {nvidia.com/gpu: 1}}]
                """.formatted(API, name.endsWith("-") ? "generateName" : "name", name, tenant.namespace()),
                GenericKubernetesResource.class);
    }

    private static Resource<GenericKubernetesResource> as(KubernetesClient client, GenericKubernetesResource made) {
        return client.genericKubernetesResources(API, "GPUWorkload")
                .inNamespace(made.getMetadata().getNamespace())
                .withName(made.getMetadata().getName());
    }
}
