package dev.offtake.scenario;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.ControlPlane;
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
        return fleet().product("NVIDIA-H100-80GB-HBM3")
                .vocabulary("topograph-v1")
                .racks(racks)
                .traysPerRack(nodes);
    }

    @Test
    void aGangTooLargeForThePoolOrItsRequiredLevelPlacesNothingAndNeverFits(
            ControlPlane controlPlane, Sandbox sandbox) {
        Scene scene = new Scene(controlPlane, sandbox);
        h100(2, 3).create(sandbox);
        scene.pool("h100-sxm", "");
        String acme = scene.tenant("acme");
        scene.contract(acme, "h100-sxm", "node", 8, 0);
        String ns = scene.namespace("train", acme);

        scene.job(ns, "huge", 8, 8);
        scene.job(ns, "wide", 4, 8, "offtake.dev/topology: rack", "", "");
        assertThat(scene.awaitReason(ns, "huge", "NeverFits"))
                .contains("needs 8 pods (64 GPUs) in one pool", "holds 6 pods (48 GPUs) even when empty");
        assertThat(scene.awaitReason(ns, "wide", "NeverFits"))
                .contains("needs 4 pods (32 GPUs) in one rack", "holds 3 pods (24 GPUs) even when empty");
        scene.assertHeld(ns, "huge");
        scene.assertHeld(ns, "wide");
    }

    @Test
    void aPreferredLevelIsOnlyTriedAndARequiredOneIsKept(ControlPlane controlPlane, Sandbox sandbox) {
        Scene scene = new Scene(controlPlane, sandbox);
        h100(2, 4).create(sandbox);
        scene.pool("h100-sxm", "");
        String acme = scene.tenant("acme");
        scene.contract(acme, "h100-sxm", "node", 8, 0);
        String ns = scene.namespace("train", acme);
        scene.job(ns, "a", 3, 8, "offtake.dev/topology: rack", "", "");
        scene.job(ns, "b", 3, 8, "offtake.dev/topology: rack", "", "");
        scene.awaitRunning(ns, "a", 3);
        scene.awaitRunning(ns, "b", 3);
        assertThat(scene.domains(scene.runningPodsOf(ns, "a"), RACK)).hasSize(1);
        assertThat(scene.domains(scene.runningPodsOf(ns, "b"), RACK)).hasSize(1);

        scene.job(ns, "tries", 2, 8, "offtake.dev/topology-preferred: rack", "", "");
        scene.awaitRunning(ns, "tries", 2);
        assertThat(scene.domains(scene.runningPodsOf(ns, "tries"), RACK)).hasSize(2);

        scene.deleteJob(ns, "tries");
        scene.eventually(() -> assertThat(scene.podsOf(ns, "tries")).isEmpty());
        scene.job(ns, "insists", 2, 8, "offtake.dev/topology: rack", "", "");
        assertThat(scene.awaitReason(ns, "insists", "InsufficientWholeCells"))
                .contains("needs room for 2 pods, the roomiest rack has room for 1; 16 GPUs are free in all");
        scene.assertHeld(ns, "insists");

        scene.deleteJob(ns, "a");
        scene.awaitRunning(ns, "insists", 2);
        assertThat(scene.domains(scene.runningPodsOf(ns, "insists"), RACK)).hasSize(1);
    }

    @Test
    void slicesStayTogetherAndAnIndexedJobKeepsIndexOrderAlongTheTopology(ControlPlane controlPlane, Sandbox sandbox) {
        Scene scene = new Scene(controlPlane, sandbox);
        h100(2, 4).create(sandbox);
        scene.pool("h100-sxm", "");
        String acme = scene.tenant("acme");
        scene.contract(acme, "h100-sxm", "node", 8, 0);
        String ns = scene.namespace("train", acme);

        scene.job(ns, "sliced", 6, 8, "offtake.dev/slice: rack=3", "completionMode: Indexed", "");
        scene.awaitRunning(ns, "sliced", 6);
        assertThat(racksByIndex(scene, ns, "sliced"))
                .hasSize(2)
                .allSatisfy((rack, indices) -> assertThat(indices).hasSize(3).satisfies(PlacingIT::isRun));

        scene.deleteJob(ns, "sliced");
        scene.job(ns, "ranks", 8, 8, "", "completionMode: Indexed", "");
        scene.awaitRunning(ns, "ranks", 8);
        assertThat(racksByIndex(scene, ns, "ranks"))
                .hasSize(2)
                .allSatisfy((rack, indices) -> assertThat(indices).hasSize(4).satisfies(PlacingIT::isRun));
    }

    private static Map<String, List<Integer>> racksByIndex(Scene scene, String ns, String job) {
        return scene.runningPodsOf(ns, job).stream()
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
