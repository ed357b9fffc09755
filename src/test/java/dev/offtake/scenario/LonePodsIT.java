package dev.offtake.scenario;

import static dev.offtake.scenario.Scene.h100;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import org.junit.jupiter.api.Test;

/** Pods without a Job. */
@OnControlPlane
class LonePodsIT {
    @Test
    void podsOfNobodyOfADeploymentAndOfAStatefulSetAreGangsOfOneWithoutARecord(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        scene.supply(h100(1));
        Workspace acme = scene.customer("acme", 7, "gpu");

        acme.pod("notebook", 1, "", "");
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
                    """.formatted(kind, acme.name(), kind, kind)).orFail();
        }
        acme.awaitRunning(7);
        assertThat(acme.records()).isEmpty();
        assertThat(Scene.placed(acme.pod("notebook")))
                .as("who is served at once is told nothing")
                .isEmpty();

        acme.pod("late", 1, "", "");
        scene.eventually(() -> assertThat(Scene.placed(acme.pod("late")))
                .hasValueSatisfying(c -> assertThat(c.getReason() + ": " + c.getMessage())
                        .startsWith("QuotaReached: needs 1 GPU, 0 of 7 free: 7 claimed")));
        assertThat(Scene.placed(acme.pod("late")).orElseThrow().getStatus()).isEqualTo("False");
        acme.deletePod("notebook");
        scene.eventually(() -> assertThat(Scene.placed(acme.pod("late")))
                .hasValueSatisfying(c -> assertThat(c.getStatus()).isEqualTo("True")));
    }

    @Test
    void aGangOfBarePodsWaitsUntilAllOfThemExistAndThenAllLand(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        scene.supply(h100(3));
        Workspace acme = scene.customer("acme", 3, "node");
        String gang = """
                labels: {offtake.dev/workload: ray}
                annotations: {offtake.dev/pods: "3"}
                """;

        acme.pod("head", 8, gang, "");
        acme.pod("worker-1", 8, gang, "");
        assertThat(acme.awaitReasonOf("pods-ray", "PodsNotCreated"))
                .contains(" of 3 pods exist; the gang is placed when all of them do");
        assertThat(acme.pods())
                .allSatisfy(pod -> assertThat(pod.getSpec().getNodeName()).isNull());
        acme.pod("worker-2", 8, gang, "");
        acme.awaitRunning(3);
        assertThat(Scene.nodesOf(acme.pods())).doesNotHaveDuplicates();
    }
}
