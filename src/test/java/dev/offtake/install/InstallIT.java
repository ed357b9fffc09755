package dev.offtake.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offtake.docs.Document;
import dev.offtake.testbed.CommandResult;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.TestKubelet;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Installing, upgrading and rolling back with the real Helm on clusters that know nothing of Offtake yet. */
@Tag("slow")
@OnControlPlane
class InstallIT {
    private static final String COLUMN = "name: \"CLASS\"";

    @TempDir
    private Path directory;

    @Test
    void anUpgradeBringsKindsAndValuesAndARollbackTakesThemBack() throws IOException {
        Path before = chartWithAnotherColumn();
        try (OwnCluster cluster = new OwnCluster(directory)) {
            cluster.helm("install", "offtake", before.toString(), "--wait", "--set", "replicas=1")
                    .orFail();
            assertThat(columns(cluster)).doesNotContain("CLASS");
            assertThat(replicas(cluster)).isEqualTo("1");

            CommandResult upgraded =
                    cluster.helm("upgrade", "offtake", Helm.CHART.toString(), "--wait", "--set", "uncontracted=Refuse");

            assertThat(upgraded.orFail()).contains("Next:", "helm test offtake -n offtake-system");
            assertThat(columns(cluster)).contains("CLASS");
            assertThat(replicas(cluster)).isEqualTo("2");
            awaitRefused(cluster, "has no tenant");

            cluster.helm("rollback", "offtake", "1", "--wait").orFail();

            assertThat(columns(cluster)).doesNotContain("CLASS");
            assertThat(replicas(cluster)).isEqualTo("1");
            assertThat(cluster.kubectl("get", "validatingadmissionpolicybindings", "-o", "name"))
                    .contains("/records.offtake.dev")
                    .doesNotContain("/uncontracted.offtake.dev");
        }
    }

    @ParameterizedTest(name = "the check fails: {0}")
    @CsvSource({"false,Succeeded", "true,Failed"})
    void helmTestSaysHowTheCheckEnded(boolean fails, String phase) {
        try (OwnCluster cluster = new OwnCluster(directory)) {
            List<String> typed = Document.of("README.md").section("## Install").helmCommands();
            assertThat(typed).hasSize(2);
            cluster.typeHelm(typed.get(0) + " --wait").orFail();
            CompletableFuture<CommandResult> test =
                    CompletableFuture.supplyAsync(() -> cluster.typeHelm(withoutLogs(typed.get(1)) + " --timeout 60s"));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(40))
                    .until(() -> cluster.admin
                                    .pods()
                                    .inNamespace(OwnCluster.SYSTEM)
                                    .withName("offtake-check")
                                    .get()
                            != null);
            cluster.kubectl(
                    "-n",
                    OwnCluster.SYSTEM,
                    "annotate",
                    "pod/offtake-check",
                    TestKubelet.FAIL + "=" + fails,
                    TestKubelet.RUN_FOR + "=100ms");

            CommandResult result = test.join();

            assertThat(result.isSuccess()).isEqualTo(!fails);
            assertThat(result.stdout() + result.stderr()).containsPattern("Phase:\\s+" + phase);
        }
    }

    /** The stand-in of a kubelet keeps none. */
    private static String withoutLogs(String line) {
        assertThat(line).endsWith(" --logs");
        return line.replace(" --logs", "");
    }

    @Test
    void aClusterWithoutMutatingPoliciesGetsEverythingElseAndIsTold() {
        String off = "admissionregistration.k8s.io/v1/mutatingadmissionpolicies=false,"
                + "admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings=false";
        try (OwnCluster cluster =
                new OwnCluster(directory, "--runtime-config=" + off, "--feature-gates=MutatingAdmissionPolicy=false")) {
            String notes = cluster.helm("install", "offtake", Helm.CHART.toString(), "--wait")
                    .orFail();

            assertThat(notes).contains("does not serve MutatingAdmissionPolicy v1", "schedulingGates");
            cluster.admin
                    .resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName("research")
                            .addToLabels("offtake.dev/tenant", "research")
                            .endMetadata()
                            .build())
                    .create();
            awaitRefusedIn("research", cluster, "schedulingGates: [{name: offtake.dev/placement}]");
            Pod gated = new PodBuilder(gpuPod())
                    .editSpec()
                    .addNewSchedulingGate("offtake.dev/placement")
                    .withPriorityClassName("offtake-placed")
                    .endSpec()
                    .build();
            assertThat(cluster.admin.resource(gated).inNamespace("research").create())
                    .isNotNull();
        }
    }

    /** The chart as it was before a change of a kind. */
    private Path chartWithAnotherColumn() throws IOException {
        Path copy = directory.resolve("before");
        try (Stream<Path> files = Files.walk(Helm.CHART)) {
            for (Path file : files.toList()) {
                Path target = copy.resolve(Helm.CHART.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
        Path pools = copy.resolve("files/crds/offtake.dev_gpupools.yaml");
        assertThat(Files.readString(pools)).contains(COLUMN);
        Files.writeString(pools, Files.readString(pools).replace(COLUMN, "name: \"OLD\""));
        return copy;
    }

    private static String columns(OwnCluster cluster) {
        return cluster.kubectl(
                "get",
                "crd",
                "gpupools.offtake.dev",
                "-o",
                "jsonpath={.spec.versions[0].additionalPrinterColumns[*].name}");
    }

    private static String replicas(OwnCluster cluster) {
        return cluster.kubectl(
                "-n", OwnCluster.SYSTEM, "get", "deployment/offtake", "-o", "jsonpath={.status.readyReplicas}");
    }

    private static void awaitRefused(OwnCluster cluster, String message) {
        awaitRefusedIn("default", cluster, message);
    }

    private static void awaitRefusedIn(String namespace, OwnCluster cluster, String message) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThatThrownBy(() -> cluster.admin
                                .resource(gpuPod())
                                .inNamespace(namespace)
                                .dryRun()
                                .create())
                        .isInstanceOf(KubernetesClientException.class)
                        .hasMessageContaining(message));
    }

    static Pod gpuPod() {
        return Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: gpus}
                spec:
                  containers: [{name: main, image: none, resources: {limits: {nvidia.com/gpu: 1}}}]
                """, Pod.class);
    }
}
