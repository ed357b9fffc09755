package dev.offtake.policies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the owner of every right in a contracted namespace may change of a pod, and what not. */
@OnControlPlane(apiServerOnly = true)
class PodChangeIT {
    private static final String CHANGED = "changed.offtake.dev";
    private static final String GATE_STAYS = "the gate offtake.dev/placement is removed by the operator";
    private static final String WISHES_STAY =
            "spec.nodeSelector, spec.affinity and spec.tolerations of a pod that waits for its placement are fixed";

    private static final String WITHOUT_CLAIM = "{\"metadata\":{\"annotations\":{\"offtake.dev/claim\":null}}}";

    private static Tenant tenant;

    @BeforeAll
    static void installPolicies(Sandbox sandbox) {
        InstalledPolicies.on(sandbox.controlPlane());
        tenant = Tenant.withAllRights(sandbox);
    }

    static Stream<Arguments> changesOfAGatedPod() {
        String pinned = """
                {"spec":{"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":
                [{"matchFields":[{"key":"metadata.name","operator":"In","values":["n1"]}]}]}}}}}""";
        return Stream.of(
                Arguments.of(GATE_STAYS, PatchType.JSON, "[{'op':'remove','path':'/spec/schedulingGates'}]"),
                Arguments.of(
                        GATE_STAYS, PatchType.JSON, "[{'op':'replace','path':'/spec/schedulingGates','value':[]}]"),
                Arguments.of(GATE_STAYS, PatchType.JSON_MERGE, "{'spec':{'schedulingGates':null}}"),
                Arguments.of(
                        GATE_STAYS,
                        PatchType.STRATEGIC_MERGE,
                        "{'spec':{'schedulingGates':[{'name':'offtake.dev/placement','$patch':'delete'}]}}"),
                // Together with a pin of its own: what the operator's release looks like.
                Arguments.of(
                        GATE_STAYS,
                        PatchType.JSON_MERGE,
                        "{'metadata':{'labels':{'a':'b'}},'spec':{'schedulingGates':[],'nodeSelector':{'a':'b'}}}"),
                Arguments.of(
                        WISHES_STAY, PatchType.JSON_MERGE, "{'spec':{'nodeSelector':{'kubernetes.io/hostname':'n1'}}}"),
                Arguments.of(WISHES_STAY, PatchType.JSON_MERGE, pinned),
                Arguments.of(
                        WISHES_STAY,
                        PatchType.JSON,
                        "[{'op':'add','path':'/spec/tolerations/-','value':{'operator':'Exists'}}]"));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("changesOfAGatedPod")
    void theGateAndTheWishesOfAWaitingPodStay(String words, PatchType type, String patch) {
        Pod pod = create(Pods.gpu());

        Refusal.by(CHANGED, words, () -> patch(pod, type, patch));
    }

    @Test
    void theGateStaysWhenThePodIsReplaced() {
        Pod pod = create(Pods.gpu());
        pod.getSpec().setSchedulingGates(null);

        Refusal.by(
                CHANGED,
                tenant.user() + " may not",
                () -> tenant.client().resource(pod).update());
    }

    @Test
    void theGateStaysWhenServerSideApplyGivesTheFieldUp() {
        Pod made = Pods.gpu("schedulingGates: [{name: offtake.dev/placement}]");
        made.getMetadata().setName("given-up");
        made.getMetadata().setNamespace(tenant.namespace());
        tenant.client().resource(made).forceConflicts().serverSideApply();
        made.getSpec().setSchedulingGates(null);

        Refusal.by(
                CHANGED,
                GATE_STAYS,
                () -> tenant.client().resource(made).forceConflicts().serverSideApply());
    }

    @ParameterizedTest(name = "{0} {1} as {2}")
    @CsvSource({
        "annotations, offtake.dev/priority, 2147483647, annotation offtake.dev/priority",
        "annotations, offtake.dev/tier, , annotation offtake.dev/tier",
        "annotations, offtake.dev/unheard-of, x, annotation offtake.dev/unheard-of",
        "labels, offtake.dev/workload, other, label offtake.dev/workload",
        "labels, offtake.dev/workload, , label offtake.dev/workload",
    })
    void whatTheOperatorReadsFromMetadataStays(String field, String key, String value, String words) {
        Pod pod = create(Pods.pod(
                "annotations: {offtake.dev/tier: Spot}\nlabels: {offtake.dev/workload: w}", "{nvidia.com/gpu: 1}"));
        String patch =
                "{'metadata':{'" + field + "':{'" + key + "':" + (value == null ? "null" : "'" + value + "'") + "}}}";

        Refusal.by(CHANGED, words + ": fixed once the pod exists", () -> patch(pod, PatchType.JSON_MERGE, patch));
    }

    @ParameterizedTest
    @CsvSource({"null", "'\"another\"'"})
    void theClaimOfAReleasedPodStays(String value) {
        Pod pod = released();

        Refusal.by(
                CHANGED,
                "annotation offtake.dev/claim is written by the operator",
                () -> patch(
                        pod, PatchType.JSON_MERGE, "{'metadata':{'annotations':{'offtake.dev/claim':" + value + "}}}"));
    }

    @Test
    void theStatusOfAPodIsNoWayToItsClaim() {
        Pod pod = released();

        Refusal.by(
                CHANGED,
                "annotation offtake.dev/claim is written by the operator",
                () -> pod(pod).subresource("status").patch(PatchContext.of(PatchType.JSON_MERGE), WITHOUT_CLAIM));
    }

    @ParameterizedTest
    @CsvSource({"ephemeralcontainers", "resize"})
    void theOtherSubresourcesLeaveTheClaimAlone(String subresource) {
        Pod pod = released();

        Pod patched = pod(pod).subresource(subresource).patch(PatchContext.of(PatchType.JSON_MERGE), WITHOUT_CLAIM);

        assertThat(patched.getMetadata().getAnnotations()).containsEntry("offtake.dev/claim", "{}");
    }

    static Stream<Arguments> harmless() {
        return Stream.of(
                Arguments.of("", "{'metadata':{'annotations':{'example.com/note':'x'},'labels':{'team':'y'}}}"),
                Arguments.of("", "{'metadata':{'finalizers':['example.com/wait']}}"),
                Arguments.of("", "{'spec':{'containers':[{'name':'main','image':'registry.example/other'}]}}"),
                Arguments.of("", "{'spec':{'schedulingGates':[{'name':'example.com/data','$patch':'delete'}]}}"),
                Arguments.of("ephemeralcontainers", "{'spec':{'ephemeralContainers':[{'name':'debug','image':'sh'}]}}"),
                Arguments.of("status", "{'status':{'message':'hello'}}"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("harmless")
    void everythingElseOfAWaitingPodIsTheTenants(String subresource, String patch) {
        Pod pod = create(Pods.gpu("schedulingGates: [{name: example.com/data}]"));
        PatchContext strategic = PatchContext.of(PatchType.STRATEGIC_MERGE);
        String body = patch.replace('\'', '"');

        Pod changed = subresource.isEmpty()
                ? pod(pod).patch(strategic, body)
                : pod(pod).subresource(subresource).patch(strategic, body);

        assertThat(changed.getMetadata().getResourceVersion())
                .isNotEqualTo(pod.getMetadata().getResourceVersion());
    }

    @Test
    void theResizeOfARunningPodPasses() {
        Pod pod = released();

        assertThat(pod(pod).subresource("resize")
                        .patch(
                                PatchContext.of(PatchType.STRATEGIC_MERGE),
                                "{\"spec\":{\"containers\":[{\"name\":\"main\",\"resources\":{\"requests\":{\"cpu\":\"1\"}}}]}}")
                        .getSpec()
                        .getContainers()
                        .get(0)
                        .getResources()
                        .getRequests())
                .containsKey("cpu");
    }

    @Test
    void aClusterAdministratorMayDoTheOperatorsPart() {
        Pod pod = released();

        assertThat(pod.getSpec().getSchedulingGates()).isEmpty();
        assertThat(pod.getMetadata().getAnnotations()).containsEntry("offtake.dev/claim", "{}");
    }

    /** A pod that an administrator released with an empty claim; there is no node for it. */
    private static Pod released() {
        Pod pod = create(Pods.pod("", "{nvidia.com/gpu: 8, cpu: 2}", "nodeSelector: {nowhere: here}"));
        return tenant.controlPlane()
                .adminClient()
                .resource(pod)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"annotations\":{\"offtake.dev/claim\":\"{}\"}},\"spec\":{\"schedulingGates\":[]}}");
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

    private static void patch(Pod pod, PatchType type, String patch) {
        pod(pod).patch(PatchContext.of(type), patch.replace('\'', '"'));
    }
}
