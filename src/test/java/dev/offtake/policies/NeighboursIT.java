package dev.offtake.policies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What pods of any namespace may not do to the GPU pods of contracts. */
@OnControlPlane(apiServerOnly = true)
class NeighboursIT {
    /** Looks at pods of namespaces without a tenant; in those of tenants another policy has the same rules. */
    private static final String PREEMPTING = "preempting.offtake.dev";

    private static final String CREATED = "created.offtake.dev";
    private static final String CLAIMS = "claims.offtake.dev";
    private static final String CLAIM_WORDS =
            "annotation offtake.dev/claim is written by the operator when the pod is placed, and ";
    private static final Pod FORGED = Pods.pod("annotations: {offtake.dev/claim: '{}'}", "{nvidia.com/gpu: 1}");
    private static final String ANTI_AFFINITY =
            "affinity: {podAntiAffinity: {%sDuringSchedulingIgnoredDuringExecution: %s}}";

    private static Tenant contracted;
    private static Tenant uncontracted;

    @BeforeAll
    static void installPolicies(Sandbox sandbox) {
        InstalledPolicies.on(sandbox.controlPlane());
        contracted = Tenant.withAllRights(sandbox);
        uncontracted = Tenant.uncontracted(sandbox);
    }

    @ParameterizedTest
    @ValueSource(strings = {"system-node-critical", "system-cluster-critical"})
    void aPodOfASystemClassIsRefusedInEveryNamespaceOfUsers(String priorityClass) {
        Pod pod = Pods.cpu("priorityClassName: " + priorityClass);
        String words = "spec.priorityClassName " + priorityClass + " would preempt GPU pods under contract";

        Refusal.by(CREATED, words, () -> create(contracted, pod));
        Refusal.by(PREEMPTING, words, () -> create(uncontracted, pod));
    }

    @Test
    void theClassOfPlacedPodsIsNotForNamespacesWithoutATenant() {
        Refusal.by(
                PREEMPTING,
                "this namespace has no label offtake.dev/tenant; choose another class",
                () -> create(uncontracted, Pods.cpu("priorityClassName: offtake-placed")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"namespaceSelector: {}", "namespaces: [default]"})
    void aPodDoesNotKeepPodsOfOthersOffNodes(String others) {
        String spec = ANTI_AFFINITY.formatted(
                "required", "[{topologyKey: topology.kubernetes.io/zone, labelSelector: {}, " + others + "}]");
        String words = "keeps pods of others off nodes; leave both out";

        Refusal.by(CREATED, words, () -> create(contracted, Pods.gpu(spec)));
        Refusal.by(PREEMPTING, words, () -> create(uncontracted, Pods.cpu(spec)));
    }

    static Stream<Arguments> friendly() {
        return Stream.of(
                Arguments.of(ANTI_AFFINITY.formatted(
                        "required", "[{topologyKey: kubernetes.io/hostname, labelSelector: {}}]")),
                Arguments.of(ANTI_AFFINITY.formatted(
                        "preferred",
                        "[{weight: 1, podAffinityTerm: {topologyKey: kubernetes.io/hostname, labelSelector: {},"
                                + " namespaceSelector: {}}}]")));
    }

    @ParameterizedTest
    @MethodSource("friendly")
    void antiAffinityAmongItsOwnOrAsAPreferencePasses(String spec) {
        assertThat(create(uncontracted, Pods.cpu(spec)).getSpec().getAffinity()).isNotNull();
    }

    @Test
    void namespacesOfThePlatformMayDoAllThat(Sandbox sandbox) {
        String system = sandbox.namespace("platform", Map.of("offtake.dev/system", "true"));
        Pod pod = Pods.gpu(
                "priorityClassName: system-node-critical",
                ANTI_AFFINITY.formatted("required", "[{topologyKey: zone, labelSelector: {}, namespaceSelector: {}}]"));

        Pod created = sandbox.client().resource(pod).inNamespace(system).create();

        assertThat(created.getSpec().getPriority()).isEqualTo(2_000_001_000);
        assertThat(created.getSpec().getSchedulingGates()).isEmpty();
    }

    static Stream<Map<String, String>> labelsOfThePlatform() {
        return Stream.of(
                Map.of("offtake.dev/system", "true"),
                Map.of("offtake.dev/system", "true", "offtake.dev/tenant", "acme"));
    }

    @ParameterizedTest
    @MethodSource("labelsOfThePlatform")
    void aClaimIsNotForgedInANamespaceOfThePlatformEither(Map<String, String> labels, Sandbox sandbox) {
        Tenant platform = Tenant.withLabels(sandbox, labels);
        Pod pod = create(platform, Pods.gpu("nodeSelector: {nowhere: here}"));
        String words = CLAIM_WORDS + platform.user();

        Refusal.by(CLAIMS, words, () -> create(platform, FORGED));
        Refusal.by(CLAIMS, words, () -> forge(platform, pod));
    }

    @Test
    void aNamespaceOfThePlatformIsNotGatedEvenWithATenant(Sandbox sandbox) {
        String both = sandbox.namespace("both", Map.of("offtake.dev/system", "true", "offtake.dev/tenant", "acme"));

        assertThat(sandbox.client()
                        .resource(Pods.gpu())
                        .inNamespace(both)
                        .create()
                        .getSpec()
                        .getSchedulingGates())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aClaimIsNotForgedAtCreation(boolean hasTenant) {
        Tenant tenant = hasTenant ? contracted : uncontracted;

        Refusal.by(hasTenant ? CREATED : CLAIMS, CLAIM_WORDS + tenant.user(), () -> create(tenant, FORGED));
    }

    @Test
    void aClaimIsNotPreparedWhereNoTenantIsYet() {
        Pod pod = create(uncontracted, Pods.gpu("nodeSelector: {nowhere: here}"));

        Refusal.by(CLAIMS, CLAIM_WORDS + uncontracted.user(), () -> forge(uncontracted, pod));
    }

    @Test
    void gpuPodsOutsideContractsRunUntilTheyAreRefused(Sandbox sandbox) {
        Pod pod = Pods.gpu("nodeSelector: {nowhere: here}");
        assertThat(create(uncontracted, pod).getSpec().getSchedulingGates()).isEmpty();
        String file = InstalledPolicies.file("uncontracted-refuse.yaml").toString();
        sandbox.controlPlane().kubectl("apply", "-f", file).orFail();
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> Refusal.by(
                            "uncontracted.offtake.dev",
                            "namespace " + uncontracted.namespace() + " has no tenant",
                            () -> create(uncontracted, pod)));
            assertThat(create(uncontracted, Pods.cpu()).getSpec().getNodeName()).isNull();
            assertThat(create(contracted, Pods.gpu()).getSpec().getSchedulingGates())
                    .hasSize(1);
        } finally {
            sandbox.controlPlane().kubectl("delete", "-f", file).orFail();
            // Other tests count on GPU pods without a contract.
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .ignoreException(KubernetesClientException.class)
                    .untilAsserted(() -> create(uncontracted, pod));
        }
    }

    private static Pod create(Tenant tenant, Pod pod) {
        return tenant.client().resource(pod).inNamespace(tenant.namespace()).create();
    }

    private static void forge(Tenant tenant, Pod pod) {
        tenant.client()
                .resource(pod)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"annotations\":{\"offtake.dev/claim\":\"{}\"}}}");
    }
}
