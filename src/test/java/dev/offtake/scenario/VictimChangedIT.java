package dev.offtake.scenario;

import static dev.offtake.scenario.Lending.LONG_GRACE;
import static dev.offtake.scenario.Lending.SPOT;
import static dev.offtake.scenario.Scene.gb300;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Users change their Jobs while the GPUs of these are taken back: two nodes, both lent. */
@Tag("slow")
@OnControlPlane
class VictimChangedIT {
    private Scene scene;
    private Lending lending;

    @BeforeEach
    void twoNodes(Sandbox sandbox) {
        scene = new Scene(sandbox);
        scene.supply(gb300(2));
        lending = new Lending(scene, 2, "notice: 60s");
        lending.guestRuns("spare", 2, "", LONG_GRACE);
        lending.guest.linger("spare", "6s");
        lending.owner.job("own", 2, 4);
        lending.awaitReclaiming("own");
        lending.awaitLeaving("spare");
    }

    private Boolean isSuspended() {
        return Boolean.TRUE.equals(lending.guest.job("spare").getSpec().getSuspend());
    }

    private void assertStaysSuspended() {
        await().during(Duration.ofSeconds(3))
                .atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(isSuspended()).isTrue());
    }

    @Test
    void aJobThatIsScaledToNothingAndBackLaterIsNotLeftSuspended() {
        lending.guest.patchJob("spare", "{\"spec\":{\"parallelism\":0}}");
        lending.owner.awaitRunning("own", 2);

        scene.eventually(() -> assertThat(isSuspended()).isFalse());
        lending.guest.patchJob("spare", "{\"spec\":{\"parallelism\":2}}");
        lending.owner.deleteJob("own");

        lending.guest.awaitRunning("spare", 2);
        lending.assertNotBlamed("spare");
    }

    @Test
    void aJobThatItsUserResumesAndThenSuspendsStaysSuspended() {
        lending.guest.suspend("spare", false);
        scene.eventually(() -> assertThat(
                        lending.guest.record("job-spare").getStatus().rollback().suspendedJob())
                .isFalse());
        lending.guest.suspend("spare", true);

        lending.owner.awaitRunning("own", 2);

        assertStaysSuspended();
    }

    @Test
    void aJobThatIsMadeAnewAsSuspendedStaysSuspendedUntilItsUserResumesIt() {
        lending.guest.deleteJob("spare");
        scene.eventually(() -> assertThat(lending.guest.job("spare")).isNull());
        lending.guest.job("spare", 2, 4, SPOT, "suspend: true", "");

        lending.owner.awaitRunning("own", 2);

        assertStaysSuspended();
        lending.owner.deleteJob("own");
        assertStaysSuspended();
        lending.guest.suspend("spare", false);
        lending.guest.awaitRunning("spare", 2);
    }

    @Test
    void aJobWhoseNamespaceLeavesItsTenantIsNotLeftSuspended() {
        scene.controlPlane()
                .kubectl("label", "namespace", lending.guest.name(), "offtake.dev/tenant-")
                .orFail();

        lending.owner.awaitRunning("own", 2);

        scene.eventually(() -> assertThat(isSuspended()).isFalse());
    }
}
