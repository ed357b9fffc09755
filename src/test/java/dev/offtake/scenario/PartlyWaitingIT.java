package dev.offtake.scenario;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.testbed.AuditLog;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.LiveFleet;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pods that wait while their gang has its place are told why, as all others. */
@OnControlPlane
class PartlyWaitingIT {
    private static final String CLASS = "gb300-nvl72";

    private ControlPlane controlPlane;
    private Scene scene;
    private LiveFleet nodes;
    private String ns;

    @BeforeEach
    void threeNodes(ControlPlane controlPlane, Sandbox sandbox) {
        this.controlPlane = controlPlane;
        scene = new Scene(controlPlane, sandbox);
        nodes = fleet().racks(1).traysPerRack(3).gpusPerTray(4).create(sandbox);
        scene.pool(CLASS, "");
        String acme = scene.tenant("acme");
        scene.contract(acme, CLASS, "node", 3, 0);
        ns = scene.namespace("train", acme);
    }

    @Test
    void podsOfAnElasticJobThatWaitForRoomAreToldWhyOnceAndThatItIsOver() {
        scene.job(ns, "first", 2, 4);
        scene.awaitRunning(ns, "first", 2);
        scene.job(ns, "elastic", 3, 4, "offtake.dev/min-pods: '1'", "", "");
        scene.awaitRunning(ns, "elastic", 1);

        scene.eventually(() -> assertThat(heldPodsOf("elastic"))
                .hasSize(2)
                .allSatisfy(pod -> assertThat(Scene.placed(pod))
                        .hasValueSatisfying(c -> assertThat(c.getStatus() + " " + c.getReason() + ": " + c.getMessage())
                                .startsWith("False QuotaReached: needs 1 node, 0 of 3 free: 3 claimed"))));
        assertThat(scene.runningPodsOf(ns, "elastic"))
                .allSatisfy(pod -> assertThat(Scene.placed(pod)).isEmpty());
        GPUWorkloadStatus status = scene.workload(ns, "job-elastic").getStatus();
        assertThat(status.phase()).isEqualTo(GPUWorkloadStatus.Phase.PLACED);
        assertThat(status.placement()).hasSize(1);
        assertThat(status.waiting().code()).isEqualTo("QuotaReached");
        assertThat(status.waiting().numbers()).containsEntry("needed", "1");

        AuditLog.Mark told = controlPlane.audit().mark();
        scene.job(ns, "later", 1, 4);
        scene.awaitReason(ns, "later", "QuotaReached");
        List<String> held = heldPodsOf("elastic").stream()
                .map(p -> p.getMetadata().getName())
                .toList();
        assertThat(controlPlane.audit().since(told).stream()
                        .filter(r -> r.namespace().equals(ns) && r.verb().equals("patch"))
                        .filter(r -> r.name().equals("job-elastic") || held.contains(r.name())))
                .as("nothing is written again")
                .isEmpty();

        scene.deleteJob(ns, "later");
        scene.deleteJob(ns, "first");
        scene.awaitRunning(ns, "elastic", 3);
        scene.eventually(() -> {
            assertThat(scene.podsOf(ns, "elastic"))
                    .filteredOn(p -> held.contains(p.getMetadata().getName()))
                    .hasSize(2)
                    .allSatisfy(pod -> assertThat(Scene.placed(pod))
                            .hasValueSatisfying(c -> assertThat(c.getStatus()).isEqualTo("True")));
            GPUWorkloadStatus last = scene.workload(ns, "job-elastic").getStatus();
            assertThat(last.waiting()).isNull();
            assertThat(last.phase()).isEqualTo(GPUWorkloadStatus.Phase.RUNNING);
        });
        assertThat(eventsOf("elastic", "QuotaReached")).hasSize(1);
    }

    @Test
    void aPodWhoseSeatIsLostIsToldWhyThereIsNoOtherAndThatThereIs() {
        scene.job(ns, "train", 2, 4);
        scene.job(ns, "other", 1, 4);
        scene.awaitRunning(ns, "train", 2);
        scene.awaitRunning(ns, "other", 1);
        Pod lost = scene.runningPodsOf(ns, "train").get(0);

        nodes.delete(lost.getSpec().getNodeName());
        // What the pod garbage collector does with pods of nodes that are gone, without its forty seconds.
        scene.admin().resource(lost).withGracePeriod(0).delete();

        scene.eventually(() -> assertThat(heldPodsOf("train"))
                .singleElement()
                .satisfies(pod -> assertThat(Scene.placed(pod))
                        .hasValueSatisfying(c -> assertThat(c.getStatus() + " " + c.getReason() + ": " + c.getMessage())
                                .startsWith("False InsufficientWholeCells: needs 1 node, 0 can be given now: the"
                                        + " supply covers 2 of the 3 committed"))));
        GPUWorkloadStatus status = scene.workload(ns, "job-train").getStatus();
        assertThat(status.waiting().code()).isEqualTo("InsufficientWholeCells");
        assertThat(status.phase()).isEqualTo(GPUWorkloadStatus.Phase.PLACED);
        String successor = heldPodsOf("train").get(0).getMetadata().getName();

        scene.deleteJob(ns, "other");
        scene.awaitRunning(ns, "train", 2);
        scene.eventually(() -> {
            assertThat(Scene.placed(scene.pod(ns, successor)))
                    .hasValueSatisfying(c -> assertThat(c.getStatus()).isEqualTo("True"));
            assertThat(scene.workload(ns, "job-train").getStatus().waiting()).isNull();
        });
        assertThat(eventsOf("train", "InsufficientWholeCells")).hasSize(1);
    }

    /** Pods of a Job that our gate holds. */
    private List<Pod> heldPodsOf(String job) {
        return scene.podsOf(ns, job).stream()
                .filter(p -> p.getMetadata().getDeletionTimestamp() == null
                        && !p.getSpec().getSchedulingGates().isEmpty())
                .toList();
    }

    private List<Event> eventsOf(String job, String reason) {
        return scene.admin().v1().events().inNamespace(ns).list().getItems().stream()
                .filter(e -> e.getInvolvedObject().getName().equals(job) && reason.equals(e.getReason()))
                .toList();
    }
}
