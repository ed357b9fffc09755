package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A kube-scheduler that refuses. */
class RefusedTest {
    private final World world = World.h100(2).contract(Site.contract("acme", 64, "gpu"));
    private final Job train = job("acme", "train", 2, 8);

    @Test
    void aRefusalThatPassesByItselfIsNotRolledBack() {
        world.refusing.add("r1n1");
        world.start(train);
        world.later(Scheduler.REFUSAL_GRACE.minusMillis(1));
        Pod refused = world.podsOf(train, PodFacts.State.REFUSED).get(0);
        refused.state = PodFacts.State.BOUND;
        world.tell(refused);
        world.later(Duration.ofMinutes(1));
        assertThat(world.decided(Decision.RollBack.class, train)).isZero();
    }

    @Test
    void aRefusedGangIsTakenBackAndPlacedWithoutTheNodesThatWereRefused() {
        world.refusing.add("r1n1");
        world.start(train);
        assertThat(world.scheduler.nextWake()).contains(world.now.plus(Scheduler.REFUSAL_GRACE));
        world.terminationHangs = true;
        world.later(Scheduler.REFUSAL_GRACE);
        assertThat(world.log)
                .contains(new Decision.RollBack(
                        train.id(), "node(s) had volume node affinity conflict", List.of("r1n1")));
        assertThat(world.view(train).rollingBack()).isTrue();
        assertThat(world.code(train)).isEqualTo(Reason.Code.REFUSED_BY_SCHEDULER);
        assertThat(world.decided(Decision.RolledBack.class, train)).isZero();
        world.terminated().settle();
        assertThat(world.decided(Decision.RolledBack.class, train)).isEqualTo(1);
        assertThat(world.nodesOf(train)).hasSize(2).doesNotContain("r1n1");
        assertThat(world.decided(Decision.RollBack.class, train)).isEqualTo(1);
    }

    @Test
    void podsThatComeWhileTheirGangIsTakenBackAreNotReleased() {
        world.refusing.add("r1n1");
        world.start(train);
        world.terminationHangs = true;
        world.finish(world.podsOf(train, PodFacts.State.BOUND).get(0));
        world.now = world.now.plus(Scheduler.REFUSAL_GRACE);
        world.arrive(train, 1);
        world.settle();
        assertThat(world.decided(Decision.RollBack.class, train)).isEqualTo(1);
        assertThat(world.podsOf(train, PodFacts.State.GATED)).hasSize(0);
        assertThat(world.decided(Decision.Release.class, train)).isEqualTo(2);
    }

    @Test
    void theRefusalIsTheReasonWhileThereIsNoOtherNode() {
        world.nodes.keySet().stream().filter(n -> !n.equals("r1n1")).toList().forEach(world::removeNode);
        world.refusing.add("r1n1");
        Job one = job("acme", "one", 1, 8);
        world.start(one).later(Scheduler.REFUSAL_GRACE);
        assertThat(world.decided(Decision.RolledBack.class, one)).isEqualTo(1);
        assertThat(world.code(one)).isEqualTo(Reason.Code.REFUSED_BY_SCHEDULER);
        assertThat(world.view(one).waiting().orElseThrow().numbers())
                .containsEntry("node", "r1n1")
                .containsEntry("words", "node(s) had volume node affinity conflict");
        assertThat(world.decided(Decision.Explain.class, one)).isEqualTo(1);
        world.rack("r3").settle();
        assertThat(world.nodesOf(one)).hasSize(1).doesNotContain("r1n1");
    }

    @Test
    void aNodeThatIsMadeAnewIsNotAvoided() {
        world.nodes.keySet().stream().filter(n -> !n.equals("r1n1")).toList().forEach(world::removeNode);
        world.refusing.add("r1n1");
        Job one = job("acme", "one", 1, 8);
        world.start(one).later(Scheduler.REFUSAL_GRACE);
        world.refusing.clear();
        world.removeNode("r1n1").settle();
        world.node(Site.node(Site.H100, "r1", "r1n1")).settle();
        assertThat(world.nodesOf(one)).containsExactly("r1n1");
    }

    @Test
    void aNodeThatRefusedIsTriedAgainAfterAWhile() {
        World single = single();
        single.refusing.add("r1n1");
        Job one = job("acme", "one", 1, 8);
        single.start(one).later(Scheduler.REFUSAL_GRACE);
        assertThat(single.code(one)).isEqualTo(Reason.Code.REFUSED_BY_SCHEDULER);
        single.refusing.clear();

        assertThat(single.scheduler.nextWake()).contains(single.now.plus(Refusals.FIRST));
        single.later(Refusals.FIRST.minusMillis(1));
        assertThat(single.isPlaced(one)).isFalse();
        single.later(Duration.ofMillis(1));
        assertThat(single.nodesOf(one)).containsExactly("r1n1");
    }

    @Test
    void aNodeThatGoesOnRefusingIsTriedMoreAndMoreRarely() {
        World single = single();
        single.refusing.add("r1n1");
        Job one = job("acme", "one", 1, 8);
        single.start(one);
        passes(single, Duration.ofDays(1));
        assertThat(single.decided(Decision.RollBack.class, one)).isBetween(80L, 100L);
    }

    @Test
    void aGangThatIsRefusedEverywhereRestsAndLetsOthersUseItsQuota() {
        World large = World.h100(30).contract(Site.contract("acme", 8, "gpu"));
        large.refusing.addAll(large.nodes.keySet());
        Job broken = job("acme", "broken", 1, 8);
        Job other = job("acme", "other", 1, 8).createdAt(1);
        large.start(broken).start(other);
        assertThat(large.isPlaced(other)).isFalse();

        passes(large, Duration.ofMinutes(2));
        assertThat(large.decided(Decision.RollBack.class, broken)).isEqualTo(Refusals.QUICK + 1);
        assertThat(large.code(broken)).isEqualTo(Reason.Code.REFUSED_BY_SCHEDULER);
        assertThat(large.decided(Decision.Release.class, other)).isPositive();
        large.withdraw(other).settle();
        passes(large, Duration.ofHours(2));
        assertThat(large.decided(Decision.RollBack.class, broken)).isLessThan(Refusals.QUICK + 15);
        large.refusing.clear();
        passes(large, Refusals.MOST);
        assertThat(large.nodesOf(broken)).hasSize(1);
    }

    @Test
    void podsOfOneMakerAreSparedTheNodesThatRefusedThoseBefore() {
        World pair = single().node(Site.node(Site.H100, "r1", "r1n2"));
        pair.refusing.add("r1n1");
        pair.contract(Site.contract("acme", 16, "gpu"));
        Job first = Job.lonePod("acme", "first", 8).madeBy("replicaset");
        pair.start(first).later(Scheduler.REFUSAL_GRACE);
        assertThat(pair.decided(Decision.RollBack.class, first)).isEqualTo(1);

        Job successor = Job.lonePod("acme", "second", 8).madeBy("replicaset");
        pair.start(successor);
        assertThat(pair.nodesOf(successor)).containsExactly("r1n2");
        Job third = Job.lonePod("acme", "third", 8).madeBy("replicaset");
        pair.start(third);
        assertThat(pair.isPlaced(third)).isFalse();
        pair.refusing.clear();
        Job stranger = Job.lonePod("acme", "stranger", 8).madeBy("other");
        pair.start(stranger);
        assertThat(pair.nodesOf(stranger)).containsExactly("r1n1");
        pair.gone(pair.podsOf(stranger.id()).get(0));
        pair.later(Refusals.FIRST);
        assertThat(pair.nodesOf(third)).containsExactly("r1n1");
    }

    @Test
    void whatIsRefusedToSeveralPodsOfAMakerAtOnceCountsOnce() {
        World single = single().contract(Site.contract("acme", 8, "gpu"));
        single.refusing.add("r1n1");
        List<Job> pods = IntStream.range(0, 8)
                .mapToObj(i -> Job.lonePod("acme", "pod-" + i, 1).madeBy("replicaset"))
                .toList();
        pods.forEach(single::start);
        single.later(Scheduler.REFUSAL_GRACE);
        single.refusing.clear();

        Job successor = Job.lonePod("acme", "successor", 1).madeBy("replicaset");
        single.start(successor).later(Refusals.FIRST);
        assertThat(single.nodesOf(successor)).containsExactly("r1n1");
    }

    /** One node, r1n1. */
    private static World single() {
        World single = World.h100(1).contract(Site.contract("acme", 64, "gpu"));
        single.removeNode("r1n2").removeNode("r1n3").removeNode("r1n4");
        return single;
    }

    /** The loop wakes when there is something to do. */
    private static void passes(World world, Duration duration) {
        Instant end = world.now.plus(duration);
        while (world.scheduler.nextWake().filter(wake -> !wake.isAfter(end)).isPresent()) {
            world.at(world.scheduler.nextWake().orElseThrow());
        }
        world.at(end);
    }

    @Test
    void aRefusedLonePodIsTakenBackAndLeavesNothing() {
        world.refusing.add("r1n1");
        Job pod = Job.lonePod("acme", "uid", 8);
        world.start(pod).later(Scheduler.REFUSAL_GRACE);
        assertThat(world.decided(Decision.RollBack.class, pod)).isEqualTo(1);
        assertThat(world.scheduler.gang(pod.id())).isEmpty();
    }
}
