package dev.offtake.operator.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offtake.operator.act.StubApi;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pods on the only node, lent to their Job, that stay although another needs it and nobody else deletes them. */
class StragglersTest {
    private static final Map<String, String> SPOT = Map.of("offtake.dev/tier", "Spot");

    private final DeskFixture world = new DeskFixture(1, 1);
    private final DeskFixture next = new DeskFixture(1, 1);

    @AfterEach
    void close() {
        world.close();
        next.close();
    }

    private Pod spareRuns() {
        world.desk.lead();
        return world.showRunning(world.jobOfOne("spare", SPOT));
    }

    private Pod ownComes(DeskFixture desk) {
        return desk.jobOfOne("own", Map.of());
    }

    private static List<StubApi.Write> deletions(DeskFixture desk) {
        return desk.api.writes("DELETE", "/pods/spare-0");
    }

    private static int disruption(DeskFixture desk) {
        return (int) desk.api.writes("PATCH", "/pods/spare-0/status").stream()
                .filter(write -> write.body().contains("\"DisruptionTarget\""))
                .count();
    }

    @Test
    void aSuspendedJobWhoseControllerDeletesNothingLosesItsPodsWithTheRestOfTheNotice() {
        Pod running = spareRuns();
        Pod own = ownComes(world);
        world.suspended("spare", true);
        world.later(Duration.ofSeconds(39));
        assertThat(deletions(world)).as("its controller may only be slow").isEmpty();

        world.later(Duration.ofSeconds(1));
        world.later(Duration.ofSeconds(5));

        assertThat(deletions(world))
                .singleElement()
                .satisfies(d -> assertThat(d.body())
                        .contains("\"gracePeriodSeconds\":80", "\"uid\":\"uid-spare-0\"")
                        .doesNotContain("resourceVersion"));
        assertThat(disruption(world)).as("a policy may ignore it").isEqualTo(1);
        world.gone(running);
        world.settle();
        assertThat(world.releasedTo(own)).isPresent();
    }

    @Test
    void aJobThatIsDeletedAndKeptByAFinalizerLosesItsPodsToo() {
        Pod running = spareRuns();
        world.deletedButKept("spare");
        world.settle();
        Pod own = ownComes(world);
        assertThat(deletions(world)).isEmpty();

        world.later(Duration.ofSeconds(40));

        assertThat(deletions(world))
                .singleElement()
                .satisfies(d -> assertThat(d.body()).contains("\"gracePeriodSeconds\":80"));
        assertThat(world.api.writes("PATCH", "/jobs/spare")).isEmpty();
        world.gone(running);
        world.settle();
        assertThat(world.releasedTo(own)).isPresent();
    }

    @Test
    void nobodyTakesWhatIsLeftOfADeletedJobIfNobodyNeedsItsPlace() {
        spareRuns();
        world.deletedButKept("spare");
        world.settle();

        world.later(Duration.ofMinutes(10));

        assertThat(deletions(world)).isEmpty();
    }

    @Test
    void aPodThatIsEndingIsLeftAlone() {
        Pod running = spareRuns();
        ownComes(world);
        world.show(new PodBuilder(running)
                .editMetadata()
                .withDeletionTimestamp(world.now.plusSeconds(30).toString())
                .withDeletionGracePeriodSeconds(30L)
                .endMetadata()
                .build());

        world.later(Duration.ofSeconds(45));

        assertThat(deletions(world)).isEmpty();
    }

    @Test
    void aDeletionThatFailsIsTriedAgain() {
        spareRuns();
        world.api.answers(write -> write.method().equals("DELETE") ? 403 : 200);
        ownComes(world);
        world.later(Duration.ofSeconds(40));
        int failed = deletions(world).size();
        assertThat(failed).isPositive();
        world.api.answers(write -> 200);

        await().until(() -> deletions(world).size() > failed);
    }

    @Test
    void whoeverLeadsNextDeletesThem() {
        Pod running = spareRuns();
        Pod own = ownComes(world);
        next.showRecord(world, "job-spare");
        next.showRecord(world, "job-own");
        next.job("spare", 1, SPOT);
        next.suspended("spare", true);
        next.show(running);
        next.job("own", 1, Map.of());
        next.show(own);
        next.desk.lead();
        next.settle();

        next.later(Duration.ofSeconds(40));

        assertThat(deletions(next))
                .singleElement()
                .satisfies(d -> assertThat(d.body()).contains("\"gracePeriodSeconds\":80"));
    }
}
