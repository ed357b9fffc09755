package dev.offtake.scenario;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUWorkload;
import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import org.junit.jupiter.api.Test;

/** Pods without a Job. */
@OnControlPlane
class LonePodsIT {
    @Test
    void podsOfNobodyOfADeploymentAndOfAStatefulSetAreGangsOfOneWithoutARecord(
            ControlPlane controlPlane, Sandbox sandbox) {
        Scene scene = new Scene(controlPlane, sandbox);
        fleet().product("NVIDIA-H100-80GB-HBM3").traysPerRack(1).create(sandbox);
        scene.pool("h100-sxm", "");
        String acme = scene.tenant("acme");
        scene.contract(acme, "h100-sxm", "gpu", 7, 0);
        String ns = scene.namespace("serve", acme);

        scene.pod(ns, "notebook", 1, "", "");
        for (String kind : new String[] {"Deployment", "StatefulSet"}) {
            scene.apply("""
                    apiVersion: apps/v1
                    kind: %s
                    metadata: {name: serve, namespace: %s}
                    spec:
                      replicas: 3
                      selector: {matchLabels: {app: %s}}
                      template:
                        metadata: {labels: {app: %s}}
                        spec:
                          containers:
                          - {name: main, image: registry.example/serve, resources: {limits: {nvidia.com/gpu: 1}}}
                    """.formatted(kind, ns, kind, kind)).orFail();
        }
        scene.awaitRunningIn(ns, 7);
        assertThat(scene.admin()
                        .resources(GPUWorkload.class)
                        .inNamespace(ns)
                        .list()
                        .getItems())
                .isEmpty();
        assertThat(Scene.placed(scene.pod(ns, "notebook")))
                .as("who is served at once is told nothing")
                .isEmpty();

        scene.pod(ns, "late", 1, "", "");
        scene.eventually(() -> assertThat(Scene.placed(scene.pod(ns, "late")))
                .hasValueSatisfying(c -> assertThat(c.getReason() + ": " + c.getMessage())
                        .startsWith("QuotaReached: needs 1 GPU, 0 of 7 free: 7 claimed")));
        assertThat(Scene.placed(scene.pod(ns, "late")).orElseThrow().getStatus())
                .isEqualTo("False");
        scene.admin().pods().inNamespace(ns).withName("notebook").delete();
        scene.eventually(() -> assertThat(Scene.placed(scene.pod(ns, "late")))
                .hasValueSatisfying(c -> assertThat(c.getStatus()).isEqualTo("True")));
    }

    @Test
    void aGangOfBarePodsWaitsUntilAllOfThemExistAndThenAllLand(ControlPlane controlPlane, Sandbox sandbox) {
        Scene scene = new Scene(controlPlane, sandbox);
        fleet().product("NVIDIA-H100-80GB-HBM3").traysPerRack(3).create(sandbox);
        scene.pool("h100-sxm", "");
        String acme = scene.tenant("acme");
        scene.contract(acme, "h100-sxm", "node", 3, 0);
        String ns = scene.namespace("ray", acme);
        String gang = """
                labels: {offtake.dev/workload: ray}
                annotations: {offtake.dev/pods: "3"}
                """;

        scene.pod(ns, "head", 8, gang, "");
        scene.pod(ns, "worker-1", 8, gang, "");
        assertThat(scene.awaitReasonOf(ns, "pods-ray", "PodsNotCreated"))
                .contains(" of 3 pods exist; the gang is placed when all of them do");
        assertThat(scene.podsIn(ns))
                .allSatisfy(pod -> assertThat(pod.getSpec().getNodeName()).isNull());
        scene.pod(ns, "worker-2", 8, gang, "");
        scene.awaitRunningIn(ns, 3);
        assertThat(Scene.nodesOf(scene.podsIn(ns))).doesNotHaveDuplicates();
    }
}
