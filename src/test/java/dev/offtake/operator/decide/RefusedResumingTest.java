package dev.offtake.operator.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.api.GPUWorkloadStatus.Phase;
import dev.offtake.operator.act.StubApi;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The API server refuses to let a Job go on that was suspended to evict it: nobody else would resume it. */
class RefusedResumingTest {
    private static final String VICTIM = "job-spare";
    private static final Duration TRIED_AGAIN = Duration.ofSeconds(5);

    private final DeskFixture world = new DeskFixture(1, 1);
    private Pod running = new Pod();

    @AfterEach
    void close() {
        world.close();
    }

    @BeforeEach
    void spareRuns() {
        world.desk.lead();
        running = world.showRunning(world.jobOfOne("spare", Map.of("offtake.dev/tier", "Spot")));
        world.settle();
    }

    private List<String> suspensions() {
        return world.api.writes("PATCH", "/jobs/spare").stream()
                .map(StubApi.Write::body)
                .map(body -> body.contains("\"value\":true") ? "suspend" : "resume")
                .toList();
    }

    private void answerToTheJob(int code) {
        world.api.answers(write -> write.path().endsWith("/jobs/spare") ? code : 200);
    }

    private void evicted() {
        world.jobOfOne("own", Map.of());
        world.suspended("spare", true);
        world.settle();
    }

    private void awaitStatus(Phase phase) {
        await().atMost(TRIED_AGAIN).untilAsserted(() -> {
            world.settle();
            GPUWorkloadStatus status = world.status(VICTIM);
            assertThat(status.phase()).isEqualTo(phase);
            assertThat(status.rollback()).isNull();
        });
    }

    /** As by a conflict, a policy of somebody else, or a right that is missing for a while. */
    @ParameterizedTest
    @ValueSource(ints = {403, 404, 409, 422})
    void itIsTriedUntilItGoesOn(int refusal) {
        evicted();
        answerToTheJob(refusal);
        world.gone(running);
        world.settle();
        assertThat(suspensions()).containsExactly("suspend", "resume");
        assertThat(world.status(VICTIM).rollback().suspendedJob()).isTrue();

        answerToTheJob(200);

        awaitStatus(Phase.WAITING);
        assertThat(suspensions()).containsExactly("suspend", "resume", "resume");
    }

    @Test
    void whoSeesItGoOnThoughTheAnswerWasLostTriesNoMore() throws InterruptedException {
        evicted();
        answerToTheJob(409);
        world.gone(running);
        world.settle();

        world.suspended("spare", false);

        awaitStatus(Phase.WAITING);
        Thread.sleep(1_500);
        assertThat(suspensions()).containsExactly("suspend", "resume");
    }

    @Test
    void itIsTriedNoMoreOnceAnotherJobHasItsName() throws InterruptedException {
        evicted();
        answerToTheJob(422);
        world.gone(running);
        world.settle();

        world.change("spare", job -> job.editMetadata().withUid("uid-another").endMetadata());
        world.settle();

        Thread.sleep(1_500);
        assertThat(suspensions()).containsExactly("suspend", "resume");
    }

    /** Its pods stay, as who needed its place has gone before anybody knew that the suspension had come through. */
    @Test
    void oneThatKeepsItsPlaceAfterAllIsNotLeftSuspended() {
        answerToTheJob(409);
        evicted();
        assertThat(suspensions()).containsExactly("suspend");
        world.desk.removeJob(DeskFixture.NS, "own");
        await().atMost(TRIED_AGAIN).untilAsserted(() -> {
            world.settle();
            assertThat(suspensions()).containsExactly("suspend", "resume");
        });
        assertThat(world.status(VICTIM).rollback().suspendedJob()).isTrue();

        answerToTheJob(200);

        awaitStatus(Phase.PLACED);
        assertThat(suspensions()).containsExactly("suspend", "resume", "resume");
    }
}
