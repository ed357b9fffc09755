package dev.offtake.scenario;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.LiveFleet;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A gang's seats are its own until it ends, whoever sits in them. */
@OnControlPlane
class SeatsIT {
    private static final String CLASS = "gb300-nvl72";

    private ControlPlane controlPlane;
    private Sandbox sandbox;
    private Scene scene;
    private LiveFleet nodes;
    private String ns;

    @BeforeEach
    void threeNodes(ControlPlane controlPlane, Sandbox sandbox) {
        this.controlPlane = controlPlane;
        this.sandbox = sandbox;
        scene = new Scene(controlPlane, sandbox);
        nodes = fleet().racks(1).traysPerRack(3).gpusPerTray(4).create(sandbox);
        scene.pool(CLASS, "");
        String acme = scene.tenant("acme");
        scene.contract(acme, CLASS, "node", 3, 0);
        ns = scene.namespace("train", acme);
    }

    @Test
    void anElasticJobStartsWithWhatFitsAndGrowsWhenRoomComes() {
        scene.job(ns, "first", 2, 4);
        scene.awaitRunning(ns, "first", 2);

        scene.job(ns, "elastic", 3, 4, "offtake.dev/min-pods: '1'", "", "");
        scene.awaitRunning(ns, "elastic", 1);
        assertThat(scene.runningPodsOf(ns, "first")).hasSize(2);
        scene.deleteJob(ns, "first");

        scene.awaitRunning(ns, "elastic", 3);
        assertThat(new TreeSet<>(scene.nodesOf(ns, "elastic"))).hasSize(3);
    }

    @Test
    void podsThatFollowFinishedOnesOfTheirJobTakeTheSameNodes() {
        scene.apply("""
                apiVersion: batch/v1
                kind: Job
                metadata: {name: many, namespace: %s}
                spec:
                  parallelism: 2
                  completions: 4
                  template:
                    spec:
                      restartPolicy: Never
                      containers:
                      - {name: main, image: registry.example/train, resources: {limits: {nvidia.com/gpu: 4}}}
                """.formatted(ns)).orFail();
        scene.awaitRunning(ns, "many", 2);
        List<String> seats = scene.nodesOf(ns, "many");
        scene.job(ns, "waiting", 2, 4);
        scene.awaitReason(ns, "waiting", "QuotaReached");

        scene.endPods(ns, "many", false);
        scene.eventually(() -> {
            assertThat(scene.job(ns, "many").getStatus().getSucceeded()).isEqualTo(2);
            assertThat(scene.nodesOf(ns, "many")).isEqualTo(seats);
        });
        scene.endPods(ns, "many", false);

        scene.awaitRunning(ns, "waiting", 2);
        assertThat(scene.job(ns, "many").getStatus().getSucceeded()).isEqualTo(4);
    }

    @Test
    void aPodThatReplacesADeletedOneTakesItsSeat() {
        scene.job(ns, "train", 2, 4);
        scene.awaitRunning(ns, "train", 2);
        List<String> seats = scene.nodesOf(ns, "train");
        scene.job(ns, "waiting", 2, 4);
        scene.awaitReason(ns, "waiting", "QuotaReached");
        Set<String> before = uids();

        Pod deleted = scene.runningPodsOf(ns, "train").get(0);
        scene.admin().resource(deleted).delete();

        scene.eventually(() -> {
            assertThat(scene.nodesOf(ns, "train")).isEqualTo(seats);
            assertThat(uids()).isNotEqualTo(before);
        });
        assertThat(scene.runningPodsOf(ns, "waiting")).isEmpty();
    }

    @Test
    void theSeatOfAPodWhoseNodeIsDeletedMovesToAnotherNode() {
        scene.job(ns, "train", 2, 4);
        scene.awaitRunning(ns, "train", 2);
        List<String> seats = scene.nodesOf(ns, "train");
        Pod lost = scene.runningPodsOf(ns, "train").get(0);

        nodes.delete(lost.getSpec().getNodeName());
        // What the pod garbage collector does with pods of nodes that are gone, without its forty seconds.
        scene.admin().resource(lost).withGracePeriod(0).delete();

        scene.awaitRunning(ns, "train", 2);
        Set<String> expected = new TreeSet<>(nodes.nodes());
        expected.remove(lost.getSpec().getNodeName());
        assertThat(scene.nodesOf(ns, "train")).containsExactlyElementsOf(expected);
        assertThat(seats).contains(lost.getSpec().getNodeName());
    }

    private Set<String> uids() {
        return scene.runningPodsOf(ns, "train").stream()
                .map(pod -> pod.getMetadata().getUid())
                .collect(Collectors.toSet());
    }
}
