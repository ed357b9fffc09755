package dev.offtake.operator.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offtake.api.GPUWorkloadStatus.Phase;
import dev.offtake.operator.act.StubApi;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The API server refuses writes of records that nobody else would make up for. */
class RefusedRecordsTest {
    private static final Duration TRIED_AGAIN = Duration.ofSeconds(5);
    private static final String RECORD = "/gpuworkloads/job-own";

    private final DeskFixture world = new DeskFixture(1, 1);

    @AfterEach
    void close() {
        world.close();
    }

    private List<String> lettingGo() {
        return world.api.accepted().stream()
                .filter(write -> write.path().endsWith(RECORD))
                .map(StubApi.Write::body)
                .filter(body -> body.contains("\"remove\""))
                .toList();
    }

    private void over() {
        world.desk.removeJob(DeskFixture.NS, "own");
        world.settle();
    }

    /** As where a quota of objects is in contention: the answer is that of an object that is there already. */
    @Test
    void aConflictAtItsCreationIsNoRecord() {
        AtomicBoolean there = new AtomicBoolean();
        AtomicBoolean refused = new AtomicBoolean();
        world.api.answers(write -> {
            if (write.method().equals("POST") && write.path().endsWith("/gpuworkloads")) {
                there.set(refused.getAndSet(true));
                return there.get() ? 200 : 409;
            }
            return write.path().contains("/gpuworkloads/") && !there.get() ? 404 : 200;
        });
        world.desk.lead();
        Pod own = world.jobOfOne("own", Map.of());
        assertThat(refused).isTrue();

        await().atMost(TRIED_AGAIN).untilAsserted(() -> {
            world.settle();
            assertThat(world.releasedTo(own)).isPresent();
        });
    }

    /** Else it would be taken for one that is being evicted, and its user's Job for one that the operator suspended. */
    @ParameterizedTest
    @ValueSource(ints = {403, 409, 422})
    void whatHasBecomeOfAGangIsSaidAtLast(int refusal) {
        world.desk.lead();
        Pod running = world.showRunning(world.jobOfOne("spare", Map.of("offtake.dev/tier", "Spot")));
        world.jobOfOne("own", Map.of());
        world.suspended("spare", true);
        world.api.answers(write -> write.path().endsWith("/gpuworkloads/job-spare/status") ? refusal : 200);
        world.gone(running);
        world.settle();
        assertThat(said("job-spare")).contains(Phase.EVICTING);

        world.api.answers(write -> 200);

        await().atMost(TRIED_AGAIN)
                .untilAsserted(() -> assertThat(said("job-spare")).contains(Phase.WAITING));
    }

    @Test
    void aReasonIsToldAtLast() {
        world.desk.lead();
        world.api.answers(write -> write.path().contains("gpuworkloads") ? 403 : 200);
        world.jobOfOne("large", Map.of("offtake.dev/gpu-class", "no-such"));
        world.later(Duration.ofSeconds(5));
        assertThat(world.api.accepted()).noneMatch(write -> write.path().contains("gpuworkloads"));

        world.api.answers(write -> 200);

        await().atMost(TRIED_AGAIN)
                .untilAsserted(() -> assertThat(said("job-large")).contains(Phase.WAITING));
    }

    @Test
    void ofAGangThatIsGoneNothingIsSaidAnyMore() throws InterruptedException {
        world.desk.lead();
        world.api.answers(write -> write.path().contains("gpuworkloads") ? 403 : 200);
        Pod pod = world.jobOfOne("large", Map.of("offtake.dev/gpu-class", "no-such"));
        world.later(Duration.ofSeconds(5));
        world.desk.removeJob(DeskFixture.NS, "large");
        world.gone(pod);
        world.settle();
        Thread.sleep(1_500);
        int writes = world.api.writes().size();

        Thread.sleep(2_500);

        assertThat(world.api.writes()).hasSize(writes);
    }

    private Optional<Phase> said(String record) {
        return world.api.accepted().stream()
                .filter(write -> write.path().endsWith("/gpuworkloads/" + record + "/status"))
                .reduce((a, b) -> b)
                .map(write -> world.read(write.body()).phase());
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 409, 422})
    void oneThatIsOverIsLetGoAtLast(int refusal) {
        world.desk.lead();
        Pod running = world.showRunning(world.jobOfOne("own", Map.of()));
        world.api.answers(write -> write.path().endsWith(RECORD) ? refusal : 200);
        world.gone(running);
        over();
        assertThat(world.api.writes("PATCH", RECORD)).isNotEmpty();
        assertThat(lettingGo()).isEmpty();

        world.api.answers(write -> 200);

        await().atMost(TRIED_AGAIN).untilAsserted(() -> assertThat(lettingGo()).hasSize(1));
    }

    /** The answer to the write that did it is lost: it is not tried for ever. */
    @Test
    void oneThatWasLetGoWithoutAnAnswerIsLeftAlone() throws InterruptedException {
        world.desk.lead();
        Pod running = world.showRunning(world.jobOfOne("own", Map.of()));
        AtomicBoolean there = new AtomicBoolean(true);
        world.api.answers(write -> write.path().endsWith(RECORD) ? (there.getAndSet(false) ? 504 : 422) : 200);
        world.gone(running);
        over();
        world.showRecord("job-own");
        Thread.sleep(1_500);
        world.settle();
        int writes = world.api.writes("PATCH", RECORD).size();

        Thread.sleep(2_500);

        assertThat(world.api.writes("PATCH", RECORD)).hasSize(writes);
    }

    @Test
    void oneWhoseGangIsPlacedAgainMeanwhileIsKept() throws InterruptedException {
        world.desk.lead();
        Pod running = world.showRunning(world.jobOfOne("own", Map.of()));
        world.api.answers(write -> write.path().endsWith(RECORD) ? 403 : 200);
        world.gone(running);
        over();
        world.api.answers(write -> 200);

        world.job("own", 1, Map.of());
        Pod again = world.pod("own", "own-1");
        world.show(again);
        world.settle();

        assertThat(world.releasedTo(again)).isPresent();
        Thread.sleep(1_500);
        assertThat(lettingGo()).isEmpty();
    }
}
