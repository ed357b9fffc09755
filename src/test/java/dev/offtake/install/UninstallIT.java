package dev.offtake.install;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.docs.Document;
import dev.offtake.scenario.OperatorJvm;
import dev.offtake.testbed.Command;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left when the release is uninstalled under running and waiting work, and how docs/operations.md says to go on. */
@Tag("slow")
@OnControlPlane
class UninstallIT {
    private static final Path JAVA = Path.of(System.getProperty("java.home"));
    private static final String RESEARCH = "research";

    @TempDir
    private Path directory;

    @Test
    void runningWorkContractsAndKindsStayAndWaitingPodsAreReleasedAsWritten() throws Exception {
        try (OwnCluster cluster = new OwnCluster(directory);
                Sandbox sandbox = cluster.controlPlane.newSandbox()) {
            fleet().racks(1)
                    .traysPerRack(2)
                    .product("NVIDIA-H100-80GB-HBM3")
                    .vocabulary("nvidia")
                    .create(sandbox);
            cluster.helm("install", "offtake", Helm.CHART.toString()).orFail();
            Set<String> running = oneRunsAndOneWaits(cluster);

            cluster.helm("uninstall", "offtake", "--wait").orFail();

            assertThat(cluster.kubectl("get", "crds", "-o", "name"))
                    .contains("gpupools.offtake.dev", "tenantcontracts.offtake.dev", "gpuworkloads.offtake.dev");
            assertThat(cluster.kubectl("get", "contracts,gpool,gpuwl", "-A", "-o", "name"))
                    .contains("/research-2026", "/h100", "/job-first", "/job-second");
            assertThat(cluster.kubectl(
                            "get",
                            "mutatingadmissionpolicies,validatingadmissionpolicies,clusterroles,priorityclasses",
                            "-o",
                            "name"))
                    .doesNotContain("offtake");
            assertThat(pods(cluster, "first"))
                    .hasSize(4)
                    .allMatch(pod -> pod.getStatus().getPhase().equals("Running"));
            assertThat(uids(pods(cluster, "first"))).isEqualTo(running);
            assertThat(pods(cluster, "second"))
                    .hasSize(4)
                    .allMatch(pod -> pod.getSpec().getSchedulingGates().size() == 1);

            List<String> commands = Document.of("docs/operations.md")
                    .section("### After an uninstall")
                    .commands();
            assertThat(commands).hasSizeGreaterThanOrEqualTo(2);
            commands.forEach(command -> type(cluster, command));

            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(pods(cluster, "second"))
                            .hasSize(4)
                            .allMatch(pod -> pod.getStatus().getPhase().equals("Running")));
            assertThat(uids(pods(cluster, "first"))).isEqualTo(running);
            cluster.kubectl("delete", "namespace", RESEARCH, "--timeout=60s");
        }
    }

    @Test
    void aReleaseInstalledAnewTakesOverWhatWasKept() {
        try (OwnCluster cluster = new OwnCluster(directory)) {
            cluster.helm("install", "offtake", Helm.CHART.toString()).orFail();
            cluster.controlPlane
                    .kubectl("wait", "--for=condition=Established", "crd/gpupools.offtake.dev", "--timeout=30s")
                    .orFail();
            cluster.kubectl("apply", "-f", example("pool"));
            cluster.helm("uninstall", "offtake", "--wait").orFail();

            cluster.helm("install", "offtake", Helm.CHART.toString(), "--wait").orFail();

            assertThat(cluster.kubectl("get", "gpool", "-o", "name")).contains("/h100");
        }
    }

    /** @return uids of the pods of the running Job */
    private static Set<String> oneRunsAndOneWaits(OwnCluster cluster) throws IOException, InterruptedException {
        cluster.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
        try (OperatorJvm operator = OperatorJvm.start(cluster.controlPlane, JAVA, List.of())) {
            assertThat(operator.startToReady()).isPositive();
            cluster.kubectl("apply", "-f", example("pool"), "-f", example("contract"), "-f", example("namespace"));
            cluster.kubectl(
                    "wait", "--for=jsonpath={.status.lifecycle}=Active", "contract/research-2026", "--timeout=60s");
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> isGated(cluster));
            cluster.kubectl("apply", "-f", example("first-job"));
            cluster.kubectl("-n", RESEARCH, "wait", "--for=jsonpath={.status.ready}=4", "job/first", "--timeout=60s");
            cluster.kubectl("apply", "-f", example("second-job"));
            cluster.kubectl("-n", RESEARCH, "wait", "--for=create", "gpuwl/job-second", "--timeout=60s");
        }
        return uids(pods(cluster, "first"));
    }

    private static boolean isGated(OwnCluster cluster) {
        return !cluster.admin
                .resource(InstallIT.gpuPod())
                .inNamespace(RESEARCH)
                .dryRun()
                .create()
                .getSpec()
                .getSchedulingGates()
                .isEmpty();
    }

    private static void type(OwnCluster cluster, String command) {
        Command kubectl = cluster.controlPlane.kubectlCommand(cluster.controlPlane.kubeconfig());
        Command shell = Command.of(Path.of("/bin/sh"));
        for (var variable : kubectl.environment().entrySet()) {
            shell = shell.withEnvironment(variable.getKey(), variable.getValue());
        }
        shell.withEnvironment("PATH", kubectl.program().getParent() + ":" + System.getenv("PATH"))
                .run("-c", command)
                .orFail();
    }

    private static List<Pod> pods(OwnCluster cluster, String job) {
        return cluster.admin
                .pods()
                .inNamespace(RESEARCH)
                .withLabel("batch.kubernetes.io/job-name", job)
                .list()
                .getItems();
    }

    private static Set<String> uids(List<Pod> pods) {
        return pods.stream().map(pod -> pod.getMetadata().getUid()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String example(String name) {
        return Path.of(System.getProperty("basedir", ""), "examples", "first", name + ".yaml")
                .toString();
    }
}
