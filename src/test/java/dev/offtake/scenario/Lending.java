package dev.offtake.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUWorkload;
import dev.offtake.api.GPUWorkloadStatus.Phase;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;

/** An owner whose idle GPUs are lent to a guest: what tests of reclaiming do and look at. */
final class Lending {
    static final String SPOT = "offtake.dev/tier: Spot";

    /** May take longer to end than any notice here. */
    static final String LONG_GRACE = "terminationGracePeriodSeconds: 3600";

    final Workspace owner;
    final Workspace guest;
    private final Scene scene;

    /** @param lending the owner's terms, YAML inside braces */
    Lending(Scene scene, int nodesOwned, String lending) {
        this.scene = scene;
        owner = scene.lender("owner", nodesOwned, "node", lending);
        guest = scene.guest("guest");
    }

    /** A Job of the guest that runs on whole nodes, and would be dead after one failure. */
    List<String> guestRuns(String job, int nodes, String annotations, String grace) {
        guest.job(job, nodes, 4, SPOT + annotations, "backoffLimit: 0", grace);
        guest.awaitRunning(job, nodes);
        return guest.nodesOf(job);
    }

    /** The owner's Job has its place, and waits for a guest to leave it. */
    GPUWorkload awaitReclaiming(String job) {
        return awaitReclaimingRecord("job-" + job);
    }

    GPUWorkload awaitReclaimingRecord(String record) {
        scene.eventually(() -> {
            GPUWorkload workload = owner.record(record);
            assertThat(workload).as("GPUWorkload " + record).isNotNull();
            assertThat(workload.getStatus()).isNotNull();
            assertThat(workload.getStatus().phase()).isEqualTo(Phase.RECLAIMING);
        });
        return owner.record(record);
    }

    /** All pods of a guest's Job are being deleted. */
    void awaitLeaving(String job) {
        scene.eventually(() -> assertThat(guest.podsOf(job))
                .isNotEmpty()
                .allSatisfy(pod ->
                        assertThat(pod.getMetadata().getDeletionTimestamp()).isNotNull()));
    }

    /** The guest's Job is evicted, not blamed for it, and waits with gated pods. */
    void awaitBackInQueue(String job) {
        scene.eventually(() -> {
            assertThat(guest.podsOf(job))
                    .isNotEmpty()
                    .allSatisfy(pod ->
                            assertThat(pod.getMetadata().getDeletionTimestamp()).isNull());
            guest.assertHeld(job);
            assertThat(guest.record("job-" + job).getStatus().phase()).isEqualTo(Phase.WAITING);
        });
        assertNotBlamed(job);
    }

    void assertNotBlamed(String job) {
        assertThat(guest.job(job).getSpec().getSuspend()).isIn(null, false);
        assertThat(guest.job(job).getStatus().getFailed()).isIn(null, 0);
    }

    /** Events of a reason about something of the guest's. */
    List<Event> events(String about, String reason) {
        return scene.admin().v1().events().inNamespace(guest.name()).list().getItems().stream()
                .filter(e -> about.equals(e.getInvolvedObject().getName()) && reason.equals(e.getReason()))
                .toList();
    }

    static List<String> uids(List<Pod> pods) {
        return pods.stream().map(pod -> pod.getMetadata().getUid()).toList();
    }
}
