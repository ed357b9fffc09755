package dev.offtake.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.operator.metrics.Catalog;
import dev.offtake.operator.metrics.Metric;
import dev.offtake.testbed.Command;
import dev.offtake.testbed.CommandResult;
import dev.offtake.testbed.Tools;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alerts that ship, by promtool and by Helm. */
class AlertsIT {
    private static final Path ROOT = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    private static final Path FILE = ROOT.resolve("deploy/prometheus/rules.yaml");
    private static final Path TESTS = ROOT.resolve("src/test/prometheus/alerts.yaml");
    private static final Pattern METRIC = Pattern.compile("\\bofftake_\\w+");

    @TempDir
    private Path directory;

    private static CommandResult promtool(String... arguments) {
        return Command.of(Tools.require("promtool"))
                .withLimit(Duration.ofMinutes(3))
                .run(arguments);
    }

    private static Map<String, Object> file() throws IOException {
        return Rules.map(Serialization.unmarshal(Files.readString(FILE), Map.class));
    }

    @Test
    void promtoolFindsNothingWrong() {
        assertThat(promtool("check", "rules", "--lint-fatal", FILE.toString()).orFail())
                .contains("SUCCESS: " + 12 + " rules found");
    }

    @Test
    void eachFiresAndStaysSilentWhereItShould() {
        assertThat(promtool("test", "rules", TESTS.toString()).orFail()).contains("SUCCESS");
    }

    @Test
    void noneIsUntested() throws IOException {
        Set<String> firing = Pattern.compile("labels: '\\{alertname=\"(\\w+)\"|alertname: (\\w+)")
                .matcher(Files.readString(TESTS))
                .results()
                .map(match -> match.group(1) == null ? match.group(2) : match.group(1))
                .collect(Collectors.toSet());

        assertThat(firing)
                .containsExactlyInAnyOrderElementsOf(Rules.alerts(file()).keySet());
    }

    @Test
    void theRuleFileIsWhatThePrometheusRuleHas() throws IOException {
        assertThat(file()).isEqualTo(Rules.of(directory));
    }

    @Test
    void eachSaysHowSevereItIsWhatItMeansAndWhereItsPageIs() throws IOException {
        Map<String, Map<String, Object>> alerts = Rules.alerts(file());

        assertThat(alerts).isNotEmpty().allSatisfy((name, alert) -> {
            assertThat(Rules.map(alert.get("labels")).get("severity")).isIn("info", "warning", "critical");
            assertThat(Rules.map(alert.get("annotations")))
                    .containsKeys("summary", "description")
                    .containsEntry(
                            "runbook_url",
                            "https://github.com/offtake/offtake/blob/main/docs/runbooks/" + name + ".md");
            assertThat(alert).containsKeys("expr", "for");
        });
    }

    @Test
    void theyUseOnlyMetricsThatThereAre() throws IOException {
        Set<String> known = Catalog.all().stream().map(Metric::name).collect(Collectors.toSet());
        List<String> used = METRIC.matcher(Files.readString(FILE))
                .results()
                .map(MatchResult::group)
                .toList();

        assertThat(used).isNotEmpty().allSatisfy(name -> assertThat(known).contains(name));
    }

    @Test
    void valuesChangeThemSwitchThemOffAndLabelThem() {
        Map<String, Map<String, Object>> alerts = Rules.alerts(Rules.of(
                directory,
                "alerts.rules.OfftakeDown.enabled=false",
                "alerts.rules.GPUContractQuotaAlmostUsed.ratio=0.75",
                "alerts.rules.GPUContractQuotaAlmostUsed.for=2h",
                "alerts.rules.GPUContractQuotaAlmostUsed.severity=warning",
                "alerts.rules.GPUContractGuaranteeBreached.timeToPlaceSeconds=1000000",
                "alerts.restartWindow=90s",
                "alerts.labels.team=platform",
                "alerts.labels.severity=none",
                "alerts.runbookUrl=https://wiki.example/gpu/"));

        assertThat(alerts).hasSize(11).doesNotContainKey("OfftakeDown");
        Map<String, Object> almost = alerts.get("GPUContractQuotaAlmostUsed");
        assertThat(almost).containsEntry("for", "2h");
        assertThat(String.valueOf(almost.get("expr"))).contains("> 0.75 *");
        assertThat(Rules.map(almost.get("labels")))
                .containsEntry("severity", "warning")
                .containsEntry("team", "platform");
        assertThat(Rules.map(almost.get("annotations")))
                .containsEntry("runbook_url", "https://wiki.example/gpu/GPUContractQuotaAlmostUsed.md");
        assertThat(String.valueOf(alerts.get("GPUContractGuaranteeBreached").get("expr")))
                .contains("+ 1000000", "[90s]");
        assertThat(alerts.toString()).doesNotContain("@");
    }
}
