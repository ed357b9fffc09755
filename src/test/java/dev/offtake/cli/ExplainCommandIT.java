package dev.offtake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.policies.InstalledPolicies;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code offtake explain} on a real API server. */
@OnControlPlane(apiServerOnly = true)
class ExplainCommandIT {
    private final ControlPlane controlPlane;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    ExplainCommandIT(ControlPlane controlPlane) {
        this.controlPlane = controlPlane;
    }

    @BeforeAll
    static void install(ControlPlane controlPlane) {
        InstalledPolicies.on(controlPlane);
    }

    private void workload(String namespace, String name, String status) {
        controlPlane.kubectlApply("""
                apiVersion: offtake.dev/v1alpha1
                kind: GPUWorkload
                metadata: {name: %s, namespace: %s}
                spec:
                  gpuClasses: [gb300-nvl72]
                  tiers: [Reserved]
                  podSets: [{name: pods, count: 2, requests: {nvidia.com/gpu: 4}}]
                """.formatted(name, namespace)).orFail();
        controlPlane
                .kubectl(
                        "patch",
                        "gpuworkload",
                        name,
                        "-n",
                        namespace,
                        "--subresource=status",
                        "--type=merge",
                        "-p",
                        "{\"status\": " + status + "}")
                .orFail();
    }

    @Test
    void aJobIsToldWhereItIsAndWhatDecided(Sandbox sandbox) {
        String namespace = sandbox.namespace("explain");
        workload(namespace, "job-train", """
                {"observedGeneration": 1, "phase": "Running", "gpus": 8, "tier": "Reserved", "contract": "acme",
                 "commitment": "base",
                 "placement": [{"podSet": "pods", "tier": "Reserved", "podsPerNode": 1, "nodes": ["n1", "n2"]}],
                 "why": {"code": "TightestFit", "numbers": {"level": "rack"}, "message": "rack r3: the tightest"}}
                """);

        assertThat(explain(namespace + "/train")).isZero();
        assertThat(out.toString())
                .contains("workload  " + namespace + "/job-train, 8 GPUs")
                .contains("phase     Running")
                .contains("account   acme/base, Reserved")
                .contains("place     2 pods of pods (Reserved) on 2 nodes: n1, n2")
                .contains("why       TightestFit: rack r3: the tightest");
    }

    @Test
    void aJobThatWaitsIsToldWhy(Sandbox sandbox) {
        String namespace = sandbox.namespace("explain");
        workload(namespace, "job-waits", """
                {"observedGeneration": 1, "phase": "Waiting", "gpus": 8,
                 "waiting": {"code": "QuotaReached", "message": "needs 2 nodes, 1 of 4 free"}}
                """);

        assertThat(explain(namespace + "/job-waits")).isZero();
        assertThat(out.toString()).contains("waits     QuotaReached: needs 2 nodes, 1 of 4 free");
    }

    @Test
    void aPodThatIsPlacedAloneIsToldWhatItsClaimSays(Sandbox sandbox) {
        String namespace = sandbox.namespace("explain");
        controlPlane.kubectlApply("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: alone
                  namespace: %s
                  annotations:
                    offtake.dev/claim: '{"contract":"acme","commitment":"base","tier":"OnDemand","since":"2026-03-01T00:00:00Z"}'
                spec:
                  containers: [{name: main, image: example}]
                """.formatted(namespace)).orFail();

        assertThat(explain(namespace + "/alone")).isZero();
        assertThat(out.toString())
                .contains("account   acme/base, OnDemand, since 2026-03-01T00:00:00Z")
                .contains("why       not recorded");
    }

    @Test
    void aPodOfAGangOfBarePodsIsToldOfItsGang(Sandbox sandbox) {
        String namespace = sandbox.namespace("explain");
        workload(namespace, "pods-pair", """
                {"observedGeneration": 1, "phase": "Running", "gpus": 1, "tier": "Spot", "contract": "acme",
                 "commitment": "base",
                 "placement": [{"podSet": "pods", "tier": "Spot", "podsPerNode": 1, "nodes": ["n1"]}],
                 "why": {"code": "TightestFit", "numbers": {"level": "rack"}, "message": "rack r3: the tightest"}}
                """);
        controlPlane.kubectlApply("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: left
                  namespace: %s
                  labels: {offtake.dev/workload: pair}
                  annotations:
                    offtake.dev/claim: '{"contract":"acme","commitment":"base","tier":"Spot","since":"2026-03-01T00:00:00Z"}'
                spec:
                  containers: [{name: main, image: example}]
                """.formatted(namespace)).orFail();

        assertThat(explain(namespace + "/left")).isZero();
        assertThat(out.toString())
                .contains("workload  " + namespace + "/pods-pair, 1 GPU\n")
                .contains("place     1 pod of pods (Spot) on 1 node: n1")
                .contains("why       TightestFit: rack r3: the tightest");
    }

    @Test
    void whoIsTakenBackAndForWhomIsToldUntilWhen(Sandbox sandbox) {
        String namespace = sandbox.namespace("explain");
        workload(namespace, "job-spare", """
                {"observedGeneration": 1, "phase": "Evicting", "gpus": 4, "tier": "Spot",
                 "waiting": {"code": "Reclaimed", "message": "ran as Spot"},
                 "rollback": {"reason": "Reclaimed", "message": "ran as Spot", "since": "2026-03-01T00:00:00Z",
                              "deadline": "2026-03-01T00:02:00Z", "suspendedJob": true, "jobUid": "a"}}
                """);
        workload(namespace, "job-own", """
                {"observedGeneration": 1, "phase": "Reclaiming", "gpus": 4, "tier": "Reserved",
                 "waiting": {"code": "Reclaiming", "message": "has its place for 4 GPUs"},
                 "plan": {"deadline": "2026-03-01T00:02:00Z", "nodes": ["n1"], "victims": ["uid-1"]}}
                """);

        assertThat(explain(namespace + "/spare")).isZero();
        assertThat(explain(namespace + "/own")).isZero();
        assertThat(out.toString())
                .contains("leaves    its pods have until 2026-03-01T00:02:00Z to end; its Job is suspended meanwhile,"
                        + " and resumed by the operator")
                .contains("plan      1 pod to leave 1 node until 2026-03-01T00:02:00Z");
    }

    @Test
    void whatIsNotThereOrNoNameIsSaid(Sandbox sandbox) {
        assertThat(explain(sandbox.namespace("explain") + "/nobody")).isEqualTo(1);
        assertThat(err.toString()).contains("no GPUWorkload and no GPU pod");
        assertThat(explain("train")).isEqualTo(2);
        assertThat(err.toString()).contains("'train' is no <namespace>/<name>");
    }

    private int explain(String work) {
        CommandLine command = Main.commandLine(
                        context -> {
                            throw new AssertionError("no operator is started");
                        },
                        Map.of(),
                        directory.resolve("none"))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err));
        return command.execute(
                "explain", "--kubeconfig", controlPlane.kubeconfig().toString(), work);
    }
}
