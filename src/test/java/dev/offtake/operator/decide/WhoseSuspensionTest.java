package dev.offtake.operator.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUWorkloadStatus.Phase;
import dev.offtake.operator.act.StubApi;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Job on the only node is suspended to evict it, and its user does something to it: who resumes it. */
class WhoseSuspensionTest {
    private static final String VICTIM = "job-spare";

    private final DeskFixture world = new DeskFixture(1, 1);
    private Pod running = new Pod();
    private Pod own = new Pod();

    @AfterEach
    void close() {
        world.close();
    }

    @BeforeEach
    void spareIsSuspended() {
        world.desk.lead();
        world.job("spare", 1, Map.of("offtake.dev/tier", "Spot"));
        Pod pod = world.pod("spare", "spare-0");
        world.show(pod);
        world.settle();
        running = world.showRunning(pod);
        world.job("own", 1, Map.of());
        own = world.pod("own", "own-0");
        world.show(own);
        world.settle();
        world.suspended("spare", true);
        world.settle();
        assertThat(suspensions()).hasSize(1);
    }

    private List<String> suspensions() {
        return world.api.writes("PATCH", "/jobs/spare").stream()
                .map(StubApi.Write::body)
                .map(body -> body.contains("\"value\":true") ? "suspend" : "resume")
                .toList();
    }

    private void spareLeaves() {
        world.show(new PodBuilder(running)
                .editMetadata()
                .withDeletionTimestamp(world.now.plusSeconds(30).toString())
                .withDeletionGracePeriodSeconds(30L)
                .endMetadata()
                .build());
        world.settle();
    }

    private void spareIsGone() {
        world.gone(running);
        world.settle();
        assertThat(world.releasedTo(own)).isPresent();
    }

    @Test
    void oneThatItsUserResumesAndThenSuspendsStaysSuspended() {
        spareLeaves();
        world.suspended("spare", false);
        world.settle();
        assertThat(world.status(VICTIM).phase()).isEqualTo(Phase.EVICTING);
        assertThat(world.status(VICTIM).rollback().suspendedJob()).isFalse();
        world.suspended("spare", true);
        world.settle();

        spareIsGone();

        assertThat(suspensions()).containsExactly("suspend");
        assertThat(world.status(VICTIM).phase()).isEqualTo(Phase.FINISHED);
    }

    @Test
    void oneThatItsUserResumesWhileItsPodsRunIsSuspendedAgainAtMostTwice() {
        for (int i = 0; i < 5; i++) {
            world.suspended("spare", false);
            world.settle();
            world.suspended("spare", true);
            world.settle();
        }

        assertThat(suspensions()).containsExactly("suspend", "suspend", "suspend");
    }

    @Test
    void whatWasSeenBeforeItWasSuspendedIsNoResumption() {
        spareLeaves();
        spareIsGone();
        assertThat(suspensions()).containsExactly("suspend", "resume");
        world.suspended("spare", true);
        world.suspended("spare", false);
        world.settle();

        assertThat(suspensions()).hasSize(2);
        assertThat(world.status(VICTIM).phase()).isEqualTo(Phase.WAITING);
    }

    @Test
    void anotherJobOfItsNameThatIsMadeAsSuspendedStaysSo() {
        spareLeaves();
        world.desk.removeJob(DeskFixture.NS, "spare");
        world.settle();
        world.change("spare", job -> job.editMetadata().withUid("uid-another").endMetadata());
        world.settle();

        spareIsGone();
        world.later(Duration.ofMinutes(1));

        assertThat(suspensions()).containsExactly("suspend");
    }

    @Test
    void oneThatIsScaledToNothingIsNotLeftSuspended() {
        spareLeaves();
        world.change("spare", job -> job.editSpec().withParallelism(0).endSpec());
        world.settle();

        spareIsGone();

        assertThat(suspensions()).containsExactly("suspend", "resume");
        assertThat(world.status(VICTIM).phase()).isEqualTo(Phase.FINISHED);
        assertThat(world.status(VICTIM).rollback()).isNull();
    }

    @Test
    void whoeverLeadsNextResumesOneThatIsOver() {
        spareLeaves();
        world.change("spare", job -> job.editSpec().withParallelism(0).endSpec());
        world.api.answers(write -> write.path().endsWith("/jobs/spare") ? 403 : 200);
        spareIsGone();
        try (DeskFixture next = new DeskFixture(1, 1)) {
            next.showRecord(world, VICTIM);
            next.job("spare", 1, Map.of("offtake.dev/tier", "Spot"));
            next.change(
                    "spare",
                    job -> job.editSpec().withParallelism(0).withSuspend(true).endSpec());
            next.desk.lead();
            next.settle();

            assertThat(next.api.writes("PATCH", "/jobs/spare"))
                    .singleElement()
                    .satisfies(patch -> assertThat(patch.body()).contains("\"value\":false"));
        }
    }

    @Test
    void oneWhoseNamespaceLeavesItsTenantIsNotLeftSuspendedAndItsPodsAreCountedOnce() {
        world.desk.putNamespace(DeskFixture.NS, Optional.empty());
        world.settle();
        spareLeaves();

        world.gone(running);
        world.settle();

        assertThat(world.status(VICTIM).phase()).isEqualTo(Phase.FINISHED);
        assertThat(suspensions())
                .as("its pods would come without a gate before others are released")
                .containsExactly("suspend");
        world.later(Duration.ofSeconds(10));
        assertThat(suspensions()).containsExactly("suspend", "resume");
    }
}
