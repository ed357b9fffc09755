package dev.offtake.scenario;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUWorkload;
import dev.offtake.api.GPUWorkloadStatus.Phase;
import dev.offtake.testbed.CommandResult;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.LiveFleet;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import dev.offtake.testbed.TestKubelet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operator is stopped at some moment and started again: nothing is decided twice, nothing is forgotten. */
@OnControlPlane
class RestartIT {
    private static final String CLASS = "gb300-nvl72";

    private ControlPlane controlPlane;
    private Sandbox sandbox;
    private Scene scene;
    private LiveFleet nodes;
    private String ns;

    @BeforeEach
    void fourNodes(ControlPlane controlPlane, Sandbox sandbox) {
        this.controlPlane = controlPlane;
        this.sandbox = sandbox;
        scene = new Scene(controlPlane, sandbox);
        nodes = fleet().racks(1).traysPerRack(4).gpusPerTray(4).create(sandbox);
        scene.pool(CLASS, "");
        String acme = scene.tenant("acme");
        scene.contract(acme, CLASS, "node", 4, 0);
        ns = scene.namespace("train", acme);
    }

    @Test
    void aGangThatIsHalfReleasedWhenTheOperatorIsKilledIsFinishedOnTheRecordedNodes() {
        String policy = sandbox.name("hold-back");
        holdBack(policy, ns, "['2', '3']");
        scene.job(ns, "half", 4, 2, "", "completionMode: Indexed", "");
        scene.awaitRunning(ns, "half", 2);
        List<String> recorded = recordedNodes("job-half");

        TestOperator.stop();
        letGo(policy);
        // Free room elsewhere is no reason to go there.
        fleet().prefix("more").racks(1).traysPerRack(4).gpusPerTray(4).create(sandbox);
        TestOperator.on(controlPlane);

        scene.awaitRunning(ns, "half", 4);
        assertThat(scene.nodesOf(ns, "half")).isEqualTo(recorded);
        assertThat(recordedNodes("job-half")).isEqualTo(recorded);
    }

    @Test
    void aGangWhoseRecordIsWrittenWhenTheOperatorIsKilledIsReleasedToTheRecordedNodes() {
        String policy = sandbox.name("hold-back");
        holdBack(policy, ns, "['0', '1', '2', '3']");
        scene.job(ns, "recorded", 4, 2, "", "completionMode: Indexed", "");
        scene.eventually(() -> assertThat(recordedNodes("job-recorded")).hasSize(4));
        List<String> recorded = recordedNodes("job-recorded");

        TestOperator.stop();
        letGo(policy);
        fleet().prefix("more").racks(1).traysPerRack(4).gpusPerTray(4).create(sandbox);
        TestOperator.on(controlPlane);

        scene.awaitRunning(ns, "recorded", 4);
        assertThat(scene.nodesOf(ns, "recorded")).isEqualTo(recorded);
    }

    @Test
    void whatEndsWhileTheOperatorIsAwayIsGivenBackWhenItIsBack() {
        scene.job(ns, "done", 2, 4);
        scene.job(ns, "deleted", 1, 4);
        scene.job(ns, "stays", 1, 4);
        scene.awaitRunning(ns, "done", 2);
        scene.awaitRunning(ns, "deleted", 1);
        scene.awaitRunning(ns, "stays", 1);
        List<String> stays = scene.nodesOf(ns, "stays");

        TestOperator.stop();
        scene.endPods(ns, "done", false);
        scene.deleteJob(ns, "deleted");
        scene.eventually(() -> {
            assertThat(scene.job(ns, "done").getStatus().getCompletionTime()).isNotNull();
            assertThat(scene.podsOf(ns, "deleted")).isEmpty();
        });
        scene.job(ns, "next", 3, 4);
        TestOperator.on(controlPlane);

        scene.awaitRunning(ns, "next", 3);
        assertThat(scene.nodesOf(ns, "stays")).isEqualTo(stays);
        scene.eventually(() -> {
            assertThat(scene.workload(ns, "job-deleted")).isNull();
            assertThat(scene.workload(ns, "job-done").getStatus().phase()).isEqualTo(Phase.FINISHED);
            assertThat(scene.workload(ns, "job-done").getMetadata().getFinalizers())
                    .isEmpty();
        });
    }

    @Test
    void aGangWhoseRecordIsLostIsKnownByTheClaimsOfItsPods() {
        scene.job(ns, "running", 4, 4);
        scene.awaitRunning(ns, "running", 4);

        TestOperator.stop();
        GPUWorkload lost = scene.workload(ns, "job-running");
        lost.getMetadata().setFinalizers(List.of());
        scene.admin().resource(lost).update();
        scene.admin().resource(lost).delete();
        scene.eventually(() -> assertThat(scene.workload(ns, "job-running")).isNull());
        scene.job(ns, "next", 4, 4);
        TestOperator.on(controlPlane);

        scene.awaitReason(ns, "next", "QuotaReached");
        assertThat(scene.runningPodsOf(ns, "running")).hasSize(4);
        scene.deleteJob(ns, "running");
        scene.awaitRunning(ns, "next", 4);
    }

    @Test
    void aJobThatIsSuspendedToTakeItBackGoesOnWhenTheOperatorIsBack() {
        String busy = nodes.node(0, 0);
        scene.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: squat, namespace: %s, labels: {squats: here}}
                spec:
                  nodeName: %s
                  tolerations: [{operator: Exists}]
                  containers: [{name: main, image: registry.example/squat}]
                """.formatted(ns, busy)).orFail();
        scene.job(ns, "back", 4, 4, "", "backoffLimit: 0", """
                terminationGracePeriodSeconds: 60
                affinity:
                  podAntiAffinity:
                    requiredDuringSchedulingIgnoredDuringExecution:
                    - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {squats: here}}}
                """);
        scene.awaitRunning(ns, "back", 3);
        scene.runningPodsOf(ns, "back").forEach(pod -> scene.annotate(pod, Map.of(TestKubelet.TERMINATE_AFTER, "8s")));
        scene.eventually(
                () -> assertThat(scene.job(ns, "back").getSpec().getSuspend()).isTrue());

        TestOperator.stop();
        scene.eventually(() -> assertThat(scene.podsOf(ns, "back")).isEmpty());
        assertThat(scene.job(ns, "back").getSpec().getSuspend()).isTrue();
        scene.admin()
                .pods()
                .inNamespace(ns)
                .withName("squat")
                .withGracePeriod(0)
                .delete();
        fleet().prefix("more").racks(1).traysPerRack(1).gpusPerTray(4).create(sandbox);
        TestOperator.on(controlPlane);

        scene.awaitRunning(ns, "back", 4);
        assertThat(scene.nodesOf(ns, "back"))
                .as("the node that refused it is avoided")
                .doesNotContain(busy);
        assertThat(scene.job(ns, "back").getStatus().getFailed()).isIn(null, 0);
    }

    /** One name for each pod of the record, sorted. */
    private List<String> recordedNodes(String name) {
        List<String> nodes = new ArrayList<>();
        GPUWorkload workload = scene.workload(ns, name);
        if (workload != null && workload.getStatus() != null) {
            workload.getStatus()
                    .placement()
                    .forEach(run -> run.nodes().forEach(node -> {
                        for (int i = 0; i < run.podsPerNode(); i++) {
                            nodes.add(node);
                        }
                    }));
        }
        return nodes.stream().sorted().toList();
    }

    /** From now on nobody can change pods with these completion indexes. */
    private void holdBack(String policy, String namespace, String indexes) {
        scene.apply("""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicy
                metadata: {name: %1$s}
                spec:
                  failurePolicy: Fail
                  matchConstraints:
                    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %2$s}}
                    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [UPDATE], resources: [pods]}]
                  validations:
                  - expression: "!(object.metadata.labels[?'batch.kubernetes.io/job-completion-index'].orValue('') in %3$s)"
                ---
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata: {name: %1$s}
                spec: {policyName: %1$s, validationActions: [Deny]}
                """.formatted(policy, namespace, indexes)).orFail();
        scene.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: probe, namespace: %s, labels: {batch.kubernetes.io/job-completion-index: "3"}}
                spec: {schedulingGates: [{name: example.com/probe}], containers: [{name: main, image: none}]}
                """.formatted(namespace)).orFail();
        scene.eventually(() -> touchProbe(namespace), touched -> touched.exitCode() != 0);
        scene.admin()
                .pods()
                .inNamespace(namespace)
                .withName("probe")
                .withGracePeriod(0)
                .delete();
    }

    private CommandResult touchProbe(String namespace) {
        return controlPlane.kubectl(
                "-n", namespace, "annotate", "--overwrite", "--dry-run=server", "pod", "probe", "touched=yes");
    }

    private void letGo(String policy) {
        controlPlane
                .kubectl("delete", "validatingadmissionpolicybinding,validatingadmissionpolicy", policy)
                .orFail();
    }
}
