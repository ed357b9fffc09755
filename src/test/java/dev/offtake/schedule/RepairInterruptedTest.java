package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.contract.Commitment;
import dev.offtake.contract.Interval;
import dev.offtake.contract.Lending;
import dev.offtake.contract.Tranche;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens to gangs that run while others have to leave them the seats that they lack: two racks of four nodes. */
class RepairInterruptedTest {
    private static final Duration NOTICE = Duration.ofMinutes(30);

    private final Job own = job("owner", "own", 3, 8);
    private final Job guest = job("guest", "guest", 5, 8).tiers(Tier.SPOT);
    private final World world = World.h100(2);

    RepairInterruptedTest() {
        promise("owner", 3, new Lending(true, NOTICE, Duration.ZERO), false);
        world.contract(Site.contract("guest", 1, "gpu"));
    }

    private void promise(String tenant, int nodes, Lending lending, boolean preempts) {
        Tranche all = new Tranche("all", nodes, new Interval(Site.START, Site.END));
        world.contract(Site.contract(
                tenant, tenant, new Commitment("base", Site.H100, "node", List.of(all), 0, lending, preempts, false)));
    }

    private List<Pod> on(Job job, String node) {
        return world.podsOf(job.id()).stream()
                .filter(pod -> pod.node.filter(node::equals).isPresent())
                .toList();
    }

    private void lose(Job job) {
        lose(job, world.nodesOf(job).get(0));
    }

    private void lose(Job job, String node) {
        List<Pod> pods = on(job, node);
        world.removeNode(node);
        pods.forEach(world::gone);
        world.arrive(job, pods.size());
    }

    private void fail(Job job, String node) {
        List<Pod> pods = on(job, node);
        pods.forEach(world::gone);
        world.arrive(job, pods.size());
    }

    /** The owner has lost a node, and the guest has half an hour to leave another one. */
    private void reclaim() {
        world.start(own).start(guest).later(Duration.ofHours(1));
        world.terminationHangs = true;
        lose(own);
        world.settle();
        assertThat(world.code(own)).isEqualTo(Reason.Code.RECLAIMING);
        assertThat(world.podsOf(own, PodFacts.State.BOUND)).hasSize(2);
    }

    @Test
    void aPodThatFailsMeanwhileIsFollowedByAnotherAtOnce() {
        reclaim();
        String node = world.nodesOf(own).get(0);

        fail(own, node);
        world.settle();

        assertThat(world.podsOf(own, PodFacts.State.BOUND)).hasSize(2);
        assertThat(world.code(own)).isEqualTo(Reason.Code.RECLAIMING);
        world.terminated().settle();
        assertThat(world.podsOf(own, PodFacts.State.BOUND)).hasSize(3);
    }

    @Test
    void aGangAllOfWhosePodsFailMeanwhileHasItsPlaceStill() {
        reclaim();
        List<String> nodes = List.copyOf(world.nodesOf(own));
        world.releasesHang = true;
        nodes.forEach(node -> fail(own, node));

        world.later(Duration.ofHours(1));

        assertThat(world.decided(Decision.PlanFailed.class, own)).isZero();
        world.writesComeThrough().settle();
        assertThat(world.nodesOf(own)).containsAll(nodes);
    }

    @Test
    void aRestartAndAVictimThatStaysLeaveTheGangWhatItHas() {
        reclaim();

        world.restart().settle();
        world.later(Duration.ofHours(1));
        assertThat(world.podsOf(own, PodFacts.State.BOUND)).hasSize(2);
        world.terminated().settle();

        assertThat(world.podsOf(own, PodFacts.State.BOUND)).hasSize(3);
    }

    @Test
    void anotherNodeIsLostMeanwhile() {
        reclaim();

        lose(own);
        world.settle();
        assertThat(world.podsOf(own, PodFacts.State.BOUND)).hasSize(1);
        world.terminated().settle().later(Duration.ofHours(1));

        assertThat(world.podsOf(own, PodFacts.State.BOUND)).hasSize(3);
    }

    @Test
    void theVictimEndsByItself() {
        reclaim();
        world.withdraw(guest).terminated().settle();
        assertThat(world.podsOf(own, PodFacts.State.BOUND)).hasSize(3);
    }

    @Test
    void theGangIsOverMeanwhile() {
        reclaim();
        world.withdraw(own).settle();
        world.terminated().settle().later(Duration.ofHours(1));
        assertThat(world.gpusInUse().values().stream().mapToInt(i -> i).sum()).isEqualTo(40);
    }

    @Test
    void theGangAsksForLessMeanwhile() {
        reclaim();
        world.submit(own.pods(2)).settle();
        world.terminated().settle().later(Duration.ofHours(1));
        assertThat(world.podsOf(own, PodFacts.State.BOUND)).hasSize(2);
        assertThat(world.isPlaced(guest)).isTrue();
    }

    @Test
    void theContractIsRemovedMeanwhile() {
        reclaim();
        world.removeContract("owner").settle();
        world.later(Duration.ofHours(1));
        world.terminated().settle();
        assertThat(world.podsOf(own, PodFacts.State.BOUND)).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void theSchedulerRefusesAnotherPodMeanwhile() {
        world.start(own).start(guest).later(Duration.ofHours(1));
        world.terminationHangs = true;
        String refusing = world.nodesOf(own).get(1);
        lose(own);
        world.settle();
        world.refusing.add(refusing);
        fail(own, refusing);
        world.settle().later(Duration.ofMinutes(1));
        world.terminated().settle().later(Duration.ofHours(2));
        assertThat(world.podsOf(own, PodFacts.State.BOUND)).hasSize(3);
    }

    @Test
    void whoIsRefusedWhileItsPlanIsWrittenBeginsAnewWithoutIt() {
        world.start(own).start(guest).later(Duration.ofHours(1));
        world.terminationHangs = true;
        String refusing = world.nodesOf(own).get(1);
        world.refusing.add(refusing);
        fail(own, refusing);
        world.settle();
        world.recordsHang = true;
        lose(own);
        world.settle();
        world.later(Duration.ofMinutes(1));
        world.withdraw(guest).writesComeThrough().terminated().settle();

        assertThat(world.podsOf(own, PodFacts.State.BOUND)).hasSize(3);
        assertThat(world.log.stream()
                        .filter(d -> d instanceof Decision.Record && d.gang().equals(own.id()))
                        .map(Decision.Record.class::cast)
                        .map(record -> record.plan().isPresent()))
                .containsExactly(false, true, false);
    }

    @Test
    void growthIsAskedAgainWhenNobodyIsProtectedAnyMore() {
        Lending lending = new Lending(true, Duration.ZERO, Duration.ofMinutes(10));
        promise("owner", 2, lending, false);
        Job elastic = job("owner", "elastic", 3, 8).elasticFrom(2);
        world.start(elastic).start(guest.pods(6));
        promise("owner", 3, lending, false);
        world.decide();
        assertThat(world.podsOf(elastic, PodFacts.State.BOUND)).hasSize(2);

        assertThat(world.scheduler.nextWake()).contains(Site.START.plus(Duration.ofMinutes(10)));
        world.later(Duration.ofMinutes(10));

        assertThat(world.podsOf(elastic, PodFacts.State.BOUND)).hasSize(3);
    }

    @Test
    void whoIsAboutToGoForHigherPriorityTakesNothingBack() {
        promise("owner", 3, new Lending(true, NOTICE, Duration.ZERO), true);
        world.start(own).start(guest).later(Duration.ofHours(1));
        Job senior = job("owner", "senior", 2, 8).priority(7);
        world.recordsHang = true;
        world.start(senior);
        List<String> planned = world.workloads.get(senior.id()).seats();
        lose(
                own,
                world.nodesOf(own).stream()
                        .filter(node -> !planned.contains(node))
                        .findFirst()
                        .orElseThrow());
        world.settle();
        world.writesComeThrough().settle().later(NOTICE).later(NOTICE);

        assertThat(world.podsOf(senior, PodFacts.State.BOUND)).hasSize(2);
        assertThat(world.log)
                .filteredOn(d ->
                        d instanceof Decision.Evict evict && evict.claimant().equals(own.id()))
                .isEmpty();
    }

    @Test
    void whoLeavesIsToldOfTheSeatsAloneThatHeLeaves() {
        world.start(own).start(guest).later(Duration.ofHours(1));
        world.releasesHang = true;
        fail(own, world.nodesOf(own).get(0));
        lose(own);
        world.settle();
        world.writesComeThrough().settle();

        assertThat(world.log)
                .filteredOn(d -> d instanceof Decision.Evict)
                .singleElement()
                .satisfies(
                        d -> assertThat(((Decision.Evict) d).reason().numbers()).containsEntry("gpus", "8"));
    }

    @Test
    void whatTheDurableRecordSaysIsNobodyElsesUntilTheNextOneIsDurable() {
        world.start(own).start(guest).later(Duration.ofHours(1));
        String left = world.nodesOf(own).get(0);
        world.node(left, node -> Site.cordoned(node, true));
        fail(own, left);
        world.recordsHang = true;
        world.settle();
        assertThat(world.workloads.get(own.id()).pending.orElseThrow().plan()).isPresent();
        world.withdraw(guest).node(left, node -> Site.cordoned(node, false));
        world.recordsThatFail = 1;
        world.writesComeThrough();
        world.recordsHang = true;

        Job next = job("guest", "next", 5, 8).tiers(Tier.SPOT);
        world.start(next);
        assertThat(Workload.seats(world.workloads.get(own.id()).durable)).contains(left);
        assertThat(world.workloads.get(next.id()).seats()).isEmpty();
        world.writesComeThrough().settle();

        assertThat(world.nodesOf(own)).doesNotContain(left);
        assertThat(world.nodesOf(next)).contains(left);
    }
}
