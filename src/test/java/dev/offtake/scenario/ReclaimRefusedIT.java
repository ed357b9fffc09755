package dev.offtake.scenario;

import static dev.offtake.scenario.Lending.LONG_GRACE;
import static dev.offtake.scenario.Lending.SPOT;
import static dev.offtake.scenario.Scene.gb300;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offtake.testbed.OnControlPlane;
import dev.offtake.testbed.Sandbox;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Half of the writes fail while an owner takes back its two nodes from guests, and while it gives them back. */
@Tag("slow")
@OnControlPlane
class ReclaimRefusedIT {
    private static final int TIMES = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final long seed = Long.getLong("refused.seed", 23);
    private final Random random = new Random(seed);
    private final FaultyApi api;

    private Scene scene;
    private Lending lending;
    private TestOperator operator;

    ReclaimRefusedIT() throws IOException {
        api = new FaultyApi(seed);
    }

    @BeforeEach
    void twoNodes(Sandbox sandbox) {
        System.out.println("[refused] again by -Drefused.seed=" + seed);
        scene = new Scene(sandbox);
        scene.supply(gb300(2));
        lending = new Lending(scene, 2, "notice: 60s");
        scene.stopOperator();
        operator = TestOperator.through(scene.controlPlane(), api::before);
    }

    @AfterEach
    void end() {
        operator.close();
        api.close();
    }

    private void faultyFor(int seconds) throws InterruptedException {
        api.faulty(true);
        TimeUnit.SECONDS.sleep(seconds);
        api.faulty(false);
    }

    @Test
    void theOwnerGetsItsNodesAndNoGuestIsLeftSuspended() throws InterruptedException {
        reclaimAgainAndAgain();
    }

    @Test
    void theSameWhereTheAnswersToWhatWasDoneAreLost() throws InterruptedException {
        api.losingAnswers();
        reclaimAgainAndAgain();
    }

    private void reclaimAgainAndAgain() throws InterruptedException {
        lending.guest.job("one", 1, 4, SPOT, "backoffLimit: 0", LONG_GRACE);
        lending.guest.job("two", 1, 4, SPOT, "backoffLimit: 0", LONG_GRACE);
        for (int time = 0; time < TIMES; time++) {
            lending.guest.awaitRunning("one", 1);
            lending.guest.awaitRunning("two", 1);
            lending.guest.linger("one", random.nextInt(3_000) + "ms");
            lending.guest.linger("two", random.nextInt(3_000) + "ms");
            String own = "own-" + time;
            lending.owner.job(own, 2, 4);
            faultyFor(5);
            await("seed " + seed + ", time " + time)
                    .atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(lending.owner.runningPodsOf(own)).hasSize(2));
            lending.awaitBackInQueue("one");
            lending.awaitBackInQueue("two");

            lending.owner.deleteJob(own);
            faultyFor(3);
            lending.owner.awaitLetGo("job-" + own);
        }
        lending.guest.awaitRunning("one", 1);
        lending.guest.awaitRunning("two", 1);
        lending.assertNotBlamed("one");
        lending.assertNotBlamed("two");
    }
}
