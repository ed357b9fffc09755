package dev.offtake.scenario;

import static dev.offtake.scenario.Scene.gb300;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import org.junit.jupiter.api.Test;

@OnControlPlane
class FollowerIT {
    private static final String DECISIONS = "offtake_decisions_total";

    @Test
    void aFollowerDecidesNothingAndTakesOverWhatRunsAndWhatWaitsWhenTheLeaderStops(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        scene.stopOperator();
        TestOperator leader = TestOperator.candidate(sandbox.controlPlane(), "first");
        // Ready it is as soon as it has read everything; it asks for the lease after that.
        scene.eventually(() -> assertThat(leader.get("/metrics").body()).contains("offtake_leader 1.0"));
        try (TestOperator follower = TestOperator.candidate(sandbox.controlPlane(), "second")) {
            scene.supply(gb300(2));
            Workspace acme = scene.customer("acme", 2, "node");
            acme.job("first", 2, 4);
            acme.awaitRunning("first", 2);
            acme.job("second", 2, 4);
            acme.awaitReason("second", "QuotaReached");
            assertThat(leader.get("/metrics").body()).contains(DECISIONS);
            assertThat(follower.get("/metrics").body()).doesNotContain(DECISIONS);
            String contract = "offtake_contract_committed_gpus{class=\"gb300-nvl72\",commitment=\"base\",contract=\""
                    + acme.contract() + "\",tenant=\"" + acme.tenant() + "\"} 8.0";
            assertThat(leader.get("/metrics").body()).contains(contract, "offtake_leader 1.0");
            assertThat(follower.get("/metrics").body())
                    .doesNotContain("offtake_contract_")
                    .doesNotContain("offtake_pool_gpus")
                    .contains("offtake_leader 0.0", "offtake_cache_age_seconds{resource=\"pods\"} 0.0");

            leader.close();
            acme.job("third", 1, 4);

            acme.awaitReason("third", "QuotaReached");
            assertThat(follower.get("/metrics").body()).contains(DECISIONS, contract);
            acme.deleteJob("first");
            acme.awaitRunning("second", 2);
            acme.deleteJob("second");
            acme.awaitRunning("third", 1);
        } finally {
            leader.close();
        }
    }
}
