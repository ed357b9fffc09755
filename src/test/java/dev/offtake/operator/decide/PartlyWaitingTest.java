package dev.offtake.operator.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.operator.act.StubApi;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is written about pods that wait while their gang has its place. */
class PartlyWaitingTest {
    private static final String RECORD = "job-elastic";
    private final DeskFixture world = new DeskFixture(3, 1);
    private final List<Pod> pods = new ArrayList<>();

    @AfterEach
    void close() {
        world.close();
    }

    private void startWithOneOf(int count) {
        world.desk.lead();
        world.job("elastic", count, Map.of("offtake.dev/min-pods", "1"));
        for (int i = 0; i < count; i++) {
            pods.add(world.pod("elastic", "pod-" + i));
            world.show(pods.get(i));
        }
        world.settle();
        runReleased(1);
    }

    private void runReleased(int expected) {
        assertThat(pods.stream().filter(p -> world.releasedTo(p).isPresent())).hasSize(expected);
        pods.stream().filter(p -> world.releasedTo(p).isPresent()).forEach(world::showRunning);
        world.settle();
    }

    private List<StubApi.Write> conditions(int pod) {
        return world.api.writes("PATCH", "/pods/pod-" + pod + "/status");
    }

    private List<StubApi.Write> events() {
        return world.api.writes("POST", "/events");
    }

    @Test
    void theyAreToldOnceInStatusEventAndConditionAndTheOthersNothing() {
        startWithOneOf(3);
        assertThat(world.status(RECORD).waiting()).isNull();

        world.later(Duration.ofSeconds(3));

        GPUWorkloadStatus status = world.status(RECORD);
        assertThat(status.waiting().code()).isEqualTo("QuotaReached");
        assertThat(status.waiting().message()).startsWith("needs 1 node, 0 of 1 free: 1 claimed");
        assertThat(status.phase()).isEqualTo(GPUWorkloadStatus.Phase.PLACED);
        assertThat(status.placement()).hasSize(1);
        assertThat(status.contract()).isEqualTo("acme");
        assertThat(events()).singleElement().satisfies(e -> assertThat(e.body()).contains("QuotaReached"));
        assertThat(conditions(0)).isEmpty();
        for (int i = 1; i < 3; i++) {
            assertThat(conditions(i))
                    .singleElement()
                    .satisfies(w -> assertThat(w.body()).contains("\"False\"", "\"QuotaReached\"", "needs 1 node"));
        }
        int written = world.api.writes().size();
        world.removeNode("no-such-node");
        world.contract(1);
        world.later(Duration.ofMinutes(1));
        assertThat(world.api.writes()).hasSize(written);
    }

    @Test
    void aGrowthKeepsTheWaitInItsRecordAndWhatIsReleasedSaysTrue() {
        startWithOneOf(3);
        world.later(Duration.ofSeconds(3));
        int records = world.api.writes("PATCH", RECORD + "/status").size();

        world.contract(2);
        world.settle();
        runReleased(2);
        world.later(Duration.ofMinutes(1));

        assertThat(world.api.writes("PATCH", RECORD + "/status")).hasSize(records + 1);
        assertThat(world.status(RECORD).waiting().code()).isEqualTo("QuotaReached");
        assertThat(world.status(RECORD).placement())
                .satisfies(p -> assertThat(p.get(0).nodes()).hasSize(2));
        assertThat(events()).hasSize(1);
        assertThat(conditions(1)).hasSize(2);
        assertThat(conditions(1).get(1).body()).contains("\"True\"", "\"Placed\"");
        assertThat(conditions(2)).hasSize(1);

        world.contract(3);
        world.settle();
        runReleased(3);
        assertThat(world.api.writes("PATCH", RECORD + "/status"))
                .as("the last record and that all of it runs")
                .hasSize(records + 3);
        assertThat(world.status(RECORD).waiting()).isNull();
        assertThat(world.status(RECORD).phase()).isEqualTo(GPUWorkloadStatus.Phase.RUNNING);
        assertThat(events()).hasSize(1);
    }

    @Test
    void aWaitThatIsOverBeforeItIsToldIsNotTold() {
        startWithOneOf(2);
        world.contract(2);
        world.settle();
        runReleased(2);
        world.later(Duration.ofMinutes(1));
        assertThat(events()).isEmpty();
        assertThat(conditions(1)).isEmpty();
        assertThat(world.status(RECORD).waiting()).isNull();
    }

    @Test
    void aPodThatIsReleasedButStillSeenAsGatedIsNotToldThatItWaits() {
        startWithOneOf(3);
        world.contract(2);
        world.settle();
        assertThat(world.releasedTo(pods.get(1))).isPresent();
        world.later(Duration.ofSeconds(3));
        assertThat(conditions(1)).isEmpty();
        assertThat(conditions(2)).hasSize(1);
    }

    @Test
    void theStatusSaysThatTheWaitIsOverWhenThePodsThatWaitedAreGone() {
        startWithOneOf(3);
        world.later(Duration.ofSeconds(3));
        world.gone(pods.get(1));
        world.settle();
        assertThat(world.status(RECORD).waiting()).isNotNull();
        world.gone(pods.get(2));
        world.settle();
        assertThat(world.status(RECORD).waiting()).isNull();
        assertThat(world.status(RECORD).placement()).hasSize(1);
    }

    @Test
    void aPodThatComesLaterIsToldWhenItHasWaitedLongEnough() {
        startWithOneOf(2);
        world.later(Duration.ofSeconds(3));
        pods.add(world.pod("elastic", "pod-2"));
        world.show(pods.get(2));
        world.settle();
        assertThat(conditions(2)).isEmpty();
        world.later(Duration.ofSeconds(2));
        assertThat(conditions(2)).hasSize(1);
        assertThat(events()).hasSize(1);
    }

    @Test
    void aLostSeatIsToldAndItsEndWithoutANewRecordToo() {
        startWithOneOf(1);
        String node = world.releasedTo(pods.get(0)).orElseThrow();
        world.contract(3);
        world.removeNode(node);
        world.gone(pods.get(0));
        // The others are taken: there is no other seat.
        world.job("other", 2, Map.of());
        for (int i = 0; i < 2; i++) {
            world.show(world.pod("other", "other-" + i));
        }
        world.settle();
        pods.set(0, world.pod("elastic", "again"));
        world.show(pods.get(0));
        world.settle();
        world.later(Duration.ofSeconds(3));

        assertThat(world.status(RECORD).waiting().code()).isEqualTo("InsufficientWholeCells");
        assertThat(world.status(RECORD).placement())
                .singleElement()
                .satisfies(p -> assertThat(p.nodes()).containsExactly(node));
        assertThat(world.api.writes("PATCH", "/pods/again/status")).hasSize(1);

        world.addNodeAgain(node);
        world.settle();
        assertThat(world.releasedTo(pods.get(0))).contains(node);
        assertThat(world.status(RECORD).waiting()).isNull();
        assertThat(world.status(RECORD).phase()).isEqualTo(GPUWorkloadStatus.Phase.PLACED);
        assertThat(world.api.writes("PATCH", "/pods/again/status")).hasSize(2);
    }

    @Test
    void whoLeadsNextTellsNothingAgain() {
        startWithOneOf(3);
        world.later(Duration.ofSeconds(3));
        int written = world.api.writes().size();
        world.showRecord(RECORD);

        world.desk.follow();
        world.desk.lead();
        world.later(Duration.ofMinutes(1));
        assertThat(world.api.writes()).hasSize(written);
    }

    @Test
    void whoLeadsNextSaysThatAWaitIsOver() {
        startWithOneOf(2);
        world.later(Duration.ofSeconds(3));
        world.showRecord(RECORD);
        world.desk.follow();
        world.gone(pods.get(1));

        world.desk.lead();
        world.settle();
        assertThat(world.status(RECORD).waiting()).isNull();
        assertThat(world.status(RECORD).placement()).hasSize(1);
    }

    @Test
    void aWaitOfAnEarlierTenureIsNotToldOverThePlacementOfAnother() {
        world.desk.lead();
        world.contract(0);
        world.job("elastic", 1, Map.of());
        pods.add(world.pod("elastic", "pod-0"));
        world.show(pods.get(0));
        world.settle();
        world.desk.follow();
        // Another leader has placed the gang meanwhile, and its pod runs.
        DeskFixture other = new DeskFixture(3, 1);
        other.desk.lead();
        other.job("elastic", 1, Map.of());
        other.show(pods.get(0));
        other.settle();
        String node = other.releasedTo(pods.get(0)).orElseThrow();
        world.show(DeskFixture.running(pods.get(0), node));
        world.showRecord(other, RECORD);
        other.close();

        world.desk.lead();
        world.later(Duration.ofMinutes(1));
        assertThat(world.api.writes("PATCH", RECORD + "/status")).isEmpty();
        assertThat(events()).isEmpty();
    }
}
