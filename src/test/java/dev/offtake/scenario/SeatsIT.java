package dev.offtake.scenario;

import static dev.offtake.scenario.Scene.gb300;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.LiveFleet;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A gang's seats are its own until it ends, whoever sits in them. */
@Tag("slow")
@OnControlPlane
class SeatsIT {
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
    void anElasticJobStartsWithWhatFitsAndGrowsWhenRoomComes() {
        acme.job("first", 2, 4);
        acme.awaitRunning("first", 2);

        acme.job("elastic", 3, 4, "offtake.dev/min-pods: '1'", "", "");
        acme.awaitRunning("elastic", 1);
        assertThat(acme.runningPodsOf("first")).hasSize(2);
        acme.deleteJob("first");

        acme.awaitRunning("elastic", 3);
        assertThat(new TreeSet<>(acme.nodesOf("elastic"))).hasSize(3);
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
                """.formatted(acme.name())).orFail();
        acme.awaitRunning("many", 2);
        List<String> seats = acme.nodesOf("many");
        acme.job("waiting", 2, 4);
        acme.awaitReason("waiting", "QuotaReached");

        acme.endPods("many", false);
        scene.eventually(() -> {
            assertThat(acme.job("many").getStatus().getSucceeded()).isEqualTo(2);
            assertThat(acme.nodesOf("many")).isEqualTo(seats);
        });
        acme.endPods("many", false);

        acme.awaitRunning("waiting", 2);
        assertThat(acme.job("many").getStatus().getSucceeded()).isEqualTo(4);
    }

    @Test
    void whatIsLeftOfAJobIsPlacedWhenItIsResumed() {
        acme.job("parts", 3, 4);
        acme.awaitRunning("parts", 3);
        acme.endPod(acme.runningPodsOf("parts").get(0), false);
        scene.eventually(
                () -> assertThat(acme.job("parts").getStatus().getSucceeded()).isEqualTo(1));
        acme.suspend("parts", true);
        scene.eventually(() -> assertThat(acme.runningPodsOf("parts")).isEmpty());

        acme.suspend("parts", false);

        acme.awaitRunning("parts", 2);
        acme.endPods("parts", false);
        scene.eventually(() ->
                assertThat(acme.job("parts").getStatus().getCompletionTime()).isNotNull());
    }

    @Test
    void aPodThatReplacesADeletedOneTakesItsSeat() {
        acme.job("train", 2, 4);
        acme.awaitRunning("train", 2);
        List<String> seats = acme.nodesOf("train");
        acme.job("waiting", 2, 4);
        acme.awaitReason("waiting", "QuotaReached");
        Set<String> before = uids();

        Pod deleted = acme.runningPodsOf("train").get(0);
        scene.admin().resource(deleted).delete();

        scene.eventually(() -> {
            assertThat(acme.nodesOf("train")).isEqualTo(seats);
            assertThat(uids()).isNotEqualTo(before);
        });
        assertThat(acme.runningPodsOf("waiting")).isEmpty();
    }

    @Test
    void theSeatOfAPodWhoseNodeIsDeletedMovesToAnotherNode() {
        acme.job("train", 2, 4);
        acme.awaitRunning("train", 2);
        List<String> seats = acme.nodesOf("train");
        Pod lost = acme.runningPodsOf("train").get(0);

        nodes.delete(lost.getSpec().getNodeName());
        // What the pod garbage collector does with pods of nodes that are gone, without its forty seconds.
        scene.admin().resource(lost).withGracePeriod(0).delete();

        acme.awaitRunning("train", 2);
        Set<String> expected = new TreeSet<>(nodes.nodes());
        expected.remove(lost.getSpec().getNodeName());
        assertThat(acme.nodesOf("train")).containsExactlyElementsOf(expected);
        assertThat(seats).contains(lost.getSpec().getNodeName());
    }

    private Set<String> uids() {
        return acme.runningPodsOf("train").stream()
                .map(pod -> pod.getMetadata().getUid())
                .collect(Collectors.toSet());
    }
}
