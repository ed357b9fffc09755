package dev.offtake.scenario;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
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
}
