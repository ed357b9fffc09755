package dev.offtake.scenario;

import static dev.offtake.scenario.Lending.uids;
import static dev.offtake.scenario.Scene.gb300;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUWorkload;
import dev.offtake.api.GPUWorkloadStatus.Phase;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Work of higher priority on a commitment of two nodes that is full, in a pool that is not. */
@OnControlPlane
class PriorityIT {
    private static final String URGENT = "offtake.dev/priority: \"10\"";

    @Test
    void aJobOfHighPriorityTakesExactlyTheCheapestPlaceOnItsCommitment(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        scene.supply(gb300(4));
        Workspace acme = scene.preempting("acme", 2, "node");
        acme.job("saves", 1, 4, "offtake.dev/checkpoint: 1s", "backoffLimit: 0", "");
        acme.job("stale", 1, 4, "offtake.dev/checkpoint: 30m+30m", "backoffLimit: 0", "");
        acme.awaitRunning("saves", 1);
        acme.awaitRunning("stale", 1);
        List<String> spared = uids(acme.podsOf("stale"));
        String age = acme.record("job-saves").getMetadata().getCreationTimestamp();
        acme.linger("saves", "3s");

        acme.job("urgent", 1, 4, URGENT, "", "");

        acme.awaitRunning("urgent", 1);
        assertThat(uids(acme.podsOf("stale"))).isEqualTo(spared);
        scene.eventually(() -> {
            acme.assertHeld("saves");
            GPUWorkload record = acme.record("job-saves");
            assertThat(record.getStatus().phase()).isEqualTo(Phase.WAITING);
            assertThat(record.getMetadata().getCreationTimestamp()).isEqualTo(age);
        });
        assertThat(acme.job("saves").getSpec().getSuspend()).isIn(null, false);
        assertThat(acme.job("saves").getStatus().getFailed()).isIn(null, 0);

        acme.deleteJob("urgent");
        acme.awaitRunning("saves", 1);
    }

    @Test
    @Tag("slow")
    void withoutSayingSoInTheContractAJobOfHighPriorityWaits(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        scene.supply(gb300(2));
        Workspace acme = scene.customer("acme", 1, "node");
        acme.job("low", 1, 4);
        acme.awaitRunning("low", 1);
        List<String> running = uids(acme.podsOf("low"));

        acme.job("urgent", 1, 4, URGENT, "", "");

        assertThat(acme.awaitReason("urgent", "QuotaReached")).contains("0 of 1 free");
        assertThat(uids(acme.podsOf("low"))).isEqualTo(running);
    }

    @Test
    @Tag("slow")
    void anOperatorThatBeginsInBetweenGoesOnAndCountsTheCommitmentOnce(Sandbox sandbox) {
        Scene scene = new Scene(sandbox);
        scene.supply(gb300(3));
        Workspace acme = scene.preempting("acme", 1, "node");
        acme.job("low", 1, 4, "", "backoffLimit: 0", "terminationGracePeriodSeconds: 600");
        acme.awaitRunning("low", 1);
        acme.linger("low", "10s");
        acme.job("urgent", 1, 4, URGENT, "", "");
        scene.eventually(() -> {
            GPUWorkload record = acme.record("job-urgent");
            assertThat(record).isNotNull();
            assertThat(record.getStatus()).isNotNull();
            assertThat(record.getStatus().phase()).isEqualTo(Phase.RECLAIMING);
        });

        scene.stopOperator();
        scene.startOperator();

        acme.job("other", 1, 4);
        assertThat(acme.awaitReason("other", "QuotaReached")).contains("needs 1 node");
        acme.awaitRunning("urgent", 1);
        acme.assertHeld("low");
    }
}
