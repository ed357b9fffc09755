package dev.offtake.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.Command;
import dev.offtake.testbed.CommandResult;
import dev.offtake.testbed.Tools;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Helm says of the chart without a cluster. */
class ChartIT {
    private static final Path DEPLOY = Path.of(System.getProperty("basedir", ""), "deploy");

    @TempDir
    private Path directory;

    private Helm helm;

    @BeforeEach
    void useHelm() {
        helm = Helm.of(directory, directory.resolve("none"));
    }

    @Test
    void itHasNothingThatHelmWarnsAbout() {
        String report = helm.run("lint", "--strict", "--kube-version", "1.36.0", Helm.CHART.toString())
                .orFail();

        assertThat(report).contains("1 chart(s) linted, 0 chart(s) failed").doesNotContain("[WARNING]", "[ERROR]");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            replicas=two                                       | replicas
            replicas=-1                                        | replicas
            replica=2                                          | replica
            enforcement=Audit                                  | enforcement
            uncontracted=Deny                                  | uncontracted
            exemptNamespaces={Not_A_Name}                      | exemptNamespaces
            image.tag=a/b                                      | image/tag
            image.digest=sha256:1                              | image/digest
            image.pullPolicy=Sometimes                         | image/pullPolicy
            imagePullSecrets={A B}                             | imagePullSecrets
            gpuResources.names=                                | gpuResources/names
            operator.logLevel=loud                             | operator/logLevel
            operator.explainAfter=soon                         | operator/explainAfter
            operator.reserveAfter=1d                           | operator/reserveAfter
            operator.spotPatience=1d                           | operator/spotPatience
            operator.startOverAfter=5                          | operator/startOverAfter
            operator.spotOrder=Random                          | operator/spotOrder
            operator.explainAfter=1m1h                         | operator/explainAfter
            operator.reserveAfter=10000000h                    | operator/reserveAfter
            operator.spotPatience=                             | operator/spotPatience
            operator.apiConcurrency=0                          | operator/apiConcurrency
            operator.leaderElection.leaseDuration=15           | leaseDuration
            operator.leaderElection.lease=15s                  | leaderElection
            podDisruptionBudget.maxUnavailable=0               | podDisruptionBudget/maxUnavailable
            networkPolicy.apiServer.cidrs={everywhere}         | networkPolicy/apiServer/cidrs
            networkPolicy.apiServer.ports={70000}              | networkPolicy/apiServer/ports
            networkPolicy.from[0].ip=10.0.0.1                  | networkPolicy/from
            resources.requests.cpu=many                        | resources/requests/cpu
            priorityClassName=                                 | priorityClassName
            podLabels.app\\.kubernetes\\.io/name=mine          | podLabels
            crds.keep=false                                    | crds
            check.initContainer=maybe                          | check/initContainer
            metrics.serviceMonitor.interval=often              | serviceMonitor/interval
            metrics.serviceMonitor.interval=1m1h               | serviceMonitor/interval
            metrics.serviceMonitor.scrapeTimeout=0s            | serviceMonitor/scrapeTimeout
            metrics.podMonitor.enabled=true                    | podMonitor
            alerts.prometheusRule.labels.tier=1                | prometheusRule/labels/tier
            alerts.rules.OfftakeGone.enabled=true              | alerts/rules
            alerts.rules.OfftakeDown.for=soon                  | OfftakeDown/for
            alerts.rules.OfftakeDown.for=1m1h                  | OfftakeDown/for
            alerts.rules.OfftakeDown.for=                      | OfftakeDown/for
            alerts.rules.OfftakeDown.severity=page             | OfftakeDown/severity
            alerts.rules.GPUContractUnderused.window=0d        | GPUContractUnderused/window
            alerts.restartWindow=0s                            | alerts/restartWindow
            alerts.restartWindow=300y                          | alerts/restartWindow
            alerts.labels.my-team=gpu                          | my-team
            alerts.runbookUrl=https://wiki/{{x}}               | alerts/runbookUrl
            alerts.rules.GPUPoolUnusable.ratio=1.5             | GPUPoolUnusable/ratio
            alerts.rules.GPUPoolUnusable.ratio=0               | GPUPoolUnusable/ratio
            alerts.rules.OfftakeStalled.waiting=0              | OfftakeStalled/waiting
            alerts.runbookUrl=wiki                             | alerts/runbookUrl
            dashboards.labels.grafana_dashboard=1              | dashboards/labels
            image.repository=foo bar                           | image/repository
            image.repository=registry.local/offtake:v1         | image/repository
            image.repository=registry.local/                   | image/repository
            image.tag=-v1                                      | image/tag
            podLabels.team=A B                                 | podLabels/team
            podLabels.my team=a                                | my team
            nodeSelector.role=A B                              | nodeSelector/role
            metrics.serviceMonitor.labels.release=A B          | serviceMonitor/labels/release
            metrics.podMonitor.labels.app\\.kubernetes\\.io/part-of=a | podMonitor/labels
            alerts.prometheusRule.labels.release=-             | prometheusRule/labels/release
            alerts.labels.contract=gpu                         | alerts/labels/contract
            alerts.labels.tenant=gpu                           | alerts/labels/tenant
            alerts.labels.__name__=gpu                         | __name__
            dashboards.labels.grafana_dashboard=A B            | dashboards/labels/grafana_dashboard
            resources.requests.cpu=-1                          | resources/requests/cpu
            resources.requests.cpu=0.5.5                       | resources/requests/cpu
            resources.limits.memory=1Zi                        | resources/limits/memory
            priorityClassName=Foo Bar                          | priorityClassName
            tolerations[0].foo=bar                             | tolerations/0
            affinity.nodeAffinty.foo=bar                       | nodeAffinty
            topologySpreadConstraints[0].topologyky=zone       | topologySpreadConstraints/0
            operator=null                                      | missing property 'operator'
            operator.leaderElection=null                       | missing property 'leaderElection'
            operator.leaderElection.retryPeriod=null           | missing property 'retryPeriod'
            networkPolicy.apiServer=null                       | missing property 'apiServer'
            metrics.podMonitor=null                            | missing property 'podMonitor'
            alerts.rules=null                                  | missing property 'rules'
            alerts.rules.OfftakeDown=null                      | missing property 'OfftakeDown'
            """)
    void aWrongValueIsRefusedWithItsName(String value, String field) {
        CommandResult result = helm.template("offtake-system", "--set", value);

        assertThat(result.isSuccess()).isFalse();
        assertThat(result.stderr())
                .contains("values don't meet the specifications")
                .contains(field);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            operator.leaderElection.renewDeadline=15s          | operator.leaderElection.renewDeadline
            operator.leaderElection.renewDeadline=1m           | operator.leaderElection.renewDeadline
            operator.leaderElection.retryPeriod=5s             | operator.leaderElection.retryPeriod
            operator.leaderElection.retryPeriod=99ms           | operator.leaderElection.retryPeriod
            operator.leaderElection.leaseDuration=15s500ms     | operator.leaderElection.leaseDuration
            operator.leaderElection.leaseDuration=24h1s        | operator.leaderElection.leaseDuration
            operator.spotPatience=720h1ms                      | operator.spotPatience
            metrics.serviceMonitor.scrapeTimeout=31s           | metrics.serviceMonitor.scrapeTimeout
            metrics.podMonitor.interval=9s                     | metrics.podMonitor.scrapeTimeout
            metrics.serviceMonitor.create=true,metrics.podMonitor.create=true | metrics.serviceMonitor.create and metrics.podMonitor.create
            """)
    void valuesThatDoNotFitEachOtherAreRefusedWithTheirNames(String values, String fields) {
        CommandResult result = helm.template("offtake-system", "--set", values);

        assertThat(result.isSuccess()).isFalse();
        assertThat(result.stderr()).contains("execution error").contains(fields);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "topologySpreadConstraints=[]",
                "operator={\"explainAfter\":\"0s\",\"reserveAfter\":\"999999h1ms\",\"spotPatience\":\"720h\",\"startOverAfter\":\"0s\"}",
                "alerts={\"restartWindow\":\"1h30m\",\"labels\":{\"owner\":\"{{ $labels.tenant }}\"}}",
                "enabled=true",
                "tolerations=[{\"key\":\"a\",\"operator\":\"Exists\",\"effect\":\"NoExecute\",\"tolerationSeconds\":5}]",
                "resources.requests={\"cpu\":0.5,\"memory\":\"1Ti\"}",
                "resources.requests={\"cpu\":\"500m\",\"memory\":1073741824}",
                "resources.requests={\"cpu\":\".5\",\"memory\":\"512Ki\"}",
                "operator.leaderElection={\"leaseDuration\":\"1m08s\",\"renewDeadline\":\"1m7s999ms\"}",
                "operator.leaderElection.leaseDuration=\"24h\"",
                "image.repository=\"registry.local:5000/a__b/c-d.e_f--g\"",
                "podLabels={\"empty\":\"\",\"example.com/Team_1\":\"a.B-c\"}",
                "nodeSelector={\"node-role.kubernetes.io/control-plane\":\"\"}",
                "alerts.labels={\"_a\":\"any text\",\"A_1\":\"b\"}",
                "metrics.podMonitor={\"create\":true,\"interval\":\"10s\"}",
            })
    void aValueAtItsLimitIsTaken(String value) {
        String manifests = helm.template("offtake-system", "--set-json", value).orFail();

        assertThat(kinds(manifests)).contains("Deployment");
    }

    @Test
    void aNameOfDigitsStaysAName() {
        String manifests = helm.template(
                        "offtake-system",
                        "--set-string",
                        "exemptNamespaces={123},imagePullSecrets={456},priorityClassName=789")
                .orFail();

        assertThat(manifests)
                .contains(
                        "values: [\"kube-system\", \"offtake-system\", \"123\"]",
                        "- name: \"456\"",
                        "priorityClassName: \"789\"",
                        "scopeName: PriorityClass, operator: In, values: [\"789\"]");
    }

    /** There it would count, and limit, the critical pods of the cluster itself. */
    @Test
    void noQuotaOfCriticalPodsIsLaidOnTheClusterItself() {
        assertThat(kinds(helm.template("offtake-system").orFail())).contains("ResourceQuota");
        assertThat(kinds(helm.template("kube-system").orFail())).doesNotContain("ResourceQuota");
    }

    @Test
    void theFilesOfDeployAreTheChartRendered() throws IOException {
        Path rendered = directory.resolve("rendered");
        Command.of(DEPLOY.resolve("render.sh"))
                .withEnvironment("HELM", Tools.require("helm").toString())
                .run(rendered.toString())
                .orFail();

        List<Path> expected = files(DEPLOY).stream()
                .filter(file ->
                        !file.toString().equals("render.sh") && !file.toString().equals("kustomization.yaml"))
                .toList();
        assertThat(files(rendered)).containsExactlyElementsOf(expected);
        for (Path file : expected) {
            assertThat(rendered.resolve(file))
                    .as("deploy/%s is rendered; make it anew with: deploy/render.sh", file)
                    .hasSameTextualContentAs(DEPLOY.resolve(file));
        }
    }

    @Test
    void nothingNeedsThePrometheusOperatorUnlessItIsAskedFor() {
        assertThat(helm.template("offtake-system").orFail())
                .doesNotContain("monitoring.coreos.com", "grafana_dashboard", "offtake-metrics");
    }

    @Test
    void theDashboardsAreConfigMapsThatTheSidecarOfGrafanaFinds() throws IOException {
        String manifests = helm.template(
                        "offtake-system", "--show-only", "templates/dashboards.yaml", "--set", "dashboards.create=true")
                .orFail();
        Map<String, String> dashboards = new TreeMap<>();
        for (String manifest : manifests.split("(?m)^---$")) {
            if (manifest.contains("kind: ConfigMap")) {
                ConfigMap map = Serialization.unmarshal(manifest, ConfigMap.class);
                assertThat(map.getMetadata().getLabels()).containsEntry("grafana_dashboard", "1");
                dashboards.putAll(map.getData());
            }
        }

        assertThat(dashboards).containsOnlyKeys("offtake-contracts.json", "offtake-operator.json");
        for (String name : List.of("contracts.json", "operator.json")) {
            assertThat(dashboards.get("offtake-" + name).strip())
                    .isEqualTo(Files.readString(
                                    Helm.CHART.resolve("files/dashboards").resolve(name))
                            .strip());
        }
    }

    @Test
    void everyKindHasATemplateThatKeepsIt() throws IOException {
        List<String> kinds = files(Helm.CHART.resolve("files/crds")).stream()
                .map(file -> file.toString().replace("offtake.dev_", ""))
                .toList();
        assertThat(kinds).isNotEmpty();
        assertThat(files(Helm.CHART.resolve("templates/crds")).stream().map(Path::toString))
                .containsExactlyElementsOf(kinds);
        for (String kind : kinds) {
            assertThat(Files.readString(DEPLOY.resolve("crds").resolve("offtake.dev_" + kind)))
                    .contains("\nmetadata:\n  annotations:\n    helm.sh/resource-policy: keep\n");
        }
    }

    @Test
    void withoutMutatingPoliciesEverythingElseIsThere() {
        String[] noMutating = {"template", "offtake", Helm.CHART.toString(), "--kube-version", "1.34.0"};
        List<String> with = kinds(helm.template("default").orFail());
        List<String> without = kinds(helm.run(noMutating).orFail());

        with.removeIf(kind -> kind.startsWith("Mutating"));
        assertThat(without).isNotEmpty().containsExactlyElementsOf(with);
        assertThat(helm.run("template", "offtake", Helm.CHART.toString(), "--kube-version", "1.29.0")
                        .stderr())
                .contains("kubeVersion: >=1.30.0-0");
    }

    private static List<String> kinds(String manifests) {
        return new ArrayList<>(Arrays.stream(manifests.split("\n"))
                .filter(line -> line.startsWith("kind: "))
                .map(line -> line.substring("kind: ".length()))
                .toList());
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .map(folder::relativize)
                    .sorted()
                    .toList();
        }
    }
}
