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

/** What is written when one of two pods of an elastic Spot Job has to leave its node for Reserved work. */
class ShrinkingTest {
    private static final Map<String, String> ELASTIC = Map.of("offtake.dev/tier", "Spot", "offtake.dev/min-pods", "1");
    private static final Map<String, String> RESERVED = Map.of("offtake.dev/min-pods", "1");
    private static final String VICTIM = "job-spare";
    private static final String CLAIMANT = "job-own";

    private final DeskFixture world = new DeskFixture(2, 1);
    private final DeskFixture next = new DeskFixture(2, 1);

    @AfterEach
    void close() {
        world.close();
        next.close();
    }

    private List<Pod> spareRuns() {
        world.desk.lead();
        world.job("spare", 2, ELASTIC);
        List<Pod> pods = List.of(world.pod("spare", "spare-0"), world.pod("spare", "spare-1"));
        pods.forEach(world::show);
        world.settle();
        return pods.stream().map(world::showRunning).toList();
    }

    private static Pod ownComes(DeskFixture desk) {
        desk.job("own", 1, Map.of());
        Pod pod = desk.pod("own", "own-0");
        desk.show(pod);
        return pod;
    }

    private Pod taken(List<Pod> pods, DeskFixture desk) {
        List<Pod> taken = pods.stream()
                .filter(pod -> !desk.api
                        .writes("DELETE", "/pods/" + pod.getMetadata().getName())
                        .isEmpty())
                .toList();
        assertThat(taken).hasSize(1);
        return taken.get(0);
    }

    private static Pod leaving(Pod pod, DeskFixture desk, long grace) {
        return new PodBuilder(pod)
                .editMetadata()
                .withDeletionTimestamp(desk.now.plusSeconds(grace).toString())
                .withDeletionGracePeriodSeconds(grace)
                .endMetadata()
                .build();
    }

    private static List<StubApi.Write> disruptions(DeskFixture desk, Pod pod) {
        return desk.api.writes("PATCH", "/pods/" + pod.getMetadata().getName() + "/status").stream()
                .filter(write -> write.body().contains("\"DisruptionTarget\""))
                .toList();
    }

    @Test
    void thePodIsMarkedAndDeletedWithItsNoticeWhenThePlanIsDurableAndTheJobIsNotSuspended() {
        List<Pod> pods = spareRuns();
        ownComes(world);
        world.settle();

        Pod taken = taken(pods, world);
        List<StubApi.Write> writes = world.api.writes();
        int plan = index(writes, CLAIMANT + "/status", "Reclaiming");
        int mark = index(writes, taken.getMetadata().getName() + "/status", "DisruptionTarget");
        int deletion = index(writes, "/pods/" + taken.getMetadata().getName(), "gracePeriodSeconds\":120");
        assertThat(plan).isNotNegative().isLessThan(mark);
        assertThat(mark).isLessThan(deletion);
        assertThat(world.status(CLAIMANT).plan().victims()).isEmpty();
        assertThat(world.status(CLAIMANT).plan().parts())
                .containsExactly(new GPUWorkloadStatus.Part(
                        DeskFixture.NS, VICTIM, List.of(taken.getMetadata().getUid())));
        assertThat(world.api.writes("PATCH", "/jobs/spare")).isEmpty();
        assertThat(world.status(VICTIM).phase()).isNotEqualTo(GPUWorkloadStatus.Phase.EVICTING);
        world.later(Duration.ofSeconds(5));
        assertThat(disruptions(world, taken)).as("told once").hasSize(1);
    }

    private static int index(List<StubApi.Write> writes, String path, String text) {
        for (int i = 0; i < writes.size(); i++) {
            if (writes.get(i).path().endsWith(path) && writes.get(i).body().contains(text)) {
                return i;
            }
        }
        return -1;
    }

    @Test
    void theSeatIsLeftWhenThePodIsGoneAndThenTheClaimantIsReleased() {
        List<Pod> pods = spareRuns();
        Pod own = ownComes(world);
        world.settle();
        Pod taken = taken(pods, world);
        world.show(leaving(taken, world, 120));
        world.settle();
        assertThat(world.releasedTo(own)).isEmpty();

        world.gone(taken);
        world.show(world.pod("spare", "spare-2"));
        world.settle();

        assertThat(world.releasedTo(own)).hasValue(taken.getSpec().getNodeName());
        assertThat(world.status(VICTIM).placement())
                .singleElement()
                .satisfies(entry -> assertThat(entry.nodes())
                        .hasSize(1)
                        .doesNotContain(taken.getSpec().getNodeName()));
        assertThat(world.releasedTo(world.pod("spare", "spare-2"))).isEmpty();
    }

    @Test
    void whoLeadsNextTakesTheSamePodAndNoOther() {
        List<Pod> pods = spareRuns();
        Pod own = ownComes(world);
        world.settle();
        Pod taken = taken(pods, world);
        next.job("spare", 2, ELASTIC);
        next.showRecord(world, VICTIM);
        pods.forEach(next::show);
        ownComes(next);
        next.showRecord(world, CLAIMANT);

        next.desk.lead();
        next.settle();

        assertThat(taken(pods, next)).isEqualTo(taken);
        assertThat(next.api.writes("PATCH", "/jobs/spare")).isEmpty();
        assertThat(disruptions(next, taken)).hasSize(1);
        next.gone(taken);
        next.settle();
        assertThat(next.releasedTo(own)).hasValue(taken.getSpec().getNodeName());
    }

    /** Two pods on its own commitment, of which one is to go for a higher priority. */
    private List<Pod> ofItsOwn() {
        world.contract(2, true);
        next.contract(2, true);
        world.desk.lead();
        world.job("spare", 2, RESERVED);
        List<Pod> pods = List.of(world.pod("spare", "spare-0"), world.pod("spare", "spare-1"));
        pods.forEach(world::show);
        world.settle();
        return pods.stream().map(world::showRunning).toList();
    }

    private static Pod urgentComes(DeskFixture desk) {
        desk.job("own", 1, Map.of("offtake.dev/priority", "5"));
        Pod pod = desk.pod("own", "own-0");
        desk.show(pod);
        return pod;
    }

    @Test
    void aPodOnItsOwnCommitmentGoesForHigherPriorityAndTheJobIsNotSuspended() {
        List<Pod> pods = ofItsOwn();
        Pod own = urgentComes(world);
        world.settle();

        Pod taken = taken(pods, world);
        assertThat(disruptions(world, taken)).hasSize(1);
        assertThat(world.api.writes("PATCH", "/jobs/spare")).isEmpty();
        assertThat(world.releasedTo(own)).isEmpty();
        world.gone(taken);
        world.settle();
        assertThat(world.releasedTo(own)).isPresent();
        assertThat(world.status(VICTIM).placement())
                .singleElement()
                .satisfies(entry -> assertThat(entry.nodes()).hasSize(1));
    }

    @Test
    void whoLeadsNextTakesThatPodAndNoOtherOfItsOwnCommitment() {
        List<Pod> pods = ofItsOwn();
        urgentComes(world);
        world.settle();
        Pod taken = taken(pods, world);
        next.job("spare", 2, RESERVED);
        next.showRecord(world, VICTIM);
        pods.forEach(next::show);
        Pod own = urgentComes(next);
        next.showRecord(world, CLAIMANT);

        next.desk.lead();
        next.settle();

        assertThat(taken(pods, next)).isEqualTo(taken);
        assertThat(next.api.writes("PATCH", "/jobs/spare")).isEmpty();
        next.gone(taken);
        next.settle();
        assertThat(next.releasedTo(own)).isPresent();
    }

    /** The record of the elastic gang still has the seat, and a pod waits that would have it again. */
    @Test
    void whoLeadsNextDoesNotGiveTheSeatAwayOfAPodThatIsGoneAlready() {
        List<Pod> pods = ofItsOwn();
        urgentComes(world);
        world.settle();
        Pod taken = taken(pods, world);
        next.job("spare", 2, RESERVED);
        next.showRecord(world, VICTIM);
        pods.stream().filter(pod -> !pod.equals(taken)).forEach(next::show);
        Pod again = next.pod("spare", "spare-2");
        next.show(again);
        Pod own = urgentComes(next);
        next.showRecord(world, CLAIMANT);

        next.desk.lead();
        next.settle();

        assertThat(next.releasedTo(own)).isPresent();
        assertThat(next.releasedTo(again)).isEmpty();
        assertThat(next.api.writes("PATCH", "/jobs/spare")).isEmpty();
        assertThat(next.api.writes("DELETE", "/pods/")).isEmpty();
    }

    @Test
    void eachPodIsInTheTierOfItsClaimAloneWhereTheRecordIsLost() {
        world.job("spare", 2, Map.of("offtake.dev/tier", "Reserved,Spot", "offtake.dev/min-pods", "1"));
        List<String> nodes = List.copyOf(world.nodeNames());
        Pod lent = claimed("spare-0", nodes.get(0), "Spot", "2026-02-01T00:00:00Z");
        Pod firm = claimed("spare-1", nodes.get(1), "Reserved", "2026-01-01T00:00:00Z");
        world.contract(1);
        world.show(lent);
        world.show(firm);
        world.desk.lead();
        world.settle();

        // It goes before the borrower, which would have the quota else.
        world.job("own", 1, Map.of("offtake.dev/priority", "1"));
        Pod own = world.pod("own", "own-0");
        world.show(own);
        world.contract(2);
        world.settle();

        assertThat(taken(List.of(lent, firm), world)).isEqualTo(lent);
        world.gone(lent);
        world.settle();
        assertThat(world.releasedTo(own)).hasValue(nodes.get(0));
        assertThat(world.status(VICTIM).placement())
                .singleElement()
                .satisfies(entry -> assertThat(entry.nodes()).containsExactly(nodes.get(1)));
    }

    private Pod claimed(String pod, String node, String tier, String since) {
        String claim = "{\"contract\":\"acme\",\"commitment\":\"base\",\"tier\":\"%s\",\"since\":\"%s\"}";
        return new PodBuilder(DeskFixture.running(world.pod("spare", pod), node))
                .editMetadata()
                .addToAnnotations("offtake.dev/claim", claim.formatted(tier, since))
                .endMetadata()
                .build();
    }

    @Test
    void aPodOfAPlanThatAsksForAnHourToEndGetsTheNotice() {
        List<Pod> pods = spareRuns();
        ownComes(world);
        world.settle();
        Pod taken = taken(pods, world);

        world.show(leaving(taken, world, 3600));
        world.settle();

        assertThat(world.api.writes("DELETE", "/pods/" + taken.getMetadata().getName()))
                .hasSize(2)
                .allSatisfy(write -> assertThat(write.body()).contains("gracePeriodSeconds\":120"));
    }

    private List<Pod> bareSpareRuns() {
        world.desk.lead();
        List<Pod> pods = List.of(bare("spare-0"), bare("spare-1"));
        pods.forEach(world::show);
        world.settle();
        return pods.stream().map(world::showRunning).toList();
    }

    private Pod bare(String name) {
        return new PodBuilder(world.pod("", name))
                .editMetadata()
                .withOwnerReferences()
                .withResourceVersion("7")
                .addToLabels("offtake.dev/workload", "spare")
                .withAnnotations(ELASTIC)
                .addToAnnotations("offtake.dev/pods", "2")
                .endMetadata()
                .build();
    }

    @Test
    void aPodOfNoJobIsDeletedAsItWasSeenAndWhateverItsVersionOnceItHasChanged() {
        List<Pod> pods = bareSpareRuns();
        world.api.answers(write -> write.method().equals("DELETE") ? 409 : 200);
        ownComes(world);
        world.settle();
        Pod taken = taken(pods, world);
        String path = "/pods/" + taken.getMetadata().getName();
        assertThat(world.api.writes("DELETE", path))
                .singleElement()
                .satisfies(write -> assertThat(write.body())
                        .contains(
                                "\"gracePeriodSeconds\":120",
                                "\"uid\":\"" + taken.getMetadata().getUid() + '"',
                                "\"resourceVersion\":\"7\""));
        assertThat(disruptions(world, taken)).isEmpty();
        world.api.answers(write -> 200);
        world.show(new PodBuilder(taken)
                .editMetadata()
                .withResourceVersion("8")
                .endMetadata()
                .build());

        await().until(() -> {
            world.settle();
            return world.api.writes("DELETE", path).size() == 2;
        });

        assertThat(world.api.writes("DELETE", path).get(1).body())
                .contains("\"uid\":\"" + taken.getMetadata().getUid() + "\"")
                .doesNotContain("resourceVersion");
        assertThat(taken(pods, world)).isEqualTo(taken);
    }

    @Test
    void aPodOfAJobIsDeletedWhateverItsMarkHasMadeOfItsVersion() {
        List<Pod> pods = spareRuns();
        ownComes(world);
        world.settle();

        Pod taken = taken(pods, world);
        assertThat(world.api.writes("DELETE", "/pods/" + taken.getMetadata().getName()))
                .singleElement()
                .satisfies(write -> assertThat(write.body())
                        .contains("\"uid\":\"" + taken.getMetadata().getUid() + '"')
                        .doesNotContain("resourceVersion"));
    }
}
