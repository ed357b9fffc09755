package dev.offtake.scenario;

import static dev.offtake.scenario.Scene.gb300;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offtake.docs.Dashboards;
import dev.offtake.install.Rules;
import dev.offtake.operator.metrics.Catalog;
import dev.offtake.operator.metrics.Metric;
import dev.offtake.testbed.LiveFleet;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Prometheus;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus scrapes the operator and has the alerts of the chart, with short times. */
@OnControlPlane
@Tag("prometheus")
class PrometheusIT {
    private static final Duration INTERVAL = Duration.ofSeconds(3);
    private static final Duration FOR = Duration.ofSeconds(6);
    private static final Duration TIME_TO_PLACE = Duration.ofSeconds(2);
    private static final String PAST = "2026-01-01T00:00:00Z";
    private static final String FAR = "2036-01-01T00:00:00Z";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(offtake_\\w+?)(?:\\{([^}]*)})? ");

    @TempDir
    private Path directory;

    private Sandbox sandbox;
    private Scene scene;
    private Workspace acme;
    private Prometheus prometheus;

    @BeforeEach
    void threeNodes(Sandbox sandbox) {
        this.sandbox = sandbox;
        scene = new Scene(sandbox);
        Map<String, Object> rules = Rules.of(
                directory,
                "alerts.rules.GPUContractQuotaExceeded.for=6s",
                "alerts.rules.GPUContractGuaranteeBreached.for=6s",
                "alerts.rules.OfftakeDown.for=30s");
        prometheus = Prometheus.start(
                INTERVAL, List.of(TestOperator.on(sandbox.controlPlane()).port()), Serialization.asYaml(rules));
    }

    @AfterEach
    void stop() {
        if (prometheus != null) {
            prometheus.close();
        }
    }

    @Test
    void aTermThatEndsUnderRunningWorkIsSeenAsAnExceededQuota() {
        scene.supply(gb300(2));
        acme = scene.workspace("train", scene.tenant("acme"));
        Instant end = Instant.now().plusSeconds(15).truncatedTo(ChronoUnit.SECONDS);
        String contract = contract(2, end.toString());
        acme.job("running", 1, 4);
        acme.awaitRunning("running", 1);
        assertThat(firing("GPUContractQuotaExceeded", contract)).isEmpty();

        Prometheus.Alert alert = awaitFiring("GPUContractQuotaExceeded", contract);

        assertThat(firedAt("GPUContractQuotaExceeded", contract)).isBefore(seenBy(end));
        assertThat(alert.labels().path("tenant").asText()).isEqualTo(acme.tenant());
        assertThat(alert.annotations().path("summary").asText()).contains("holds 4 GPUs more");
        assertThat(acme.runningPodsOf("running")).hasSize(1);
        acme.deleteJob("running");
        awaitSilence("GPUContractQuotaExceeded", contract);
    }

    @Test
    void aTrayThatFailsWhileItsOwnerClaimsMoreIsSeenAsABreachWithItsCause() {
        LiveFleet nodes = scene.supply(gb300(3));
        Workspace other = scene.customer("other", 1, "node");
        acme = scene.workspace("train", scene.tenant("acme"));
        String contract = contract(2, FAR);
        other.job("full", 1, 4);
        acme.job("first", 1, 4);
        other.awaitRunning("full", 1);
        acme.awaitRunning("first", 1);
        List<String> used = new ArrayList<>(acme.nodesOf("first"));
        used.addAll(other.nodesOf("full"));
        String tray = nodes.nodes().stream()
                .filter(node -> !used.contains(node))
                .findFirst()
                .orElseThrow();
        nodes.condition(tray, "GpuNvlinkWatch", "True");
        scene.eventually(() -> assertThat(
                        scene.pool(scene.poolName()).getStatus().nodes().unhealthy())
                .isEqualTo(1));
        Instant demanded = Instant.now();

        acme.job("second", 1, 4);

        Prometheus.Alert alert = awaitFiring("GPUContractGuaranteeBreached", contract);
        assertThat(firedAt("GPUContractGuaranteeBreached", contract))
                .isBefore(seenBy(demanded.plus(TIME_TO_PLACE).plusSeconds(1)));
        assertThat(alert.annotations().path("cause").asText()).isEqualTo("NodeFault");
        assertThat(alert.annotations().path("gpus").asText()).isEqualTo("4");
        assertThat(alert.annotations().path("description").asText()).contains(contract, "gb300-nvl72", "4 GPUs");
        assertThat(firing("GPUContractGuaranteeBreached", other.contract())).isEmpty();
        nodes.condition(tray, "GpuNvlinkWatch", "False");
        acme.awaitRunning("second", 1);
        awaitSilence("GPUContractGuaranteeBreached", contract);
    }

    @Test
    @Tag("slow")
    void aTrayThatFailsUnderAFullContractIsSeenAsABreachToo() {
        LiveFleet nodes = scene.supply(gb300(2));
        acme = scene.workspace("train", scene.tenant("acme"));
        String contract = contract(2, FAR);
        acme.job("full", 2, 4);
        acme.awaitRunning("full", 2);
        String tray = acme.nodesOf("full").get(0);
        nodes.condition(tray, "GpuNvlinkWatch", "True");
        Instant failed = Instant.now();

        acme.runningPodsOf("full").stream()
                .filter(pod -> tray.equals(pod.getSpec().getNodeName()))
                .forEach(pod -> acme.endPod(pod, true));

        Prometheus.Alert alert = awaitFiring("GPUContractGuaranteeBreached", contract);
        // The Job controller takes a while to make another pod for one that has failed.
        assertThat(firedAt("GPUContractGuaranteeBreached", contract))
                .isBefore(seenBy(failed.plus(TIME_TO_PLACE).plusSeconds(20)));
        assertThat(alert.annotations().path("cause").asText()).isEqualTo("NodeFault");
        assertThat(alert.annotations().path("gpus").asText()).isEqualTo("4");
        nodes.condition(tray, "GpuNvlinkWatch", "False");
        acme.awaitRunning("full", 2);
        awaitSilence("GPUContractGuaranteeBreached", contract);
    }

    @Test
    void everyPanelHasDataEveryRuleIsEvaluatedAndEveryMetricIsOneOfTheDocumented() {
        scene.supply(gb300(2));
        acme = scene.workspace("train", scene.tenant("acme"));
        contract(1, FAR);
        acme.job("running", 1, 4);
        acme.awaitRunning("running", 1);
        acme.job("waiting", 1, 4);
        acme.awaitReason("waiting", "QuotaReached");

        await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            List<Dashboards.Query> empty = Dashboards.queries().stream()
                    .filter(query -> prometheus.query(query.promql()).isEmpty())
                    .toList();
            assertThat(empty).isEmpty();
        });
        assertThat(prometheus.failedRules()).isEmpty();
        assertThat(prometheus.query("offtake_contract_waiting_gpus{tenant=\"" + acme.tenant() + "\"}"))
                .singleElement()
                .extracting(Prometheus.Series::value)
                .isEqualTo(4.0);
        assertThatScrapeIsDocumented();
    }

    private void assertThatScrapeIsDocumented() {
        Map<String, List<String>> known =
                Catalog.all().stream().collect(Collectors.toMap(Metric::name, Metric::labels));
        String scrape = TestOperator.on(sandbox.controlPlane()).get("/metrics").body();
        Matcher samples = SAMPLE.matcher(scrape);
        TreeSet<String> seen = new TreeSet<>();
        while (samples.find()) {
            String name = samples.group(1).replaceAll("(_bucket|_sum|_count)$", "");
            assertThat(known).containsKey(name);
            List<String> labels = Pattern.compile("(\\w+)=\"")
                    .matcher(Optional.ofNullable(samples.group(2)).orElse(""))
                    .results()
                    .map(label -> label.group(1))
                    .filter(label -> !label.equals("le"))
                    .toList();
            assertThat(labels).as(name).containsExactlyInAnyOrderElementsOf(known.get(name));
            seen.add(name);
        }
        assertThat(seen).hasSizeGreaterThan(35);
    }

    /** In time: within what the alert waits, two scrapes and one evaluation. */
    private static Instant seenBy(Instant since) {
        return since.plus(FOR).plus(INTERVAL.multipliedBy(3));
    }

    private List<Prometheus.Alert> firing(String name, String contract) {
        return prometheus.firing().stream()
                .filter(alert -> alert.name().equals(name)
                        && alert.labels().path("contract").asText().equals(contract))
                .toList();
    }

    private Prometheus.Alert awaitFiring(String name, String contract) {
        return await(name)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> firing(name, contract), alerts -> !alerts.isEmpty())
                .get(0);
    }

    private void awaitSilence(String name, String contract) {
        await(name + " is over")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> firing(name, contract).isEmpty());
    }

    /** When the alert fired, as Prometheus has it. */
    private Instant firedAt(String name, String contract) {
        return prometheus
                .first("ALERTS{alertname=\"" + name + "\",alertstate=\"firing\",contract=\"" + contract + "\"}")
                .orElseThrow();
    }

    private String contract(int nodes, String end) {
        String name = sandbox.name("watched");
        scene.apply("""
                apiVersion: offtake.dev/v1alpha1
                kind: TenantContract
                metadata: {name: %s}
                spec:
                  tenant: %s
                  term: {start: "%s", end: "%s"}
                  timeToPlace: %ds
                  commitments:
                  - {name: base, gpuClass: gb300-nvl72, unit: node, tranches: [{name: all, quantity: %d, due: "%s"}]}
                """.formatted(name, acme.tenant(), PAST, end, TIME_TO_PLACE.toSeconds(), nodes, PAST))
                .orFail();
        sandbox.own(scene.contract(name));
        return name;
    }
}
