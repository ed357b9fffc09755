package dev.offtake.operator.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offtake.api.Enforcement;
import dev.offtake.testbed.MockServers;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PolicyWatchTest {
    private static final Duration OFTEN = Duration.ofMillis(50);

    private final KubernetesMockServer server = MockServers.keeping(false);
    private KubernetesClient client;

    @BeforeEach
    void install() {
        server.init();
        client = server.createClient();
        objects().forEach(object -> client.resource(object).create());
    }

    @AfterEach
    void end() {
        client.close();
        server.destroy();
    }

    private List<GenericKubernetesResource> objects() {
        return Manifests.shipped().objects(new Installation("offtake-system", false, List.of(), Enforcement.ENFORCE));
    }

    private GenericKubernetesResource object(String kind) {
        return objects().stream()
                .filter(o -> o.getKind().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    private PolicyState look() {
        try (PolicyWatch watch = PolicyWatch.start(client, "offtake-system", Enforcement.ENFORCE)) {
            return watch.state();
        }
    }

    private static PolicyState.Verdict verdict(PolicyState state) {
        return state.verdict(Optional.of("nvidia.com/gpu")).orElseThrow();
    }

    @Test
    void whatIsAsInstalledIsInForce() {
        PolicyState state = look();
        assertThat(state.problems()).isEmpty();
        assertThat(state.inForce()).isTrue();
        assertThat(verdict(state).reason()).isEqualTo("AsInstalled");
    }

    @Test
    void whatIsMissingIsNamed() {
        GenericKubernetesResource binding = object("ValidatingAdmissionPolicyBinding");
        client.resource(binding).delete();
        PolicyState state = look();
        assertThat(state.missing())
                .containsExactly("ValidatingAdmissionPolicyBinding "
                        + binding.getMetadata().getName());
        assertThat(verdict(state).message()).contains(state.missing().get(0), "deploy/policies.yaml");
    }

    @Test
    void aConditionThatNarrowsAPolicyIsAChange() {
        GenericKubernetesResource policy = object("MutatingAdmissionPolicy");
        spec(policy).put("matchConditions", List.of(Map.of("name", "never", "expression", "false")));
        client.resource(policy).update();
        assertThat(look().changed())
                .containsExactly(new PolicyState.Change(
                        "MutatingAdmissionPolicy " + policy.getMetadata().getName(),
                        "spec.matchConditions[0].expression"));
    }

    @Test
    void aFieldThatTheManifestDoesNotHaveIsAChange() {
        GenericKubernetesResource binding = object("MutatingAdmissionPolicyBinding");
        spec(binding).put("matchResources", Map.of("objectSelector", Map.of("matchLabels", Map.of("a", "b"))));
        client.resource(binding).update();
        assertThat(look().changed()).extracting(PolicyState.Change::field).containsExactly("spec.matchResources");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> spec(GenericKubernetesResource object) {
        return (Map<String, Object>) object.getAdditionalProperties().get("spec");
    }

    @Test
    void labelsAndTheWordsOfTheConfigMapAreNotTheOperatorsBusiness() {
        GenericKubernetesResource names = object("ConfigMap");
        names.getMetadata().getLabels().clear();
        names.setAdditionalProperty("data", Map.of("resources", "nvidia.com/gpu,amd.com/gpu"));
        client.resource(names).update();
        PolicyState state = look();
        assertThat(state.inForce()).isTrue();
        assertThat(state.verdict(Optional.of("amd.com/gpu")).orElseThrow().inForce())
                .isTrue();
    }

    @Test
    void anOperatorThatWasToldAnotherEnforcementThanThePoliciesSaysSo() {
        try (PolicyWatch watch = PolicyWatch.start(client, "offtake-system", Enforcement.REPORT)) {
            assertThat(watch.state().changed())
                    .containsExactly(new PolicyState.Change("ConfigMap offtake-resources", "data.enforcement"));
        }
    }

    @Test
    void whatMakesNoSenseIsSaidAndLookedAtAgain() {
        try (PolicyWatch watch = PolicyWatch.start(PolicyReader.ofShipped(client, "offtake-system"), OFTEN)) {
            GenericKubernetesResource names = object("ConfigMap");
            names.setAdditionalProperty("data", List.of("no map"));
            client.resource(names).update();
            await().until(() -> !watch.state().inForce());
            client.resource(object("ConfigMap")).update();
            await().until(() -> watch.state().inForce());
        }
    }

    @Test
    void aPoolWhoseResourceIsNotGatedIsTold() {
        PolicyState.Verdict verdict = look().verdict(Optional.of("amd.com/gpu")).orElseThrow();
        assertThat(verdict.inForce()).isFalse();
        assertThat(verdict.reason()).isEqualTo("ResourceNotGated");
        assertThat(verdict.message()).contains("amd.com/gpu", "offtake-resources");
    }

    @Test
    void theMetricsFollow() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (PolicyWatch watch = PolicyWatch.start(PolicyReader.ofShipped(client, "offtake-system"), OFTEN)) {
            PolicyMetrics.bind(registry, watch);
            assertThat(registry.scrape()).contains("offtake_policies_in_force 1.0");
            client.resource(object("PriorityClass")).delete();
            await().untilAsserted(() -> assertThat(registry.scrape())
                    .contains(
                            "offtake_policies_in_force 0.0",
                            "offtake_policy_problems{policy=\"PriorityClass offtake-placed\"} 1.0"));
            client.resource(object("PriorityClass")).create();
            await().untilAsserted(() -> assertThat(registry.scrape())
                    .contains("offtake_policies_in_force 1.0")
                    .doesNotContain("offtake_policy_problems{"));
        }
    }
}
