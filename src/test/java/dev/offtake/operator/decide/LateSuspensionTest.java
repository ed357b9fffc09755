package dev.offtake.operator.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUWorkloadStatus.Phase;
import dev.offtake.operator.act.StubApi;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A Job is to stop, but that takes so long to be asked for that it may be to go on by then. */
class LateSuspensionTest {
    private static final int LOST_ANSWERS = 3;

    private final DeskFixture world = new DeskFixture(1, 1);

    @AfterEach
    void close() {
        world.close();
    }

    private List<Boolean> suspensions() {
        return world.api.writes("PATCH", "/jobs/spare").stream()
                .map(StubApi.Write::body)
                .map(body -> body.contains("\"value\":true"))
                .toList();
    }

    @Test
    void theJobGoesOnAfterTheLastTimeThatItIsAskedToStop() {
        world.desk.lead();
        Pod running = world.showRunning(world.jobOfOne("spare", Map.of("offtake.dev/tier", "Spot")));
        world.settle();
        AtomicInteger asked = new AtomicInteger();
        world.api.answers(write -> write.path().endsWith("/jobs/spare")
                        && write.body().contains("\"value\":true")
                        && asked.incrementAndGet() <= LOST_ANSWERS
                ? 504
                : 200);
        world.job("own", 1, Map.of());
        world.show(world.pod("own", "own-0"));
        world.decideUntil(() -> asked.get() > 0);

        world.suspended("spare", true);
        world.gone(running);
        world.settle();

        assertThat(suspensions()).hasSize(LOST_ANSWERS + 2).endsWith(true, false);
    }

    @Test
    void aJobWhosePodsGoBeforeTheIntentIsWrittenGoesOn() {
        world.desk.lead();
        Pod running = world.showRunning(world.jobOfOne("spare", Map.of("offtake.dev/tier", "Spot")));
        world.settle();
        AtomicInteger asked = new AtomicInteger();
        world.api.answers(write -> write.path().endsWith("/job-spare/status")
                        && write.body().contains("Evicting")
                        && asked.incrementAndGet() <= LOST_ANSWERS
                ? 504
                : 200);
        world.job("own", 1, Map.of());
        world.show(world.pod("own", "own-0"));
        world.decideUntil(() -> asked.get() > 0);

        world.gone(running);
        world.settle();

        assertThat(suspensions()).containsExactly(true, false);
    }

    @Test
    void whatWasToBeSaidOnceItGoesOnIsNotSaidOfTheNextSuspension() {
        world.desk.lead();
        Pod running = world.showRunning(world.jobOfOne("spare", Map.of("offtake.dev/tier", "Spot")));
        world.settle();
        Pod own = world.jobOfOne("own", Map.of());
        world.suspended("spare", true);
        AtomicInteger asked = new AtomicInteger();
        world.api.answers(write -> write.path().endsWith("/jobs/spare")
                        && write.body().contains("\"value\":false")
                        && asked.incrementAndGet() <= LOST_ANSWERS
                ? 504
                : 200);
        world.gone(running);
        world.decideUntil(() -> asked.get() > 0);

        world.desk.removeJob(DeskFixture.NS, "own");
        world.gone(own);
        Pod next = world.pod("spare", "spare-1");
        world.show(next);
        world.decideUntil(() -> world.releasedTo(next).isPresent());
        Pod runningNext = world.showRunning(next);
        world.job("more", 1, Map.of());
        world.show(world.pod("more", "more-0"));
        world.decideUntil(() -> world.status("job-spare").phase() == Phase.EVICTING);
        world.settle();
        world.suspended("spare", true);
        assertThat(world.status("job-spare").rollback().suspendedJob()).isTrue();
        world.gone(runningNext);
        world.settle();

        assertThat(suspensions()).endsWith(true, false);
    }
}
