package dev.offtake.scenario;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.FleetSpec;
import dev.offtake.testbed.LiveFleet;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import org.junit.jupiter.api.Test;

/** What pods ask of nodes beside GPUs. */
@OnControlPlane
class ConstraintsIT {
    private static FleetSpec h100(int nodes) {
        return fleet().product("NVIDIA-H100-80GB-HBM3").traysPerRack(nodes);
    }

    @Test
    void selectorsAndAffinitiesAreHonouredAndImpossibleOnesAreTold(ControlPlane controlPlane, Sandbox sandbox) {
        Scene scene = new Scene(controlPlane, sandbox);
        LiveFleet nodes = h100(3).create(sandbox);
        scene.pool("h100-sxm", "");
        String acme = scene.tenant("acme");
        scene.contract(acme, "h100-sxm", "gpu", 24, 0);
        String ns = scene.namespace("train", acme);

        scene.job(ns, "selects", 1, 1, "", "", "nodeSelector: {kubernetes.io/hostname: " + nodes.node(0, 2) + "}");
        scene.job(ns, "prefers", 1, 1, "", "", affinity("NotIn", nodes.node(0, 0) + ", " + nodes.node(0, 2)));
        scene.job(ns, "dreams", 1, 1, "", "", "nodeSelector: {disk: golden}");
        scene.awaitRunning(ns, "selects", 1);
        scene.awaitRunning(ns, "prefers", 1);
        assertThat(Scene.nodesOf(scene.runningPodsOf(ns, "selects"))).containsExactly(nodes.node(0, 2));
        assertThat(Scene.nodesOf(scene.runningPodsOf(ns, "prefers"))).containsExactly(nodes.node(0, 1));
        assertThat(scene.awaitReason(ns, "dreams", "ConstraintsMatchNoNode"))
                .contains("none of the 3 nodes of the pools meets the pods' node selector");
        scene.assertHeld(ns, "dreams");
        nodes.relabel(nodes.node(0, 0), "disk", "golden");
        scene.awaitRunning(ns, "dreams", 1);
        assertThat(Scene.nodesOf(scene.runningPodsOf(ns, "dreams"))).containsExactly(nodes.node(0, 0));
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
    void aTaintForAnotherArchitectureNeedsItsToleration(ControlPlane controlPlane, Sandbox sandbox) {
        Scene scene = new Scene(controlPlane, sandbox);
        fleet().traysPerRack(2)
                .taint("kubernetes.io/arch", "arm64", "NoSchedule")
                .create(sandbox);
        scene.pool("gb300-nvl72", "");
        String acme = scene.tenant("acme");
        scene.contract(acme, "gb300-nvl72", "node", 2, 0);
        String ns = scene.namespace("train", acme);

        scene.job(ns, "amd", 1, 4);
        scene.job(
                ns,
                "arm",
                1,
                4,
                "",
                "",
                "tolerations: [{key: kubernetes.io/arch, operator: Equal, value: arm64, effect: NoSchedule}]");
        scene.awaitRunning(ns, "arm", 1);
        assertThat(scene.awaitReason(ns, "amd", "ConstraintsMatchNoNode")).contains("tolerate the taints");
        scene.assertHeld(ns, "amd");
    }

    @Test
    void podsOutsideContractsTakeSupplyAndCpuOrMemoryThatIsShortIsToldInNumbers(
            ControlPlane controlPlane, Sandbox sandbox) {
        Scene scene = new Scene(controlPlane, sandbox);
        LiveFleet nodes = h100(2).cpuPerNode("64").memoryPerNode("512Gi").create(sandbox);
        String pool = scene.pool("h100-sxm", "");
        String acme = scene.tenant("acme");
        scene.contract(acme, "h100-sxm", "gpu", 16, 0);
        String ns = scene.namespace("train", acme);
        String others = sandbox.namespace("others");
        String on = "nodeSelector: {kubernetes.io/hostname: %s}\n";

        scene.pod(others, "gpus", 8, "", on.formatted(nodes.node(0, 0)));
        scene.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: hungry, namespace: %s}
                spec:
                  nodeSelector: {kubernetes.io/hostname: %s}
                  containers: [{name: main, image: none, resources: {requests: {cpu: 60, memory: 500Gi}}}]
                """.formatted(others, nodes.node(0, 1))).orFail();
        scene.awaitRunningIn(others, 2);
        scene.eventually(
                () -> assertThat(scene.pool(pool).getStatus().gpus().used()).isEqualTo(8));

        scene.job(ns, "cpu", 1, 1, "", "", "initContainers: [{name: i, image: none, resources: {requests: {cpu: 8}}}]");
        assertThat(scene.awaitReason(ns, "cpu", "InsufficientResources"))
                .contains(
                        "each pod needs 8 cpu, the most free on a node is 4;", "GPUs are free for 1 more pod but lack");
        scene.job(
                ns,
                "memory",
                1,
                1,
                "",
                "",
                "initContainers: [{name: i, image: none, resources: {requests: {memory: 64Gi}}}]");
        assertThat(scene.awaitReason(ns, "memory", "InsufficientResources"))
                .contains("each pod needs 64.0Gi memory, the most free on a node is 12.0Gi;");
        // Seven of the eight GPUs there are stranded: what CPU and memory are left is the share of one.
        scene.job(ns, "six", 6, 1);
        assertThat(scene.awaitReason(ns, "six", "InsufficientGpus"))
                .contains("needs 6 GPUs, 1 can be given now: the supply covers 1 of the 16 committed");
        scene.job(ns, "one", 1, 1);

        scene.admin().pods().inNamespace(others).withName("gpus").delete();
        scene.awaitRunning(ns, "cpu", 1);
        scene.awaitRunning(ns, "memory", 1);
        scene.awaitRunning(ns, "six", 6);
        scene.awaitRunning(ns, "one", 1);
    }
}
