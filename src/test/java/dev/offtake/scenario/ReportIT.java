package dev.offtake.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.Condition;
import dev.offtake.api.Enforcement;
import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.api.GPUWorkloadStatus.Phase;
import dev.offtake.api.TenantContractStatus;
import dev.offtake.testbed.AuditLog;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Namespaces that are not enforced: the cluster's own scheduler places their work, and it is told what would be decided. */
@Tag("slow")
@OnControlPlane
class ReportIT {
    private static final String OPERATOR = "system:serviceaccount:offtake-system:offtake";

    private Scene scene;

    @BeforeEach
    void operator(Sandbox sandbox) {
        scene = new Scene(sandbox);
    }

    /** A tenant with so many GPUs of two nodes of 8, whose namespace is not enforced. */
    private Workspace reported(int gpus) {
        scene.supply(Scene.h100(2));
        Workspace acme = scene.customer("acme", gpus, "gpu");
        acme.enforce(Enforcement.REPORT);
        return acme;
    }

    private void assertGpus(Workspace space, TenantContractStatus.Gpus gpus) {
        scene.eventually(() ->
                assertThat(scene.contract(space.contract()).getStatus().gpus()).isEqualTo(gpus));
    }

    private GPUWorkloadStatus awaitPhase(Workspace space, String job, Phase phase) {
        scene.eventually(() -> {
            assertThat(space.record("job-" + job)).isNotNull();
            assertThat(space.record("job-" + job).getStatus()).isNotNull();
            assertThat(space.record("job-" + job).getStatus().phase()).isEqualTo(phase);
        });
        return space.record("job-" + job).getStatus();
    }

    private static Set<String> uids(List<Pod> pods) {
        return pods.stream().map(p -> p.getMetadata().getUid()).collect(Collectors.toCollection(TreeSet::new));
    }

    private List<String> eventsOf(Workspace space, String object) {
        return scene.admin().v1().events().inNamespace(space.name()).list().getItems().stream()
                .filter(e -> e.getInvolvedObject().getName().equals(object) && isOurs(e))
                .map(Event::getMessage)
                .toList();
    }

    private static boolean isOurs(Event event) {
        return event.getSource() != null && "offtake".equals(event.getSource().getComponent());
    }

    @Test
    void workRunsUntouchedWhereTheClustersSchedulerPutsItAndIsCharged() {
        Workspace acme = reported(8);
        AuditLog.Mark mark = scene.controlPlane().audit().mark();

        acme.job("train", 2, 4);
        acme.pod("lone", 4, "", "");
        acme.awaitRunning("train", 2);
        acme.awaitPodRunning("lone");

        GPUWorkloadStatus status = awaitPhase(acme, "train", Phase.RUNNING);
        assertThat(status.isForecast()).isTrue();
        assertThat(acme.recordedNodes("job-train")).isEqualTo(acme.nodesOf("train"));
        assertThat(acme.record("job-train").getMetadata().getFinalizers()).isEmpty();
        String lone = "pod-" + acme.pod("lone").getMetadata().getUid();
        assertThat(acme.awaitReasonOf(lone, "QuotaReached")).contains("needs 4 GPUs, 0 of 8 free");
        assertGpus(acme, new TenantContractStatus.Gpus(8, 8, 8, 0, 4, 4));
        assertThat(acme.pods()).allSatisfy(pod -> {
            assertThat(pod.getSpec().getPriorityClassName()).isNull();
            assertThat(pod.getMetadata().getAnnotations()).doesNotContainKey("offtake.dev/claim");
        });
        assertThat(eventsOf(acme, "lone"))
                .singleElement()
                .asString()
                .startsWith("as if enforced: ")
                .endsWith("(it runs all the same: this namespace is not enforced)");
        assertThat(scene.controlPlane().audit().since(mark, OPERATOR))
                .filteredOn(r -> r.namespace().equals(acme.name()))
                .isNotEmpty()
                .allMatch(
                        r -> r.resource().equals("gpuworkloads") || r.resource().equals("events"));

        acme.deleteJob("train");
        awaitChargedToLone(acme, lone);
    }

    private void awaitChargedToLone(Workspace acme, String lone) {
        scene.eventually(() -> assertThat(acme.record(lone).getStatus().phase()).isEqualTo(Phase.RUNNING));
        assertGpus(acme, new TenantContractStatus.Gpus(8, 8, 4, 0, 0, 0));
    }

    @Test
    void itIsToldWhoWouldBeEvictedAndNobodyIs() {
        scene.supply(Scene.h100(1));
        Workspace owner = scene.customer("owner", 8, "gpu");
        Workspace guest = scene.guest("guest");
        owner.enforce(Enforcement.REPORT);
        guest.enforce(Enforcement.REPORT);
        guest.job("spare", 2, 4, "offtake.dev/tier: Spot", "", "");
        guest.awaitRunning("spare", 2);
        awaitPhase(guest, "spare", Phase.RUNNING);
        Set<String> before = uids(guest.podsOf("spare"));

        owner.job("claim", 1, 8);

        GPUWorkloadStatus status = awaitPhase(owner, "claim", Phase.RECLAIMING);
        assertThat(status.waiting().code()).isEqualTo("Reclaiming");
        assertThat(status.plan().victims()).containsExactlyInAnyOrderElementsOf(before);
        scene.eventually(() -> assertThat(eventsOf(guest, "spare"))
                .singleElement()
                .asString()
                .startsWith("as if enforced: ran as Spot on GPUs that Reserved work (8 GPUs) needs now"));
        assertThat(uids(guest.runningPodsOf("spare"))).isEqualTo(before);
        assertThat(guest.job("spare").getSpec().getSuspend()).isNotEqualTo(true);
    }

    @Test
    void whatRunsIsAdoptedWhenItsNamespaceIsEnforcedAndStaysSoOverARestart() {
        Workspace acme = reported(8);
        acme.job("train", 1, 8);
        acme.awaitRunning("train", 1);
        awaitPhase(acme, "train", Phase.RUNNING);
        Set<String> before = uids(acme.podsOf("train"));

        acme.enforce(Enforcement.ENFORCE);

        scene.eventually(() -> {
            assertThat(acme.podsOf("train"))
                    .allSatisfy(pod ->
                            assertThat(pod.getMetadata().getAnnotations()).containsKey("offtake.dev/claim"));
            assertThat(acme.record("job-train").getStatus().isForecast()).isFalse();
            assertThat(acme.record("job-train").getMetadata().getFinalizers()).containsExactly("offtake.dev/placed");
        });
        acme.job("second", 1, 8);
        assertThat(acme.awaitReason("second", "QuotaReached")).contains("0 of 8 free");
        acme.assertHeld("second");
        assertGpus(acme, new TenantContractStatus.Gpus(8, 8, 8, 0, 8, 0));

        scene.stopOperator();
        scene.startOperator();
        assertGpus(acme, new TenantContractStatus.Gpus(8, 8, 8, 0, 8, 0));
        assertThat(uids(acme.runningPodsOf("train"))).isEqualTo(before);
        acme.assertHeld("second");

        acme.deleteJob("train");
        acme.awaitRunning("second", 1);
    }

    @Test
    void whatWaitsIsLeftToTheClustersSchedulerWhenItsNamespaceIsNotEnforcedAnyMore() {
        scene.supply(Scene.h100(2));
        Workspace acme = scene.customer("acme", 8, "gpu");
        acme.job("first", 1, 8);
        acme.awaitRunning("first", 1);
        acme.job("second", 1, 8);
        acme.awaitReason("second", "QuotaReached");
        acme.assertHeld("second");

        acme.enforce(Enforcement.REPORT);

        acme.awaitRunning("second", 1);
        assertThat(acme.podsOf("second").get(0).getSpec().getAffinity()).isNull();
        scene.eventually(() -> assertThat(acme.records())
                .hasSize(2)
                .allMatch(record -> record.getMetadata().getFinalizers().isEmpty())
                .allMatch(record -> record.getStatus().isForecast()));
        assertGpus(acme, new TenantContractStatus.Gpus(8, 8, 8, 0, 8, 8));
    }

    @Test
    void aJobThatIsBeingEvictedGoesOnWhenItsNamespaceIsNotEnforcedAnyMore() {
        scene.supply(Scene.h100(1));
        Workspace owner = scene.lender("owner", 8, "gpu", "policy: Always, notice: 60s");
        Workspace guest = scene.guest("guest");
        guest.job("spare", 1, 8, "offtake.dev/tier: Spot", "", "terminationGracePeriodSeconds: 60");
        guest.awaitRunning("spare", 1);
        guest.linger("spare", "5s");
        owner.job("claim", 1, 8);
        scene.eventually(
                () -> assertThat(guest.job("spare").getSpec().getSuspend()).isTrue());

        guest.enforce(Enforcement.REPORT);
        owner.enforce(Enforcement.REPORT);

        scene.eventually(() -> {
            assertThat(guest.job("spare").getSpec().getSuspend()).isFalse();
            assertThat(owner.podsOf("claim"))
                    .allMatch(pod -> pod.getSpec().getSchedulingGates().isEmpty());
            assertThat(guest.podsOf("spare"))
                    .allMatch(pod -> pod.getSpec().getSchedulingGates().isEmpty());
        });
        scene.eventually(() -> assertThat(guest.runningPodsOf("spare").size()
                        + owner.runningPodsOf("claim").size())
                .isEqualTo(1));
    }

    @Test
    void aNamespaceOfBothIsNamedWithTheFix() {
        Workspace acme = reported(8);
        scene.apply("""
                apiVersion: batch/v1
                kind: Job
                metadata: {name: queued, namespace: %s, labels: {kueue.x-k8s.io/queue-name: team}}
                spec:
                  suspend: true
                  template:
                    spec:
                      restartPolicy: Never
                      containers: [{name: main, image: none, resources: {limits: {nvidia.com/gpu: 1}}}]
                """.formatted(acme.name())).orFail();

        Condition reported = scene.awaitContract(acme.contract(), "KueueConflict", Condition.Status.FALSE);
        assertThat(reported.reason()).isEqualTo("OnlyReported");
        acme.enforce(Enforcement.ENFORCE);

        Condition both = scene.awaitContract(acme.contract(), "KueueConflict", Condition.Status.TRUE);
        assertThat(both.message())
                .contains(
                        "namespace " + acme.name() + " (Job queued)",
                        "kueue.x-k8s.io/queue-name",
                        "offtake.dev/tenant");
        assertThat(acme.job("queued").getSpec().getSuspend()).isTrue();
        acme.deleteJob("queued");
        scene.eventually(() -> assertThat(Scene.condition(
                        scene.contract(acme.contract()).getStatus().conditions(), "KueueConflict"))
                .isEmpty());
    }
}
