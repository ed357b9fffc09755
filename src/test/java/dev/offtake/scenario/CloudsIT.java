package dev.offtake.scenario;

import static dev.offtake.scenario.Scene.h100;
import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUPoolStatus;
import dev.offtake.testbed.FleetSpec;
import dev.offtake.testbed.LiveFleet;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Label vocabularies differ, the pool object does not. */
@OnControlPlane
class CloudsIT {
    @ParameterizedTest
    @CsvSource({
        "nebius, topology.nebius.com/nvl-instance-group-id",
        "gke, cloud.google.com/gce-topology-subblock",
        "coreweave, ds.coreweave.com/nvlink.domain"
    })
    void onThisCloudTheSamePoolPutsAJobOf72GpusInOneRack(String vocabulary, String rackLabel, Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        scene.supply(fleet().racks(2).vocabulary(vocabulary));
        Workspace acme = scene.customer("acme", 1, "rack");

        acme.job("pretrain", 18, 4);
        acme.awaitRunning("pretrain", 18);
        assertThat(scene.domains(acme.runningPodsOf("pretrain"), rackLabel)).hasSize(1);
    }

    @Test
    void podsThatWereThereBeforeAPoolNamedTheirResourceCountAsItsGpus(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        String resource = "gpus.example.com/" + sandbox.name("h100");
        FleetSpec fleet = h100(2).resourceName(resource);
        LiveFleet nodes = fleet.create(sandbox);
        Workspace before = scene.uncontracted("before");
        before.squat("own", nodes.node(0, 0), "", "resources: {limits: {%s: 8}}".formatted(resource));
        scene.eventually(() -> assertThat(before.pods())
                .allSatisfy(pod -> assertThat(pod.getStatus().getPhase()).isEqualTo("Running")));

        scene.pool(fleet.gpuClass(), "");
        assertThat(scene.pool(scene.poolName()).getStatus().gpus().used()).isZero();
        scene.pool(fleet.gpuClass(), "", "resourceName: " + resource);

        scene.eventually(() -> {
            GPUPoolStatus.Gpus gpus = scene.pool(scene.poolName()).getStatus().gpus();
            assertThat(gpus.used()).isEqualTo(8);
            assertThat(gpus.free()).isEqualTo(8);
        });
    }
}
