package dev.offtake.scenario;

import static dev.offtake.scenario.Scene.gb300;
import static dev.offtake.scenario.Scene.h100;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.LiveFleet;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import org.junit.jupiter.api.Test;

/** What pods ask of nodes beside GPUs. */
@OnControlPlane
class ConstraintsIT {
    @Test
    void selectorsAndAffinitiesAreHonouredAndImpossibleOnesAreTold(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        LiveFleet nodes = scene.supply(h100(3));
        Workspace acme = scene.customer("acme", 24, "gpu");

        acme.job("selects", 1, 1, "", "", "nodeSelector: {kubernetes.io/hostname: " + nodes.node(0, 2) + "}");
        acme.job("prefers", 1, 1, "", "", affinity("NotIn", nodes.node(0, 0) + ", " + nodes.node(0, 2)));
        acme.job("dreams", 1, 1, "", "", "nodeSelector: {disk: golden}");
        acme.awaitRunning("selects", 1);
        acme.awaitRunning("prefers", 1);
        assertThat(Scene.nodesOf(acme.runningPodsOf("selects"))).containsExactly(nodes.node(0, 2));
        assertThat(Scene.nodesOf(acme.runningPodsOf("prefers"))).containsExactly(nodes.node(0, 1));
        assertThat(acme.awaitReason("dreams", "ConstraintsMatchNoNode"))
                .contains("none of the 3 nodes of the pools meets the pods' node selector");
        acme.assertHeld("dreams");
        nodes.relabel(nodes.node(0, 0), "disk", "golden");
        acme.awaitRunning("dreams", 1);
        assertThat(Scene.nodesOf(acme.runningPodsOf("dreams"))).containsExactly(nodes.node(0, 0));
    }

    private static String affinity(String operator, String hosts) {
        return """
                affinity:
                  nodeAffinity:
                    requiredDuringSchedulingIgnoredDuringExecution:
                      nodeSelectorTerms:
                      - matchExpressions:
                        - {key: kubernetes.io/hostname, operator: %s, values: [%s]}
                """.formatted(operator, hosts);
    }

    @Test
    void aTaintForAnotherArchitectureNeedsItsToleration(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        scene.supply(gb300(2).taint("kubernetes.io/arch", "arm64", "NoSchedule"));
        Workspace acme = scene.customer("acme", 2, "node");

        acme.job("amd", 1, 4);
        acme.job(
                "arm",
                1,
                4,
                "",
                "",
                "tolerations: [{key: kubernetes.io/arch, operator: Equal, value: arm64, effect: NoSchedule}]");
        acme.awaitRunning("arm", 1);
        assertThat(acme.awaitReason("amd", "ConstraintsMatchNoNode")).contains("tolerate the taints");
        acme.assertHeld("amd");
    }

    @Test
    void podsOutsideContractsTakeSupplyAndCpuOrMemoryThatIsShortIsToldInNumbers(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        LiveFleet nodes = scene.supply(h100(2).cpuPerNode("64").memoryPerNode("512Gi"));
        Workspace acme = scene.customer("acme", 16, "gpu");
        Workspace others = scene.uncontracted("others");
        String on = "nodeSelector: {kubernetes.io/hostname: %s}\n";

        others.pod("gpus", 8, "", on.formatted(nodes.node(0, 0)));
        scene.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: hungry, namespace: %s}
                spec:
                  nodeSelector: {kubernetes.io/hostname: %s}
                  containers: [{name: main, image: none, resources: {requests: {cpu: 60, memory: 500Gi}}}]
                """.formatted(others.name(), nodes.node(0, 1))).orFail();
        others.awaitRunning(2);
        scene.eventually(
                () -> assertThat(scene.pool(scene.poolName()).getStatus().gpus().used())
                        .isEqualTo(8));

        acme.job("cpu", 1, 1, "", "", "initContainers: [{name: i, image: none, resources: {requests: {cpu: 8}}}]");
        assertThat(acme.awaitReason("cpu", "InsufficientResources"))
                .contains(
                        "each pod needs 8 cpu, the most free on a node is 4;", "GPUs are free for 1 more pod but lack");
        acme.job(
                "memory",
                1,
                1,
                "",
                "",
                "initContainers: [{name: i, image: none, resources: {requests: {memory: 64Gi}}}]");
        assertThat(acme.awaitReason("memory", "InsufficientResources"))
                .contains("each pod needs 64.0Gi memory, the most free on a node is 12.0Gi;");
        // Seven of the eight GPUs there are stranded: what CPU and memory are left is the share of one.
        acme.job("six", 6, 1);
        assertThat(acme.awaitReason("six", "InsufficientGpus"))
                .contains("needs 6 GPUs, 1 can be given now: the supply covers 1 of the 16 committed");
        acme.job("one", 1, 1);

        others.deletePod("gpus");
        acme.awaitRunning("cpu", 1);
        acme.awaitRunning("memory", 1);
        acme.awaitRunning("six", 6);
        acme.awaitRunning("one", 1);
    }
}
