package dev.offtake.scenario;

import static dev.offtake.testbed.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.ControlPlane;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import org.junit.jupiter.api.Test;

@OnControlPlane
class FollowerIT {
    private static final String DECISIONS = "offtake_decisions_total";

    @Test
    void aFollowerDecidesNothingAndTakesOverWhatRunsAndWhatWaitsWhenTheLeaderStops(
            ControlPlane controlPlane, Sandbox sandbox) {
        Scene scene = new Scene(controlPlane, sandbox);
        TestOperator.stop();
        TestOperator leader = TestOperator.candidate(controlPlane, "first");
        try (TestOperator follower = TestOperator.candidate(controlPlane, "second")) {
            fleet().racks(1).traysPerRack(2).gpusPerTray(4).create(sandbox);
            scene.pool("gb300-nvl72", "");
            String acme = scene.tenant("acme");
            scene.contract(acme, "gb300-nvl72", "node", 2, 0);
            String ns = scene.namespace("train", acme);
            scene.job(ns, "first", 2, 4);
            scene.awaitRunning(ns, "first", 2);
            scene.job(ns, "second", 2, 4);
            scene.awaitReason(ns, "second", "QuotaReached");
            assertThat(leader.get("/metrics").body()).contains(DECISIONS);
            assertThat(follower.get("/metrics").body()).doesNotContain(DECISIONS);

            leader.close();
            scene.job(ns, "third", 1, 4);

            scene.awaitReason(ns, "third", "QuotaReached");
            assertThat(follower.get("/metrics").body()).contains(DECISIONS);
            scene.deleteJob(ns, "first");
            scene.awaitRunning(ns, "second", 2);
            scene.deleteJob(ns, "second");
            scene.awaitRunning(ns, "third", 1);
        } finally {
            leader.close();
        }
    }
}
