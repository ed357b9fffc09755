package dev.offtake.scenario;

import static dev.offtake.scenario.Scene.gb300;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.testbed.AuditLog;
import dev.offtake.testbed.LiveFleet;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pods that wait while their gang has its place are told why, as all others. */
@Tag("slow")
@OnControlPlane
class PartlyWaitingIT {
    private Scene scene;
    private LiveFleet nodes;
    private Workspace acme;

    @BeforeEach
    void threeNodes(Sandbox sandbox) {
        scene = new Scene(sandbox);
        nodes = scene.supply(gb300(3));
        acme = scene.customer("acme", 3, "node");
    }

    @Test
    void podsOfAnElasticJobThatWaitForRoomAreToldWhyOnceAndThatItIsOver() {
        acme.job("first", 2, 4);
        acme.awaitRunning("first", 2);
        acme.job("elastic", 3, 4, "offtake.dev/min-pods: '1'", "", "");
        acme.awaitRunning("elastic", 1);

        scene.eventually(() -> assertThat(heldPodsOf("elastic"))
                .hasSize(2)
                .allSatisfy(pod -> assertThat(Scene.placed(pod))
                        .hasValueSatisfying(c -> assertThat(c.getStatus() + " " + c.getReason() + ": " + c.getMessage())
                                .startsWith("False QuotaReached: needs 1 node, 0 of 3 free: 3 claimed"))));
        assertThat(acme.runningPodsOf("elastic"))
                .allSatisfy(pod -> assertThat(Scene.placed(pod)).isEmpty());
        GPUWorkloadStatus status = acme.record("job-elastic").getStatus();
        assertThat(status.phase()).isEqualTo(GPUWorkloadStatus.Phase.PLACED);
        assertThat(status.placement()).hasSize(1);
        assertThat(status.waiting().code()).isEqualTo("QuotaReached");
        assertThat(status.waiting().numbers()).containsEntry("needed", "1");

        AuditLog.Mark told = scene.controlPlane().audit().mark();
        acme.job("later", 1, 4);
        acme.awaitReason("later", "QuotaReached");
        List<String> held = heldPodsOf("elastic").stream()
                .map(p -> p.getMetadata().getName())
                .toList();
        assertThat(scene.controlPlane().audit().since(told).stream()
                        .filter(r ->
                                r.namespace().equals(acme.name()) && r.verb().equals("patch"))
                        .filter(r -> r.name().equals("job-elastic") || held.contains(r.name())))
                .as("nothing is written again")
                .isEmpty();

        acme.deleteJob("later");
        acme.deleteJob("first");
        acme.awaitRunning("elastic", 3);
        scene.eventually(() -> {
            assertThat(acme.podsOf("elastic"))
                    .filteredOn(p -> held.contains(p.getMetadata().getName()))
                    .hasSize(2)
                    .allSatisfy(pod -> assertThat(Scene.placed(pod))
                            .hasValueSatisfying(c -> assertThat(c.getStatus()).isEqualTo("True")));
            GPUWorkloadStatus last = acme.record("job-elastic").getStatus();
            assertThat(last.waiting()).isNull();
            assertThat(last.phase()).isEqualTo(GPUWorkloadStatus.Phase.RUNNING);
        });
        assertThat(eventsOf("elastic", "QuotaReached")).hasSize(1);
    }

    @Test
    void aPodWhoseSeatIsLostIsToldWhyThereIsNoOtherAndThatThereIs() {
        acme.job("train", 2, 4);
        acme.job("other", 1, 4);
        acme.awaitRunning("train", 2);
        acme.awaitRunning("other", 1);
        Pod lost = acme.runningPodsOf("train").get(0);

        nodes.delete(lost.getSpec().getNodeName());
        // What the pod garbage collector does with pods of nodes that are gone, without its forty seconds.
        scene.admin().resource(lost).withGracePeriod(0).delete();

        scene.eventually(() -> assertThat(heldPodsOf("train"))
                .singleElement()
                .satisfies(pod -> assertThat(Scene.placed(pod))
                        .hasValueSatisfying(c -> assertThat(c.getStatus() + " " + c.getReason() + ": " + c.getMessage())
                                .startsWith("False InsufficientWholeCells: needs 1 node, 0 can be given now: the"
                                        + " supply covers 2 of the 3 committed"))));
        GPUWorkloadStatus status = acme.record("job-train").getStatus();
        assertThat(status.waiting().code()).isEqualTo("InsufficientWholeCells");
        assertThat(status.phase()).isEqualTo(GPUWorkloadStatus.Phase.PLACED);
        String successor = heldPodsOf("train").get(0).getMetadata().getName();

        acme.deleteJob("other");
        acme.awaitRunning("train", 2);
        scene.eventually(() -> {
            assertThat(Scene.placed(acme.pod(successor)))
                    .hasValueSatisfying(c -> assertThat(c.getStatus()).isEqualTo("True"));
            assertThat(acme.record("job-train").getStatus().waiting()).isNull();
        });
        assertThat(eventsOf("train", "InsufficientWholeCells")).hasSize(1);
    }

    /** Pods of a Job that our gate holds. */
    private List<Pod> heldPodsOf(String job) {
        return acme.podsOf(job).stream()
                .filter(p -> p.getMetadata().getDeletionTimestamp() == null
                        && !p.getSpec().getSchedulingGates().isEmpty())
                .toList();
    }

    private List<Event> eventsOf(String job, String reason) {
        return scene.admin().v1().events().inNamespace(acme.name()).list().getItems().stream()
                .filter(e -> e.getInvolvedObject().getName().equals(job) && reason.equals(e.getReason()))
                .toList();
    }
}
