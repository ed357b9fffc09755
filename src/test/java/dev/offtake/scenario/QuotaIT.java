package dev.offtake.scenario;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import org.junit.jupiter.api.Test;

@OnControlPlane
class QuotaIT {
    private static final String RACK = "topology.nebius.com/nvl-instance-group-id";

    @Test
    void aJobOf18TimesFourGpusLandsInOneRackAndTheNextOneWaitsUntilItsQuotaIsReleased(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        scene.supply(fleet().racks(2).traysPerRack(18).gpusPerTray(4).vocabulary("nebius"));
        Workspace acme = scene.customer("acme", 1, "rack");

        acme.job("pretrain", 18, 4);
        acme.awaitRunning("pretrain", 18);
        assertThat(scene.domains(acme.runningPodsOf("pretrain"), RACK)).hasSize(1);

        acme.job("second", 1, 4);
        assertThat(acme.awaitReason("second", "QuotaReached")).contains("needs 1 rack, 0 of 1 free");

        acme.deleteJob("pretrain");
        acme.awaitRunning("second", 1);
        acme.awaitLetGo("job-pretrain");
    }
}
