package dev.offtake.install;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.docs.Document;
import dev.offtake.scenario.OperatorJvm;
import dev.offtake.testbed.Command;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import dev.offtake.testbed.Tools;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSchedulingGate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Types what docs/adopting.md says, in a cluster whose work runs already. */
@Tag("slow")
@OnControlPlane
class AdoptingIT {
    private static final Path JAVA = Path.of(System.getProperty("java.home"));
    private static final Path ROOT = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    private static final String RESEARCH = "research";
    private static final Document PAGE = Document.of("docs/adopting.md");

    private Optional<OperatorJvm> operator = Optional.empty();

    @TempDir
    private Path directory;

    @AfterEach
    void stopOperator() {
        operator.ifPresent(OperatorJvm::close);
        operator = Optional.empty();
    }

    @Test
    void fromReportToOneNamespaceToAllAndBackOutAsWritten() throws Exception {
        try (OwnCluster cluster = new OwnCluster(directory);
                Sandbox sandbox = cluster.controlPlane.newSandbox()) {
            fleet().racks(1)
                    .traysPerRack(4)
                    .product("NVIDIA-H100-80GB-HBM3")
                    .vocabulary("nvidia")
                    .create(sandbox);
            cluster.admin
                    .resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(RESEARCH)
                            .endMetadata()
                            .build())
                    .create();
            job(cluster, "first", 4);
            awaitRunning(cluster, "first", 4);
            Set<String> first = uids(pods(cluster, "first"));

            type(cluster, "## Report");
            startOperator(cluster);
            type(cluster, "## See what would be decided");
            job(cluster, "second", 4);
            awaitRunning(cluster, "second", 4);
            eventually(() -> assertThat(gpus(cluster))
                    .contains("\"committed\":4", "\"used\":4", "\"waiting\":4", "\"beyond\":4"));
            type(cluster, "## See what would be decided");
            assertThat(lastOutputOf(cluster, "## See what would be decided", "waiting.message"))
                    .contains("research job-second: needs 4 GPUs, 0 of 4 free");
            assertThat(pods(cluster, "second")).allSatisfy(AdoptingIT::isUntouched);
            assertThat(pods(cluster, "first")).allSatisfy(AdoptingIT::isUntouched);

            type(cluster, "## Enforce one namespace");
            eventually(() -> assertThat(pods(cluster, "first"))
                    .hasSize(4)
                    .allMatch(pod -> pod.getMetadata().getAnnotations().containsKey("offtake.dev/claim")));
            awaitGated(cluster, true);
            job(cluster, "third", 4);
            eventually(() -> assertThat(gates(cluster, "third")).hasSize(4));

            type(cluster, "## Enforce all of them");
            startOperator(cluster);
            eventually(() -> assertThat(gpus(cluster)).contains("\"used\":4"));
            assertThat(uids(pods(cluster, "first"))).isEqualTo(first);
            assertThat(gates(cluster, "third")).hasSize(4);

            type(cluster, "## And back");
            startOperator(cluster);
            awaitRunning(cluster, "third", 4);
            awaitGated(cluster, false);
            assertThat(uids(pods(cluster, "first"))).isEqualTo(first);
            eventually(() -> assertThat(
                            cluster.kubectl("get", "gpuwl", "-A", "-o", "jsonpath={.items[*].metadata.finalizers}"))
                    .isEmpty());

            type(cluster, "## Leave");
            stopOperator();
            assertThat(uids(pods(cluster, "first"))).isEqualTo(first);
            for (String job : List.of("first", "second", "third")) {
                awaitRunning(cluster, job, 4);
            }
            assertThat(cluster.kubectl("get", "contracts,gpool", "-o", "name")).contains("/research-2026", "/h100");
            cluster.kubectl("delete", "namespace", RESEARCH, "--timeout=60s");
        }
    }

    private static void isUntouched(Pod pod) {
        assertThat(pod.getSpec().getSchedulingGates()).isEmpty();
        assertThat(pod.getSpec().getPriorityClassName()).isNull();
        assertThat(pod.getMetadata().getManagedFields())
                .noneMatch(field ->
                        field.getManager().toLowerCase(java.util.Locale.ROOT).contains("offtake"));
    }

    private static String gpus(OwnCluster cluster) {
        return cluster.kubectl("get", "contract", "research-2026", "-o", "jsonpath={.status.gpus}");
    }

    private static void eventually(ThrowingRunnable assertion) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(assertion);
    }

    /** As the Deployment runs it. */
    private void startOperator(OwnCluster cluster) throws IOException, InterruptedException {
        stopOperator();
        String enforcement = cluster.kubectl(
                "-n",
                OwnCluster.SYSTEM,
                "get",
                "deployment/offtake",
                "-o",
                "jsonpath={.spec.template.spec.containers[0].env[?(@.name==\"OFFTAKE_ENFORCEMENT\")].value}");
        assertThat(enforcement).isIn("Enforce", "Report");
        operator = Optional.of(
                OperatorJvm.start(cluster.controlPlane, JAVA, List.of(), List.of("--enforcement=" + enforcement)));
    }

    private static void job(OwnCluster cluster, String name, int pods) {
        cluster.controlPlane.kubectlApply("""
                        apiVersion: batch/v1
                        kind: Job
                        metadata: {name: %s, namespace: research}
                        spec:
                          parallelism: %d
                          completions: %2$d
                          template:
                            spec:
                              restartPolicy: Never
                              containers: [{name: main, image: none, resources: {limits: {nvidia.com/gpu: 1}}}]
                        """.formatted(name, pods)).orFail();
    }

    private static void awaitRunning(OwnCluster cluster, String job, int pods) {
        eventually(() -> assertThat(pods(cluster, job))
                .hasSize(pods)
                .allMatch(pod -> pod.getStatus().getPhase().equals("Running")));
    }

    private static void awaitGated(OwnCluster cluster, boolean gated) {
        eventually(() -> assertThat(cluster.admin
                        .resource(InstallIT.gpuPod())
                        .inNamespace(RESEARCH)
                        .dryRun()
                        .create()
                        .getSpec()
                        .getSchedulingGates())
                .hasSize(gated ? 1 : 0));
    }

    private static List<String> gates(OwnCluster cluster, String job) {
        return pods(cluster, job).stream()
                .flatMap(pod -> pod.getSpec().getSchedulingGates().stream())
                .map(PodSchedulingGate::getName)
                .toList();
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

    /** All commands of a section. */
    private void type(OwnCluster cluster, String section) {
        List<String> commands = PAGE.section(section).commands();
        assertThat(commands).as(section).isNotEmpty();
        commands.forEach(command -> run(cluster, command));
    }

    private String lastOutputOf(OwnCluster cluster, String section, String part) {
        return run(
                cluster,
                PAGE.section(section).commands().stream()
                        .filter(command -> command.contains(part))
                        .findFirst()
                        .orElseThrow());
    }

    private String run(OwnCluster cluster, String command) {
        Command kubectl = cluster.controlPlane.kubectlCommand(cluster.controlPlane.kubeconfig());
        Command shell = Command.of(Path.of("/bin/sh")).withLimit(Duration.ofSeconds(240));
        for (var variable : kubectl.environment().entrySet()) {
            shell = shell.withEnvironment(variable.getKey(), variable.getValue());
        }
        return shell.withEnvironment(
                        "PATH",
                        kubectl.program().getParent() + ":"
                                + Tools.require("helm").getParent() + ":" + System.getenv("PATH"))
                .withEnvironment("HELM_CACHE_HOME", directory.resolve("cache").toString())
                .withEnvironment("HELM_CONFIG_HOME", directory.resolve("config").toString())
                .withEnvironment("HELM_DATA_HOME", directory.resolve("data").toString())
                .run("-c", "cd '" + ROOT + "' && " + command)
                .orFail();
    }
}
