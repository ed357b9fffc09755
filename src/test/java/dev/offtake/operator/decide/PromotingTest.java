package dev.offtake.operator.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.api.GPUWorkloadStatus;
import dev.offtake.api.Tier;
import dev.offtake.operator.act.StubApi;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is written when a gang that runs on loan gets its quota: its record, then the claims of its pods. */
class PromotingTest {
    private static final Map<String, String> BOTH = Map.of("offtake.dev/tier", "Reserved,Spot");
    private static final String LENT_CLAIM =
            "{\"contract\":\"acme\",\"commitment\":\"base\",\"tier\":\"Spot\",\"since\":\"2026-03-01T00:00:00Z\"}";
    private static final String RECORD = "job-second";

    /** Two nodes, one of them committed. */
    private final DeskFixture leader = new DeskFixture(2, 1);

    private final DeskFixture next = new DeskFixture(2, 1);
    private Pod first = new Pod();
    private Pod second = new Pod();

    @BeforeEach
    void oneRunsInQuotaAndOneOnLoan() {
        leader.desk.lead();
        leader.job("first", 1, BOTH);
        first = leader.pod("first", "first-0");
        leader.show(first);
        leader.settle();
        leader.showRunning(first);
        leader.job("second", 1, BOTH);
        Pod pod = leader.pod("second", "second-0");
        leader.show(pod);
        leader.settle();
        second = lent(DeskFixture.running(pod, leader.releasedTo(pod).orElseThrow()));
        leader.show(second);
        leader.settle();
        assertThat(leader.status(RECORD).tier()).isEqualTo(Tier.SPOT);
    }

    @AfterEach
    void close() {
        leader.close();
        next.close();
    }

    private static Pod lent(Pod pod) {
        return new PodBuilder(pod)
                .editMetadata()
                .addToAnnotations("offtake.dev/claim", LENT_CLAIM)
                .endMetadata()
                .build();
    }

    private void endFirst() {
        leader.desk.removeJob(DeskFixture.NS, "first");
        leader.gone(first);
    }

    private static List<StubApi.Write> writes(DeskFixture world) {
        return world.api.writes("PATCH", "").stream()
                .filter(write ->
                        write.path().contains("/pods/second-0") || write.path().contains(RECORD + "/status"))
                .toList();
    }

    @Test
    void theRecordComesFirstAndThenTheClaimOfEachPod() {
        int before = writes(leader).size();

        endFirst();
        leader.settle();

        List<StubApi.Write> after =
                writes(leader).subList(before, writes(leader).size());
        assertThat(after).hasSize(2);
        assertThat(after.get(0).path()).endsWith(RECORD + "/status");
        GPUWorkloadStatus status = leader.read(after.get(0).body());
        assertThat(status.tier()).isEqualTo(Tier.RESERVED);
        assertThat(status.placement())
                .singleElement()
                .satisfies(run -> assertThat(run.tier()).isEqualTo(Tier.RESERVED));
        assertThat(after.get(1).path()).endsWith("/pods/second-0");
        assertThat(after.get(1).body())
                .contains("offtake.dev/claim", "Reserved", "uid-second-0")
                .doesNotContain("schedulingGates");
    }

    @Test
    void aLeaderThatDiedAfterTheRecordIsFollowedByOneThatWritesTheClaims() {
        endFirst();
        leader.settle();
        next.job("second", 1, BOTH);
        next.show(second);
        next.showRecord(leader, RECORD);

        next.desk.lead();
        next.settle();

        assertThat(writes(next)).singleElement().satisfies(write -> {
            assertThat(write.path()).endsWith("/pods/second-0");
            assertThat(write.body()).contains("Reserved");
        });
        assertThat(next.desk.decider().orElseThrow().scheduler().gangs())
                .singleElement()
                .satisfies(gang -> assertThat(gang.tier()).hasValue(dev.offtake.placement.Tier.RESERVED));
    }

    @Test
    void aLeaderThatFindsAllClaimsAsRecordedWritesNone() {
        next.job("second", 1, BOTH);
        next.job("first", 1, BOTH);
        next.show(DeskFixture.running(first, leader.releasedTo(first).orElseThrow()));
        next.show(second);
        next.showRecord(leader, RECORD);
        next.showRecord(leader, "job-first");

        next.desk.lead();
        next.settle();

        assertThat(next.api.writes("PATCH", "/pods/")).isEmpty();
    }
}
