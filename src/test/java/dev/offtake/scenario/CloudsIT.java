package dev.offtake.scenario;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.ControlPlane;
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
    void onThisCloudTheSamePoolPutsAJobOf72GpusInOneRack(
            String vocabulary, String rackLabel, ControlPlane controlPlane, Sandbox sandbox) {
        Scene scene = new Scene(controlPlane, sandbox);
        fleet().racks(2).vocabulary(vocabulary).create(sandbox);
        scene.pool("gb300-nvl72", "");
        String acme = scene.tenant("acme");
        scene.contract(acme, "gb300-nvl72", "rack", 1, 0);
        String ns = scene.namespace("train", acme);

        scene.job(ns, "pretrain", 18, 4);
        scene.awaitRunning(ns, "pretrain", 18);
        assertThat(scene.domains(scene.runningPodsOf(ns, "pretrain"), rackLabel))
                .hasSize(1);
    }
}
