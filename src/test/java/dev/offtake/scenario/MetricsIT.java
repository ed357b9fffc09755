package dev.offtake.scenario;

import static dev.offtake.scenario.Scene.gb300;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.LiveFleet;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a scrape of the operator has, as the cluster changes. */
@OnControlPlane
class MetricsIT {
    private Sandbox sandbox;
    private Scene scene;

    @BeforeEach
    void start(Sandbox sandbox) {
        this.sandbox = sandbox;
        scene = new Scene(sandbox);
    }

    /** The values of series that have all of these labels, {@code name="value"}. */
    private List<Double> values(String metric, String... labels) {
        return TestOperator.on(sandbox.controlPlane())
                .get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(metric + "{"))
                .filter(line -> List.of(labels).stream().allMatch(line::contains))
                .map(line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)))
                .toList();
    }

    private Optional<Double> value(String metric, String... labels) {
        return values(metric, labels).stream().findFirst();
    }

    private static String label(String name, String value) {
        return name + "=\"" + value + "\"";
    }

    @Test
    void aRestartCountsAWaitOnFromTheCreationOfThePods() {
        LiveFleet nodes = scene.supply(gb300(2));
        Workspace acme = scene.customer("acme", 2, "node");
        String contract = label("contract", acme.contract());
        nodes.cordon(nodes.node(0, 0));
        nodes.cordon(nodes.node(0, 1));
        acme.job("waits", 1, 4);
        scene.eventually(() -> assertThat(value("offtake_contract_oldest_wait_seconds", contract))
                .hasValueSatisfying(age -> assertThat(age).isGreaterThan(6)));
        assertThat(value("offtake_contract_unserved_by_cause_gpus", contract, label("cause", "Maintenance")))
                .contains(4.0);

        scene.stopOperator();
        scene.startOperator();

        scene.eventually(() -> assertThat(value("offtake_contract_oldest_wait_seconds", contract))
                .isPresent());
        assertThat(value("offtake_contract_oldest_wait_seconds", contract).orElseThrow())
                .isGreaterThan(6);
        nodes.uncordon(nodes.node(0, 0));
        acme.awaitRunning("waits", 1);
        scene.eventually(() -> assertThat(value("offtake_contract_oldest_wait_seconds", contract))
                .contains(0.0));
    }

    @Test
    void theTimeInWhichTheQuotaWasFullIsNoWaitWithinTheCommitmentNeitherBeforeNorAfterARestart() {
        LiveFleet nodes = scene.supply(gb300(2));
        Workspace acme = scene.customer("acme", 1, "node");
        String contract = label("contract", acme.contract());
        acme.job("first", 1, 4);
        acme.awaitRunning("first", 1);
        acme.job("second", 1, 4);
        acme.awaitReason("second", "QuotaReached");
        assertThat(value("offtake_contract_oldest_wait_seconds", contract)).contains(0.0);
        assertThat(value("offtake_contract_waiting_gpus", contract)).contains(4.0);

        scene.stopOperator();
        scene.startOperator();

        scene.eventually(() ->
                assertThat(value("offtake_contract_waiting_gpus", contract)).contains(4.0));
        assertThat(value("offtake_contract_oldest_wait_seconds", contract)).contains(0.0);
        nodes.nodes().forEach(nodes::cordon);
        acme.deleteJob("first");
        scene.eventually(() ->
                assertThat(value("offtake_contract_unserved_gpus", contract)).contains(4.0));
        assertThat(value("offtake_contract_oldest_wait_seconds", contract).orElseThrow())
                .as("counts from the end of the first, not from the creation of its pods")
                .isLessThan(ageOfPods(acme, "second"));
    }

    private static double ageOfPods(Workspace workspace, String job) {
        return workspace.podsOf(job).stream()
                .mapToDouble(
                        pod -> Duration.between(Instant.parse(pod.getMetadata().getCreationTimestamp()), Instant.now())
                                        .toMillis()
                                / 1000.0)
                .max()
                .orElseThrow();
    }

    @Test
    void aContractThatIsDeletedHasNoSeriesAndOneOfItsNameHasThemAgain() {
        scene.supply(gb300(2));
        Workspace acme = scene.customer("acme", 2, "node");
        String contract = label("contract", acme.contract());
        scene.eventually(() ->
                assertThat(value("offtake_contract_committed_gpus", contract)).contains(8.0));
        acme.job("runs", 1, 4);
        acme.awaitRunning("runs", 1);

        scene.deleteContract(acme.contract());
        scene.eventually(() ->
                assertThat(values("offtake_contract_committed_gpus", contract)).isEmpty());
        assertThat(values("offtake_contract_used_gpus", contract)).isEmpty();

        scene.contract(acme.tenant(), "gb300-nvl72", "node", 1, 0);
        scene.eventually(() -> {
            assertThat(value("offtake_contract_committed_gpus", contract)).contains(4.0);
            assertThat(value("offtake_contract_used_gpus", contract, label("tier", "Reserved")))
                    .contains(4.0);
        });
    }

    @Test
    void gpuPodsThatRanBeforeTheirNamespaceHadATenantAreABypassUntilTheyEnd() {
        scene.supply(gb300(2));
        Workspace later = scene.uncontracted("later");
        later.pod("early", 1, "", "");
        later.awaitPodRunning("early");
        String namespace = label("tenant_namespace", later.name());
        assertThat(values("offtake_bypass_pods", namespace)).isEmpty();

        scene.controlPlane()
                .kubectl("label", "namespace", later.name(), "offtake.dev/tenant=" + scene.tenant("acme"))
                .orFail();

        scene.eventually(() -> assertThat(value("offtake_bypass_pods", namespace, scene.tenant("acme")))
                .contains(1.0));
        later.deletePod("early");
        scene.eventually(
                () -> assertThat(values("offtake_bypass_pods", namespace)).isEmpty());
    }

    @Test
    void aPoolThatMakesNoSenseIsShownAsThatUntilItIsGone() {
        String pool = sandbox.name("wrong");
        scene.apply("""
                apiVersion: offtake.dev/v1alpha1
                kind: GPUPool
                metadata: {name: %s}
                spec: {gpuClass: unheard-of}
                """.formatted(pool)).orFail();
        sandbox.own(scene.pool(pool));
        scene.eventually(() -> assertThat(value("offtake_pool_invalid", label("pool", pool), "unheard-of"))
                .contains(1.0));
        assertThat(values("offtake_pool_gpus", label("pool", pool))).isEmpty();

        scene.deletePool(pool);

        scene.eventually(() ->
                assertThat(values("offtake_pool_invalid", label("pool", pool))).isEmpty());
    }
}
