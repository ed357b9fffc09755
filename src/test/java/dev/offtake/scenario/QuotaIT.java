package dev.offtake.scenario;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import org.junit.jupiter.api.Test;

@OnControlPlane
class QuotaIT {
    private static final String RACK = "topology.nebius.com/nvl-instance-group-id";

    @Test
    void aJobOf18TimesFourGpusLandsInOneRackAndTheNextOneWaitsUntilItsQuotaIsReleased(
            ControlPlane controlPlane, Sandbox sandbox) {
        Scene scene = new Scene(controlPlane, sandbox);
        fleet().racks(2).traysPerRack(18).gpusPerTray(4).vocabulary("nebius").create(sandbox);
        scene.pool("gb300-nvl72", "");
        String acme = scene.tenant("acme");
        scene.contract(acme, "gb300-nvl72", "rack", 1, 0);
        String ns = scene.namespace("train", acme);

        scene.job(ns, "pretrain", 18, 4);
        scene.awaitRunning(ns, "pretrain", 18);
        assertThat(scene.domains(scene.runningPodsOf(ns, "pretrain"), RACK)).hasSize(1);

        scene.job(ns, "second", 1, 4);
        assertThat(scene.awaitReason(ns, "second", "QuotaReached")).contains("needs 1 rack, 0 of 1 free");

        scene.deleteJob(ns, "pretrain");
        scene.awaitRunning(ns, "second", 1);
        scene.awaitLetGo(ns, "job-pretrain");
    }
}
