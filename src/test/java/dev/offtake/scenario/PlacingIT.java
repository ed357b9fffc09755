package dev.offtake.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.FleetSpec;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Where gangs land in the topology. */
@OnControlPlane
class PlacingIT {
    private static final String RACK = "fabric.topograph.run/tier-0";

    private static FleetSpec h100(int racks, int nodes) {
        return Scene.h100(nodes).vocabulary("topograph-v1").racks(racks);
    }

    @Test
    void aGangTooLargeForThePoolOrItsRequiredLevelPlacesNothingAndNeverFits(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        scene.supply(h100(2, 3));
        Workspace acme = scene.customer("acme", 8, "node");

        acme.job("huge", 8, 8);
        acme.job("wide", 4, 8, "offtake.dev/topology: rack", "", "");
        assertThat(acme.awaitReason("huge", "NeverFits"))
                .contains("needs 8 pods (64 GPUs) in one pool", "holds 6 pods (48 GPUs) even when empty");
        assertThat(acme.awaitReason("wide", "NeverFits"))
                .contains("needs 4 pods (32 GPUs) in one rack", "holds 3 pods (24 GPUs) even when empty");
        acme.assertHeld("huge");
        acme.assertHeld("wide");
    }

    @Test
    void aPreferredLevelIsOnlyTriedAndARequiredOneIsKept(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        scene.supply(h100(2, 4));
        Workspace acme = scene.customer("acme", 8, "node");
        acme.job("a", 3, 8, "offtake.dev/topology: rack", "", "");
        acme.job("b", 3, 8, "offtake.dev/topology: rack", "", "");
        acme.awaitRunning("a", 3);
        acme.awaitRunning("b", 3);
        assertThat(scene.domains(acme.runningPodsOf("a"), RACK)).hasSize(1);
        assertThat(scene.domains(acme.runningPodsOf("b"), RACK)).hasSize(1);

        assertThat(acme.record("job-a").getStatus().why().code()).isEqualTo("FirstOfEquals");
        assertThat(acme.record("job-a").getStatus().why().message())
                .contains("(4 of 4 nodes free before): the oldest of 2 racks with room for it");

        acme.job("tries", 2, 8, "offtake.dev/topology-preferred: rack", "", "");
        acme.awaitRunning("tries", 2);
        assertThat(acme.record("job-tries").getStatus().why().message())
                .contains(
                        "over 2 racks", "not within one rack, as preferred: one had room for at most 1 of its 2 pods");
        assertThat(scene.domains(acme.runningPodsOf("tries"), RACK)).hasSize(2);

        acme.deleteJob("tries");
        scene.eventually(() -> assertThat(acme.podsOf("tries")).isEmpty());
        acme.job("insists", 2, 8, "offtake.dev/topology: rack", "", "");
        assertThat(acme.awaitReason("insists", "InsufficientWholeCells"))
                .contains("needs room for 2 pods, the roomiest rack has room for 1; 16 GPUs are free in all");
        acme.assertHeld("insists");

        acme.deleteJob("a");
        acme.awaitRunning("insists", 2);
        assertThat(scene.domains(acme.runningPodsOf("insists"), RACK)).hasSize(1);
    }

    @Test
    void slicesStayTogetherAndAnIndexedJobKeepsIndexOrderAlongTheTopology(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        scene.supply(h100(2, 4));
        Workspace acme = scene.customer("acme", 8, "node");

        acme.job("sliced", 6, 8, "offtake.dev/slice: rack=3", "completionMode: Indexed", "");
        acme.awaitRunning("sliced", 6);
        assertThat(racksByIndex(scene, acme, "sliced"))
                .hasSize(2)
                .allSatisfy((rack, indices) -> assertThat(indices).hasSize(3).satisfies(PlacingIT::isRun));

        acme.deleteJob("sliced");
        acme.job("ranks", 8, 8, "", "completionMode: Indexed", "");
        acme.awaitRunning("ranks", 8);
        assertThat(racksByIndex(scene, acme, "ranks"))
                .hasSize(2)
                .allSatisfy((rack, indices) -> assertThat(indices).hasSize(4).satisfies(PlacingIT::isRun));
    }

    private static Map<String, List<Integer>> racksByIndex(Scene scene, Workspace acme, String job) {
        return acme.runningPodsOf(job).stream()
                .sorted((a, b) -> Integer.compare(index(a), index(b)))
                .collect(Collectors.groupingBy(
                        p -> scene.domains(List.of(p), RACK).iterator().next(),
                        TreeMap::new,
                        Collectors.mapping(PlacingIT::index, Collectors.toList())));
    }

    private static int index(Pod pod) {
        return Integer.parseInt(pod.getMetadata().getAnnotations().get("batch.kubernetes.io/job-completion-index"));
    }

    private static void isRun(List<? extends Integer> sorted) {
        assertThat(sorted.get(sorted.size() - 1) - sorted.get(0)).isEqualTo(sorted.size() - 1);
    }
}
