package dev.offtake.scenario;

import static dev.offtake.scenario.Lending.LONG_GRACE;
import static dev.offtake.scenario.Lending.SPOT;
import static dev.offtake.scenario.Scene.gb300;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUWorkloadStatus.Phase;
import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The operator is killed at any moment while an owner takes back its two nodes from guests, again and again. */
@Tag("slow")
@OnControlPlane
class ReclaimKilledIT {
    private static final int KILLS = 6;
    private static final int LATEST_MILLIS = 2_500;

    private final long seed = Long.getLong("killed.seed", 23);
    private final Random random = new Random(seed);

    private Scene scene;
    private Lending lending;
    private OperatorJvm operator;

    @BeforeEach
    void twoNodesAndAnOperatorOfItsOwn(Sandbox sandbox) throws IOException {
        System.out.println("[killed] again by -Dkilled.seed=" + seed);
        scene = new Scene(sandbox);
        scene.supply(gb300(2));
        lending = new Lending(scene, 2, "notice: 60s");
        scene.stopOperator();
        launch();
    }

    private void launch() throws IOException {
        operator = OperatorJvm.launch(
                scene.controlPlane(), Path.of(System.getProperty("java.home")), OperatorJvm.RECOMMENDED);
    }

    @AfterEach
    void end() {
        operator.close();
    }

    @Test
    void theOwnerGetsItsNodesAndNoGuestIsBlamedOrLost() throws IOException {
        lending.guest.job("one", 1, 4, SPOT, "backoffLimit: 0", LONG_GRACE);
        lending.guest.job("two", 1, 4, SPOT, "backoffLimit: 0", LONG_GRACE);
        for (int kill = 0; kill < KILLS; kill++) {
            lending.guest.awaitRunning("one", 1);
            lending.guest.awaitRunning("two", 1);
            lending.guest.linger("one", random.nextInt(3_000) + "ms");
            lending.guest.linger("two", random.nextInt(3_000) + "ms");
            String own = "own-" + kill;
            lending.owner.job(own, 2, 4);
            Instant death = Instant.now().plusMillis(random.nextInt(LATEST_MILLIS));
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> Instant.now().isAfter(death));
            operator.kill();
            launch();

            Awaitility.await("seed " + seed + ", kill " + kill)
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(
                            () -> assertThat(lending.owner.runningPodsOf(own)).hasSize(2));
            assertThat(lending.guest.pods()).as("seed " + seed).noneMatch(ReclaimKilledIT::isOnNode);
            lending.awaitBackInQueue("one");
            lending.awaitBackInQueue("two");
            scene.eventually(() -> assertThat(
                            lending.owner.record("job-" + own).getStatus().phase())
                    .isEqualTo(Phase.RUNNING));
            lending.owner.deleteJob(own);
            lending.owner.awaitLetGo("job-" + own);
        }
        lending.guest.awaitRunning("one", 1);
        lending.guest.awaitRunning("two", 1);
        lending.assertNotBlamed("one");
        lending.assertNotBlamed("two");
    }

    private static boolean isOnNode(Pod pod) {
        return pod.getSpec().getNodeName() != null;
    }
}
