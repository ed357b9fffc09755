package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The seats of a gang: who sits where, and what becomes of them. */
class SeatsTest {
    private final World world = World.h100(2).contract(Site.contract("acme", 64, "gpu"));

    @Test
    void nothingIsReleasedBeforeTheRecordIsWritten() {
        world.recordsHang = true;
        Job train = job("acme", "train", 2, 8);
        world.start(train);
        assertThat(world.isPlaced(train)).isTrue();
        assertThat(world.decided(Decision.Release.class, train)).isZero();
        world.writesComeThrough().settle();
        assertThat(world.decided(Decision.Release.class, train)).isEqualTo(2);
    }

    @Test
    void indexedPodsSitInTheOrderOfTheTopologyInWhateverOrderTheyCome() {
        Job train = job("acme", "train", 8, 4);
        world.submit(train);
        List.of(7, 2, 5, 0, 3, 6, 1, 4).forEach(i -> world.arrive(train, i, PodFacts.State.GATED, ""));
        world.settle();
        List<String> nodes = IntStream.range(0, 8)
                .mapToObj(i -> world.podsOf(train.id()).stream()
                        .filter(p -> p.index == i)
                        .findFirst()
                        .orElseThrow()
                        .node
                        .orElseThrow())
                .toList();
        assertThat(nodes).containsExactly("r1n1", "r1n1", "r1n2", "r1n2", "r1n3", "r1n3", "r1n4", "r1n4");
    }

    @Test
    void aPodThatAsksForMoreThanItsSeatGetsNone() {
        Job train = job("acme", "train", 2, 1);
        world.start(train);
        Pod first = world.podsOf(train.id()).get(0);
        world.finish(first);
        PodFacts forged = new PodFacts(
                "forged",
                "forged",
                train.id(),
                Job.WORKERS,
                -1,
                PodFacts.State.GATED,
                java.util.Optional.empty(),
                "",
                new dev.offtake.placement.Shape(8, train.podSet().shape().requests()));
        world.scheduler.pod(forged);
        assertThat(world.scheduler.decide(world.now).stream()
                        .filter(Decision.Release.class::isInstance)
                        .map(Decision.Release.class::cast)
                        .map(Decision.Release::podUid))
                .doesNotContain("forged");
    }

    @Test
    void theReplacementOfAnIndexedPodGetsItsSeat() {
        Job train = job("acme", "train", 4, 8);
        world.submit(train);
        IntStream.range(0, 4).forEach(i -> world.arrive(train, i, PodFacts.State.GATED, ""));
        world.settle();
        Pod failed = world.podsOf(train.id()).get(2);
        world.finish(failed).arrive(train, 2, PodFacts.State.GATED, "");
        world.settle();
        assertThat(world.podsOf(train, PodFacts.State.BOUND)).hasSize(4);
        assertThat(world.podsOf(train.id()).get(4).node).isEqualTo(failed.node);
    }

    @Test
    void aReplacementTakesTheSeatOfTheFailedPodWithoutANewRecord() {
        Job train = job("acme", "train", 4, 8);
        world.start(train);
        Pod failed = world.podsOf(train.id()).get(1);
        world.finish(failed).settle();
        // The seat is held: nobody else gets it.
        Job other = job("acme", "other", 5, 8).createdAt(1);
        world.start(other);
        assertThat(world.isPlaced(other)).isFalse();
        world.arrive(train, 1).settle();
        assertThat(world.podsOf(train, PodFacts.State.BOUND)).hasSize(4);
        assertThat(world.nodesOf(train)).contains(failed.node.orElseThrow());
        assertThat(world.decided(Decision.Record.class, train)).isEqualTo(1);
    }

    @Test
    void aTerminatingPodHoldsItsSeatUntilItIsGone() {
        Job train = job("acme", "train", 4, 8);
        world.start(train);
        world.terminationHangs = true;
        world.delete(world.podsOf(train.id()).get(0));
        world.arrive(train, 1).settle();
        assertThat(world.podsOf(train, PodFacts.State.BOUND)).hasSize(3);
        world.terminated().settle();
        assertThat(world.podsOf(train, PodFacts.State.BOUND)).hasSize(4);
        assertThat(world.decided(Decision.Record.class, train)).isEqualTo(1);
    }

    @Test
    void aSeatWhoseNodeIsLostMovesForTheNextPodAndIsRecordedAnew() {
        Job train = job("acme", "train", 3, 8);
        world.submit(train);
        IntStream.range(0, 3).forEach(i -> world.arrive(train, i, PodFacts.State.GATED, ""));
        world.settle();
        assertThat(world.nodesOf(train)).containsExactly("r1n1", "r1n2", "r1n3");
        Pod lost = world.podsOf(train.id()).get(1);
        world.node("r1n2", n -> Site.ready(n, false)).finish(lost).settle();
        assertThat(world.decided(Decision.Record.class, train)).isEqualTo(1);
        world.arrive(train, 1, PodFacts.State.GATED, "");
        world.settle();
        assertThat(world.decided(Decision.Record.class, train)).isEqualTo(2);
        assertThat(world.workloads.get(train.id()).seats()).containsExactly("r1n1", "r1n4", "r1n3");
        assertThat(world.podsOf(train.id()).get(3).node).contains("r1n4");
    }

    @Test
    void aLostSeatIsMovedBeforeOthersAreServed() {
        Job train = job("acme", "train", 7, 8).createdAt(9);
        world.start(train);
        Pod lost = world.podsOf(train.id()).get(6);
        // Older, and waits for the last free node as soon as it has its pods.
        Job older = job("acme", "older", 1, 8);
        world.submit(older);
        world.removeNode(lost.node.orElseThrow()).finish(lost);
        world.arrive(train, 1).arrive(older, 1).settle();
        assertThat(world.podsOf(train, PodFacts.State.BOUND)).hasSize(7);
        assertThat(world.isPlaced(older)).isFalse();
    }

    @Test
    void aLostSeatStaysInTheRequiredDomain() {
        Job train = job("acme", "train", 4, 8).required("rack");
        world.start(train);
        Pod lost = world.podsOf(train.id()).get(0);
        world.node(lost.node.orElseThrow(), n -> Site.ready(n, false))
                .finish(lost)
                .arrive(train, 1)
                .settle();
        assertThat(world.podsOf(train, PodFacts.State.BOUND)).hasSize(3);
        world.node(lost.node.orElseThrow(), n -> Site.ready(n, true)).settle();
        assertThat(world.podsOf(train, PodFacts.State.BOUND)).hasSize(4);
    }

    @Test
    void aGangAllOfWhoseNodesAreGoneGetsSeatsAnywhere() {
        Job train = job("acme", "train", 2, 8).required("rack");
        world.start(train);
        List<Pod> lost = world.podsOf(train, PodFacts.State.BOUND);
        world.removeNode("r1n1").removeNode("r1n2");
        lost.forEach(world::finish);
        world.arrive(train, 2).settle();
        assertThat(world.podsOf(train, PodFacts.State.BOUND)).hasSize(2);
        assertThat(world.nodesOf(train)).allMatch(node -> world.nodes.containsKey(node));
        assertThat(world.nodesOf(train).stream()
                        .map(node -> node.substring(0, 2))
                        .distinct())
                .hasSize(1);
    }

    @Test
    void aGangAllOfWhoseNodesAreGoneGoesOnWithItsFewestPodsOrNotAtAll() {
        Job train = job("acme", "train", 6, 8).elasticFrom(3);
        world.start(job("acme", "other", 5, 8)).submit(train).arrive(train, 3).settle();
        List<Pod> lost = world.podsOf(train, PodFacts.State.BOUND);
        lost.forEach(pod -> world.removeNode(pod.node.orElseThrow()).finish(pod));
        world.node(Site.node(Site.H100, "r3", "r3n1")).node(Site.node(Site.H100, "r3", "r3n2"));
        world.arrive(train, 6).settle();
        assertThat(world.podsOf(train, PodFacts.State.BOUND)).isEmpty();
        world.node(Site.node(Site.H100, "r3", "r3n3")).settle();
        assertThat(world.podsOf(train, PodFacts.State.BOUND)).hasSize(3);
    }

    @Test
    void aNodeThatIsCordonedBeforeTheReleaseGetsNoPod() {
        world.recordsHang = true;
        Job train = job("acme", "train", 2, 8);
        world.start(train);
        world.node("r1n1", n -> Site.cordoned(n, true));
        world.writesComeThrough().settle();
        assertThat(world.nodesOf(train)).hasSize(2).doesNotContain("r1n1");
    }

    @Test
    void aNodeThatIsRemovedBeforeTheReleaseGetsNoPod() {
        world.recordsHang = true;
        Job train = job("acme", "train", 2, 8);
        world.start(train);
        world.removeNode("r1n1");
        world.writesComeThrough().settle();
        assertThat(world.nodesOf(train)).hasSize(2).doesNotContain("r1n1");
    }

    @Test
    void aSuspendedJobHoldsNothingOnceItsPodsAreGone() {
        Job train = job("acme", "train", 8, 8);
        world.start(train);
        world.terminationHangs = true;
        world.withdraw(train).settle();
        Job next = job("acme", "next", 8, 8).createdAt(1);
        world.start(next);
        assertThat(world.isPlaced(next)).isFalse();
        world.terminated().settle();
        assertThat(world.isPlaced(next)).isTrue();
        assertThat(world.scheduler.gang(train.id())).isEmpty();
    }

    @Test
    void aJobThatIsResumedWhileItsOldPodsTerminateStartsWhenTheyAreGone() {
        Job train = job("acme", "train", 4, 8);
        world.start(train);
        world.terminationHangs = true;
        world.withdraw(train).settle();
        world.start(train);
        assertThat(world.decided(Decision.Record.class, train)).isEqualTo(1);
        world.terminated().settle();
        assertThat(world.decided(Decision.Record.class, train)).isEqualTo(2);
        assertThat(world.podsOf(train, PodFacts.State.BOUND)).hasSize(4);
    }

    @Test
    void podsThatOutliveTheirSuspendedJobAreThereWhenItIsResumed() {
        Job train = job("acme", "train", 2, 8);
        world.submit(train).arrive(train, 2);
        world.scheduler.withdraw(train.id());
        world.settle();
        world.scheduler.submit(train.spec());
        world.settle();
        assertThat(world.podsOf(train, PodFacts.State.BOUND)).hasSize(2);
    }

    @Test
    void podsAreSeenBeforeTheirGang() {
        Job train = job("acme", "train", 2, 8);
        world.arrive(train, 2).settle();
        assertThat(world.log).isEmpty();
        world.submit(train).settle();
        assertThat(world.podsOf(train, PodFacts.State.BOUND)).hasSize(2);
    }

    @Test
    void aPodOnANodeWithoutASeatIsCountedAsNobodysUntilItIsGone() {
        Job train = job("acme", "train", 1, 8);
        world.submit(train);
        Pod forced = world.arrive(train, -1, PodFacts.State.HELD, "example.com/x");
        forced.state = PodFacts.State.BOUND;
        forced.node = java.util.Optional.of("r1n1");
        world.tell(forced);
        Job all = job("acme", "all", 8, 8).createdAt(1);
        world.start(all);
        assertThat(world.isPlaced(all)).isFalse();
        world.gone(forced);
        world.settle();
        assertThat(world.isPlaced(all)).isTrue();
    }

    @Test
    void aJobThatIsMadeSmallerGivesUpItsFreeSeats() {
        Job train = job("acme", "train", 8, 8).elasticFrom(2);
        world.start(train);
        world.submit(train.pods(4));
        world.podsOf(train.id()).subList(4, 8).forEach(world::finish);
        world.settle();
        assertThat(world.view(train).seats()).isEqualTo(4);
        Job next = job("acme", "next", 4, 8).createdAt(1);
        world.start(next);
        assertThat(world.isPlaced(next)).isTrue();
    }
}
