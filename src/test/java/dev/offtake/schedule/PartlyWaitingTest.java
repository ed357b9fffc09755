package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.offtake.placement.Views;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Pods of a gang that has a place, but none for them, wait with a reason like all others (Rule 8). */
class PartlyWaitingTest {
    private final World world = World.h100(2).contract(Site.contract("acme", 64, "gpu"));
    private final Job train = job("acme", "train", 4, 8);
    private final Job elastic = job("acme", "elastic", 6, 8).elasticFrom(2).createdAt(5);

    private Map<String, String> numbers(Job job) {
        return world.view(job).waiting().orElseThrow().numbers();
    }

    private long told(Job job) {
        return world.decided(Decision.Explain.class, job);
    }

    private long over(Job job) {
        return world.decided(Decision.WaitOver.class, job);
    }

    @Test
    void morePodsOfAnElasticGangWaitForTheQuota() {
        world.contract(Site.contract("acme", 32, "gpu")).start(elastic);
        assertThat(world.podsOf(elastic, PodFacts.State.BOUND)).hasSize(4);
        assertThat(world.code(elastic)).isEqualTo(Reason.Code.QUOTA_REACHED);
        assertThat(numbers(elastic))
                .contains(entry("unit", "gpu"), entry("needed", "8"), entry("free", "0"), entry("claimed", "32"));
        assertThat(told(elastic)).isEqualTo(1);
    }

    @Test
    void morePodsOfAnElasticGangWaitBehindAnEarlierGang() {
        world.reserveAfter(Duration.ZERO);
        world.contract(Site.contract("acme", 40, "gpu"));
        Job first = job("acme", "first", 3, 8).createdAt(1);
        world.submit(elastic).arrive(elastic, 3).settle();
        world.start(first).arrive(elastic, 3).settle();
        assertThat(world.code(first)).isEqualTo(Reason.Code.QUOTA_REACHED);
        assertThat(world.code(elastic)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);
        assertThat(numbers(elastic)).contains(entry("needed", "8"), entry("free", "16"), entry("kept", "24"));
    }

    @Test
    void morePodsOfAnElasticGangThatMustNotLeaveItsRackAreToldOfThatRack() {
        Job inRack = elastic.required("rack");
        world.start(inRack);
        assertThat(world.podsOf(inRack, PodFacts.State.BOUND)).hasSize(4);
        assertThat(world.code(inRack)).isEqualTo(Reason.Code.INSUFFICIENT_WHOLE_CELLS);
        assertThat(numbers(inRack))
                .contains(
                        entry("level", "rack"),
                        entry("cell", "r1"),
                        entry("neededPods", "1"),
                        entry("podsThatFit", "0"),
                        entry("freeGpus", "32"));
    }

    @Test
    void aLostSeatForWhichThereIsNoOtherIsSaidInNumbers() {
        world.start(train).start(job("acme", "other", 4, 8).createdAt(1));
        Pod lost = lose(train, 0);
        assertThat(world.code(train)).isEqualTo(Reason.Code.INSUFFICIENT_GPUS);
        assertThat(numbers(train)).contains(entry("needed", "8"), entry("entitled", "56"), entry("committed", "64"));

        world.node(lost.node.orElseThrow(), n -> Site.ready(n, true)).settle();
        assertThat(world.podsOf(train, PodFacts.State.BOUND)).hasSize(4);
        assertThat(world.view(train).waiting()).isEmpty();
        assertThat(over(train)).isEqualTo(1);
    }

    @Test
    void aLostSeatThatMustStayInItsRackIsToldOfThatRack() {
        Job inRack = train.required("rack");
        world.start(inRack);
        lose(inRack, 2);
        assertThat(world.code(inRack)).isEqualTo(Reason.Code.INSUFFICIENT_WHOLE_CELLS);
        assertThat(numbers(inRack)).contains(entry("cell", "r1"), entry("podsThatFit", "0"));
    }

    @Test
    void aGangAllOfWhoseNodesAreGoneIsToldOfThePoolAndWhatItNeedsAsAWhole() {
        world.start(train).start(job("acme", "other", 4, 8).createdAt(1));
        for (Pod pod : world.podsOf(train, PodFacts.State.BOUND)) {
            world.removeNode(pod.node.orElseThrow()).finish(pod);
        }
        world.arrive(train, 4).settle();
        assertThat(world.code(train)).isEqualTo(Reason.Code.INSUFFICIENT_GPUS);
        assertThat(numbers(train)).contains(entry("needed", "32"), entry("entitled", "32"), entry("committed", "64"));
        world.rack("r3").settle();
        assertThat(world.podsOf(train, PodFacts.State.BOUND)).hasSize(4);
        assertThat(world.view(train).waiting()).isEmpty();
    }

    @Test
    void theSuccessorOfAPodThatIsBeingDeletedWaitsForItsSeat() {
        world.start(train);
        world.terminationHangs = true;
        world.delete(world.podsOf(train.id()).get(0));
        world.arrive(train, 1).settle();
        assertThat(world.view(train).waiting())
                .contains(Reason.of(Reason.Code.SEATS_TAKEN, "seats", "4", "terminating", "1"));
        world.terminated().settle();
        assertThat(world.view(train).waiting()).isEmpty();
        assertThat(over(train)).isEqualTo(1);
    }

    @Test
    void podsBeyondTheSizeOfTheGangAreToldSo() {
        world.start(train).arrive(train, 2).settle();
        assertThat(world.view(train).waiting())
                .contains(Reason.of(Reason.Code.SEATS_TAKEN, "seats", "4", "terminating", "0"));
    }

    @Test
    void aPodThatOthersHoldAsWellIsToldOfTheirGates() {
        world.submit(elastic).arrive(elastic, 2).settle();
        Pod held = world.arrive(elastic, -1, PodFacts.State.HELD, "example.com/quota");
        world.settle();
        assertThat(world.view(elastic).waiting())
                .contains(Reason.of(Reason.Code.OTHER_GATES, "pods", "1", "gates", "example.com/quota"));
        held.state = PodFacts.State.GATED;
        held.words = "";
        world.tell(held);
        world.settle();
        assertThat(world.podsOf(elastic, PodFacts.State.BOUND)).hasSize(3);
        assertThat(world.view(elastic).waiting()).isEmpty();
    }

    @Test
    void theReasonIsToldOncePerChangeOfItsCode() {
        world.contract(Site.contract("acme", 32, "gpu")).start(elastic);
        for (int i = 0; i < 5; i++) {
            world.node("r2n1", n -> Site.cordoned(n, !n.unschedulable())).settle();
            world.arrive(elastic, 1).settle();
        }
        assertThat(told(elastic)).isEqualTo(1);
        assertThat(over(elastic)).isZero();
        world.contract(Site.contract("acme", 64, "gpu"));
        List.of("r2n1", "r2n2", "r2n3", "r2n4").forEach(world::removeNode);
        world.settle();
        assertThat(world.code(elastic)).isEqualTo(Reason.Code.INSUFFICIENT_GPUS);
        assertThat(told(elastic)).isEqualTo(2);
    }

    @Test
    void thoseThatStillWaitAfterAGrowthAreNotToldAgain() {
        world.contract(Site.contract("acme", 32, "gpu")).start(elastic);
        world.contract(Site.contract("acme", 40, "gpu")).settle();
        assertThat(world.podsOf(elastic, PodFacts.State.BOUND)).hasSize(5);
        assertThat(world.code(elastic)).isEqualTo(Reason.Code.QUOTA_REACHED);
        assertThat(told(elastic)).isEqualTo(1);
        assertThat(over(elastic)).isZero();
    }

    @Test
    void theWaitIsOverWithTheRecordThatHasASeatForEverybody() {
        world.contract(Site.contract("acme", 32, "gpu")).start(elastic);
        world.recordsHang = true;
        world.contract(Site.contract("acme", 48, "gpu")).settle();
        assertThat(world.view(elastic).seats()).isEqualTo(6);
        assertThat(world.view(elastic).waiting()).isEmpty();
        world.writesComeThrough().settle();
        assertThat(over(elastic)).isZero();
    }

    @Test
    void theWaitIsOverWhenThePodsThatWaitedAreGone() {
        world.contract(Site.contract("acme", 32, "gpu")).start(elastic);
        world.podsOf(elastic, PodFacts.State.GATED).forEach(world::delete);
        world.settle();
        assertThat(world.view(elastic).waiting()).isEmpty();
        assertThat(over(elastic)).isEqualTo(1);
        world.arrive(elastic, 1).settle();
        assertThat(told(elastic)).isEqualTo(2);
    }

    @Test
    void aGangThatIsPlacedForAPartOfItsPodsIsToldWhyTheOthersWait() {
        world.contract(Site.contract("acme", 8, "gpu")).start(elastic);
        assertThat(world.code(elastic)).isEqualTo(Reason.Code.QUOTA_REACHED);
        assertThat(numbers(elastic)).contains(entry("needed", "16"));
        world.contract(Site.contract("acme", 24, "gpu")).settle();
        assertThat(world.podsOf(elastic, PodFacts.State.BOUND)).hasSize(3);
        assertThat(numbers(elastic)).contains(entry("needed", "8"), entry("committed", "24"));
        assertThat(told(elastic)).isEqualTo(2);
    }

    @Test
    void whatTheyAskForCountsAsWaitingForTheirCommitment() {
        world.start(train).start(job("acme", "other", 4, 8).createdAt(1));
        assertThat(waitingOf("acme")).isZero();
        Pod lost = lose(train, 0);
        assertThat(world.view(train).waiting()).isPresent();
        assertThat(waitingOf("acme")).isEqualTo(8);
        world.node(lost.node.orElseThrow(), n -> Site.ready(n, true)).settle();
        assertThat(waitingOf("acme")).isZero();
    }

    @Test
    void theSuccessorOfAPodThatIsBeingDeletedAsksForNoMoreThanItsSeat() {
        world.start(train);
        world.terminationHangs = true;
        world.delete(world.podsOf(train.id()).get(0));
        world.arrive(train, 1).settle();
        assertThat(world.code(train)).isEqualTo(Reason.Code.SEATS_TAKEN);
        assertThat(waitingOf("acme")).isZero();
    }

    private int waitingOf(String contract) {
        Views views = Views.of(world.scheduler.cluster());
        return ContractViews.of(world.scheduler, views, world.now)
                .get(contract)
                .gpus()
                .waiting();
    }

    /** The node of a pod fails, the pod with it, and another pod comes in its place. */
    private Pod lose(Job job, int pod) {
        Pod lost = world.podsOf(job, PodFacts.State.BOUND).get(pod);
        world.node(lost.node.orElseThrow(), n -> Site.ready(n, false))
                .finish(lost)
                .arrive(job, 1)
                .settle();
        return lost;
    }
}
