package dev.offtake.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.policies.InstalledPolicies;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.OnControlPlane;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the chart makes of many values, the API server takes. */
@Tag("slow")
@OnControlPlane(apiServerOnly = true)
class CombinationsIT {
    private static final Path MONITORING =
            Path.of(System.getProperty("basedir", ""), "src", "test", "resources", "monitoring", "crds.yaml");

    @TempDir
    private Path directory;

    @BeforeAll
    static void theNamespaceAndTheKindsOfThePrometheusOperatorAreThere(ControlPlane controlPlane) {
        InstalledPolicies.on(controlPlane);
        controlPlane
                .kubectl("apply", "--server-side", "-f", MONITORING.toString())
                .orFail();
        controlPlane
                .kubectl("wait", "--for=condition=Established", "--timeout=30s", "-f", MONITORING.toString())
                .orFail();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "namespace.create=true",
                "replicas=0",
                "replicas=1",
                "replicas=5",
                "replicas=1,podDisruptionBudget.create=false",
                "image.repository=registry.local:5000/offtake,image.tag=v1",
                "image.digest=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "image.pullPolicy=Always,imagePullSecrets={pull,other}",
                "uncontracted=Refuse",
                "uncontracted=Refuse,exemptNamespaces={gpu-operator}",
                "exemptNamespaces={gpu-operator,monitoring,offtake-system}",
                "enforcement=Report",
                "enforcement=Report,uncontracted=Refuse,exemptNamespaces={gpu-operator},check.initContainer=true",
                "gpuResources.names={nvidia.com/gpu,amd.com/gpu}",
                "gpuResources.notGpus={nvidia.com/hostdev}",
                "gpuResources.schedulers={default-scheduler,packing}",
                "gpuResources.notGpus={nvidia.com/hostdev,nvidia.com/rdma},uncontracted=Refuse,replicas=3",
                "operator.logLevel=debug,operator.logFormat=plain",
                "operator.apiConcurrency=128,operator.explainAfter=1m30s,operator.reserveAfter=0s,operator.spotPatience=0s,operator.startOverAfter=1h,operator.spotOrder=LargestFirst",
                "operator.leaderElection.leaseDuration=60s,operator.leaderElection.renewDeadline=40s",
                "crds.install=false",
                "check.initContainer=true",
                "check.initContainer=true,replicas=1,operator.logLevel=trace",
                "resources.requests.cpu=2,resources.requests.memory=4Gi,resources.limits.memory=4Gi",
                "resources.limits=null",
                "priorityClassName=system-node-critical",
                "resourceQuota.create=false,priorityClassName=mine",
                "podDisruptionBudget.maxUnavailable=50%",
                "networkPolicy.create=false",
                "networkPolicy.from[0].namespaceSelector.matchLabels.name=monitoring",
                "networkPolicy.apiServer.cidrs={10.0.0.1/32,fd00::1/128},networkPolicy.apiServer.ports={6443}",
                "topologySpreadConstraints[0].maxSkew=1,topologySpreadConstraints[0].topologyKey=zone,"
                        + "topologySpreadConstraints[0].whenUnsatisfiable=DoNotSchedule",
                "nodeSelector.role=platform,tolerations[0].operator=Exists",
                "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]"
                        + ".matchExpressions[0].key=role,affinity.nodeAffinity."
                        + "requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0]"
                        + ".operator=Exists",
                "podLabels.team=platform,podAnnotations.note=here",
                "metrics.service.create=true,metrics.service.annotations.note=here",
                "metrics.serviceMonitor.create=true,metrics.serviceMonitor.labels.release=prometheus",
                "metrics.podMonitor.create=true,metrics.podMonitor.labels.release=prometheus,"
                        + "metrics.podMonitor.interval=1m,metrics.podMonitor.relabelings[0].action=labeldrop,"
                        + "metrics.podMonitor.relabelings[0].regex=container",
                "alerts.prometheusRule.create=true,alerts.prometheusRule.labels.release=prometheus",
                "alerts.prometheusRule.create=true,alerts.labels.team=platform,alerts.rules.OfftakeDown.enabled=false",
                "dashboards.create=true,dashboards.annotations.grafana_folder=Offtake",
                "metrics.serviceMonitor.create=true,alerts.prometheusRule.create=true,dashboards.create=true,replicas=1"
            })
    void theApiServerTakesIt(String values, ControlPlane controlPlane) {
        String manifests = Helm.of(directory, directory.resolve("none"))
                .template("offtake-system", "--set", values)
                .orFail();

        String answer = controlPlane
                .kubectlCommand(controlPlane.kubeconfig())
                .withStdin(manifests)
                .run("apply", "--server-side", "--force-conflicts", "--dry-run=server", "-f", "-")
                .orFail();

        assertThat(answer.lines().filter(line -> line.contains("serverside-applied")))
                .hasSizeGreaterThan(35);
    }
}
