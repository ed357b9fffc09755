package dev.offtake.operator.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUWorkloadStatus.Phase;
import dev.offtake.operator.act.StubApi;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Job is to stop, but that takes so long to be asked for that it may be to go on by then. */
class LateSuspensionTest {
    private static final int LOST_ANSWERS = 3;

    private final DeskFixture world = new DeskFixture(1, 1);
    private final AtomicInteger lost = new AtomicInteger();
    private Pod running = new Pod();

    @BeforeEach
    void aGuestRuns() {
        world.desk.lead();
        running = world.showRunning(world.jobOfOne("spare", Map.of("offtake.dev/tier", "Spot")));
        world.settle();
    }

    @AfterEach
    void close() {
        world.close();
    }

    /** Such writes fail as often as they are tried again, but for the last time. */
    private void loseAnswers(String pathEnd, String part) {
        world.api.answers(write ->
                write.path().endsWith(pathEnd) && write.body().contains(part) && lost.incrementAndGet() <= LOST_ANSWERS
                        ? 504
                        : 200);
    }

    private void come(String job) {
        world.job(job, 1, Map.of());
        world.show(world.pod(job, job + "-0"));
    }

    private List<Boolean> suspensions() {
        return world.api.writes("PATCH", "/jobs/spare").stream()
                .map(StubApi.Write::body)
                .map(body -> body.contains("\"value\":true"))
                .toList();
    }

    @Test
    void theJobGoesOnAfterTheLastTimeThatItIsAskedToStop() {
        loseAnswers("/jobs/spare", "\"value\":true");
        come("own");
        world.decideUntil(() -> lost.get() > 0);

        world.suspended("spare", true);
        world.gone(running);
        world.settle();

        assertThat(suspensions()).hasSize(LOST_ANSWERS + 2).endsWith(true, false);
    }

    @Test
    void aJobWhosePodsGoBeforeTheIntentIsWrittenGoesOn() {
        loseAnswers("/job-spare/status", "Evicting");
        come("own");
        world.decideUntil(() -> lost.get() > 0);

        world.gone(running);
        world.settle();

        assertThat(suspensions()).containsExactly(true, false);
    }

    @Test
    void whatWasToBeSaidOnceItGoesOnIsNotSaidOfTheNextSuspension() {
        Pod own = world.jobOfOne("own", Map.of());
        world.suspended("spare", true);
        loseAnswers("/jobs/spare", "\"value\":false");
        world.gone(running);
        world.decideUntil(() -> lost.get() > 0);

        world.desk.removeJob(DeskFixture.NS, "own");
        world.gone(own);
        Pod next = world.pod("spare", "spare-1");
        world.show(next);
        world.decideUntil(() -> world.releasedTo(next).isPresent());
        Pod runningNext = world.showRunning(next);
        come("more");
        world.decideUntil(() -> world.status("job-spare").phase() == Phase.EVICTING);
        world.settle();
        world.suspended("spare", true);
        assertThat(world.status("job-spare").rollback().suspendedJob()).isTrue();
        world.gone(runningNext);
        world.settle();

        assertThat(suspensions()).endsWith(true, false);
    }
}
