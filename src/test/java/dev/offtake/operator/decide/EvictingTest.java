package dev.offtake.operator.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.operator.act.StubApi;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is written when Spot work on the only node is evicted for Reserved work. */
class EvictingTest {
    private static final Map<String, String> SPOT = Map.of("offtake.dev/tier", "Spot");
    private static final String VICTIM = "job-spare";
    private static final String CLAIMANT = "job-own";

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

    private Pod lone(String name) {
        return new PodBuilder(world.pod("", name))
                .editMetadata()
                .withOwnerReferences()
                .withResourceVersion("7")
                .withAnnotations(SPOT)
                .endMetadata()
                .build();
    }

    /** A pod as it is while it is being deleted. */
    private Pod leaving(Pod running, long graceSeconds) {
        return leaving(running, graceSeconds, graceSeconds);
    }

    private Pod leaving(Pod running, long secondsLeft, long graceSeconds) {
        return new PodBuilder(running)
                .editMetadata()
                .withDeletionTimestamp(world.now.plusSeconds(secondsLeft).toString())
                .withDeletionGracePeriodSeconds(graceSeconds)
                .endMetadata()
                .build();
    }

    private static List<StubApi.Write> deletions(DeskFixture desk, String pod) {
        return desk.api.writes("DELETE", "/pods/" + pod);
    }

    private static List<StubApi.Write> suspensions(DeskFixture desk) {
        return desk.api.writes("PATCH", "/jobs/spare");
    }

    private static List<StubApi.Write> events(DeskFixture desk, String reason) {
        return desk.api.writes("POST", "/events").stream()
                .filter(e -> e.body().contains("\"" + reason + "\""))
                .toList();
    }

    @Test
    void aJobIsSuspendedOnceWhenThePlanAndTheIntentAreDurable() {
        spareRuns();
        ownComes(world);

        List<StubApi.Write> writes = world.api.writes();
        int plan = index(writes, CLAIMANT + "/status", "Reclaiming");
        int intent = index(writes, VICTIM + "/status", "Evicting");
        int suspension = index(writes, "/jobs/spare", "\"/spec/suspend\",\"value\":true");
        assertThat(plan).isNotNegative().isLessThan(intent);
        assertThat(intent).isLessThan(suspension);
        GPUWorkloadStatus claimant = world.status(CLAIMANT);
        assertThat(claimant.plan().victims()).containsExactly("uid-spare-0");
        assertThat(claimant.plan().deadline()).isEqualTo(world.now.plusSeconds(120));
        assertThat(claimant.waiting().code()).isEqualTo("Reclaiming");
        GPUWorkloadStatus victim = world.status(VICTIM);
        assertThat(victim.rollback().reason()).isEqualTo("Reclaimed");
        assertThat(victim.rollback().suspendedJob()).isTrue();
        assertThat(victim.rollback().deadline()).isEqualTo(world.now.plusSeconds(120));
        world.later(Duration.ofSeconds(5));
        int written = world.api.writes().size();
        world.later(Duration.ofSeconds(10));
        assertThat(world.api.writes()).hasSize(written);
        assertThat(suspensions(world)).hasSize(1);
        assertThat(deletions(world, "spare-0")).isEmpty();
        assertThat(events(world, "Reclaimed"))
                .singleElement()
                .satisfies(event -> assertThat(event.body())
                        .contains("starts again by itself", "have until 2026-03-01T00:02:00Z to end"));
        assertThat(events(world, "Reclaiming")).hasSize(1);
    }

    /** The pod as an API server shows it whose clock is a minute ahead. */
    private Pod leavingByAnotherClock(Pod running, long graceSeconds) {
        return leaving(running, graceSeconds + 60, graceSeconds);
    }

    @Test
    void aNoticeIsNotCutShortByTheClockOfTheApiServer() {
        Pod running = spareRuns();
        ownComes(world);

        world.show(leavingByAnotherClock(running, 100));
        world.settle();
        world.later(Duration.ofSeconds(70));
        world.show(leavingByAnotherClock(running, 100));
        world.settle();

        assertThat(deletions(world, "spare-0")).as("it ends in time").isEmpty();
    }

    @Test
    void whoWouldTakeLongerThanTheNoticeHasAllOfItWhateverTheClockOfTheApiServer() {
        Pod running = spareRuns();
        ownComes(world);

        world.show(leavingByAnotherClock(running, 3600));
        world.settle();

        assertThat(deletions(world, "spare-0"))
                .singleElement()
                .satisfies(write -> assertThat(write.body()).contains("\"gracePeriodSeconds\":120"));
    }

    private static int index(List<StubApi.Write> writes, String pathEnd, String text) {
        for (int i = 0; i < writes.size(); i++) {
            if (writes.get(i).path().endsWith(pathEnd) && writes.get(i).body().contains(text)) {
                return i;
            }
        }
        return -1;
    }

    @Test
    void aPodThatWouldTakeLongerIsGivenTheNoticeOnceAndOneThatTakesLessIsLeftAlone() {
        Pod running = spareRuns();
        ownComes(world);
        world.now = world.now.plusSeconds(1);

        world.show(leaving(running, 3600));
        world.show(leaving(running, 3600));
        world.settle();

        assertThat(deletions(world, "spare-0"))
                .singleElement()
                .satisfies(d -> assertThat(d.body())
                        .contains("\"gracePeriodSeconds\":119", "\"uid\":\"uid-spare-0\"")
                        .doesNotContain("resourceVersion"));
        world.show(leaving(running, 119));
        world.settle();
        assertThat(deletions(world, "spare-0")).hasSize(1);
    }

    @Test
    void aJobThatItsUserDeletesHasNoLongerThanTheNoticeOnceAPlanCountsOnItsPlace() {
        Pod running = spareRuns();
        world.desk.removeJob(DeskFixture.NS, "spare");
        world.show(leaving(running, 3600));
        world.settle();
        assertThat(deletions(world, "spare-0")).isEmpty();

        ownComes(world);

        assertThat(deletions(world, "spare-0"))
                .singleElement()
                .satisfies(d -> assertThat(d.body()).contains("\"gracePeriodSeconds\":120"));
        assertThat(suspensions(world)).isEmpty();
        assertThat(events(world, "Reclaimed")).isEmpty();
    }

    @Test
    void whenItsPodsAreGoneTheJobGoesOnAndTheClaimantIsReleased() {
        Pod running = spareRuns();
        Pod own = ownComes(world);
        world.show(leaving(running, 30));
        world.settle();
        assertThat(world.releasedTo(own)).isEmpty();

        world.gone(running);
        world.settle();

        assertThat(world.releasedTo(own)).isPresent();
        assertThat(world.status(CLAIMANT).phase()).isEqualTo(GPUWorkloadStatus.Phase.PLACED);
        assertThat(world.status(CLAIMANT).plan()).isNull();
        assertThat(suspensions(world))
                .hasSize(2)
                .last()
                .satisfies(p -> assertThat(p.body()).contains("\"/spec/suspend\",\"value\":false"));
        assertThat(world.status(VICTIM).phase()).isEqualTo(GPUWorkloadStatus.Phase.WAITING);
        assertThat(world.status(VICTIM).waiting().code()).isEqualTo("Reclaimed");
        assertThat(world.status(VICTIM).rollback()).isNull();
    }

    @Test
    void aPodWithoutAJobIsDeletedWithTheNoticeAndWhateverItsVersionOnceItHasChanged() {
        world.desk.lead();
        Pod lone = lone("lone");
        world.show(lone);
        world.settle();
        Pod running = world.showRunning(lone);
        world.api.answers(write -> write.method().equals("DELETE") ? 409 : 200);
        ownComes(world);
        assertThat(deletions(world, "lone"))
                .singleElement()
                .satisfies(d -> assertThat(d.body())
                        .contains("\"gracePeriodSeconds\":120", "\"uid\":\"uid-lone\"", "\"resourceVersion\":\"7\""));
        world.api.answers(write -> 200);
        world.show(new PodBuilder(running)
                .editMetadata()
                .withResourceVersion("8")
                .endMetadata()
                .build());

        await().until(() -> {
            world.settle();
            return deletions(world, "lone").size() == 2;
        });

        assertThat(deletions(world, "lone").get(1).body())
                .as("who changes it all the time must not keep it")
                .contains("\"gracePeriodSeconds\":120", "\"uid\":\"uid-lone\"")
                .doesNotContain("resourceVersion");
        assertThat(events(world, "Reclaimed"))
                .singleElement()
                .satisfies(event -> assertThat(event.body())
                        .contains("nobody makes its pods anew", "have until 2026-03-01T00:02:00Z to end")
                        .doesNotContain("by itself"));
    }

    @Test
    void whoeverLeadsNextSuspendsAJobOfWhichOnlyTheIntentIsWritten() {
        Pod running = spareRuns();
        Pod own = ownComes(world);
        takesOver(running);
        next.showRecord(world, CLAIMANT);
        next.job("own", 1, Map.of());
        next.show(own);
        next.desk.lead();

        next.settle();

        assertThat(suspensions(next))
                .singleElement()
                .satisfies(p -> assertThat(p.body()).contains("\"value\":true"));
        next.gone(running);
        next.settle();
        assertThat(next.releasedTo(own)).isPresent();
    }

    @Test
    void whoeverLeadsNextLeavesItWhereItIsIfNobodyNeedsItsPlaceAnyMore() {
        Pod running = spareRuns();
        ownComes(world);
        takesOver(running);
        next.desk.lead();

        next.settle();

        assertThat(next.status(VICTIM).phase()).isEqualTo(GPUWorkloadStatus.Phase.PLACED);
        assertThat(next.status(VICTIM).rollback()).isNull();
        assertThat(suspensions(next)).allSatisfy(p -> assertThat(p.body()).contains("\"value\":false"));
    }

    @Test
    void whoeverLeadsNextKnowsTheDeadlineOfPodsThatAreLeaving() {
        Pod running = spareRuns();
        ownComes(world);
        takesOver(running);
        next.suspended("spare", true);
        next.show(leaving(running, 3600));
        next.desk.lead();
        next.settle();

        assertThat(deletions(next, "spare-0"))
                .singleElement()
                .satisfies(d -> assertThat(d.body()).contains("\"gracePeriodSeconds\":120"));
        next.gone(running);
        next.settle();
        assertThat(suspensions(next))
                .singleElement()
                .satisfies(p -> assertThat(p.body()).contains("\"value\":false"));
        assertThat(next.status(VICTIM).waiting().numbers()).containsEntry("tier", "Reserved");
    }

    private void takesOver(Pod running) {
        next.showRecord(world, VICTIM);
        next.job("spare", 1, SPOT);
        next.show(running);
    }
}
