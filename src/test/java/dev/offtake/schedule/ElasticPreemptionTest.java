package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.contract.Commitment;
import dev.offtake.contract.Interval;
import dev.offtake.contract.Lending;
import dev.offtake.contract.Tranche;
import dev.offtake.fleet.Requirement;
import dev.offtake.placement.Claimant;
import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * An elastic gang gives work of higher priority on its commitment the pods that it can do without, before it is evicted.
 * The pool has two racks of four nodes of 8 GPUs.
 */
class ElasticPreemptionTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final World world = World.h100(2);
    /** Four pods, each on a node, and no fewer than two. */
    private final Job elastic =
            job("acme", "elastic", 4, 8).createdAt(1).elasticFrom(2).sparesPods();

    private void contract(int quantity, String unit) {
        world.contract(
                Site.contract("acme", "acme", Site.preempting(Site.commitment("base", Site.H100, quantity, unit, 0))));
    }

    private void contract(int nodes, Lending lending) {
        Tranche all = new Tranche("all", nodes, new Interval(Site.START, Site.END));
        world.contract(Site.contract(
                "acme", "acme", new Commitment("base", Site.H100, "node", List.of(all), 0, lending, true, false)));
    }

    private Job run(Job job) {
        world.start(job);
        assertThat(world.nodesOf(job))
                .as("nodes of %s", job.id())
                .hasSize(job.podSet().count());
        return job;
    }

    private static Job urgent(int pods) {
        return job("acme", "urgent", pods, 8).createdAt(100).priority(5);
    }

    private void assertShrunkTo(Job job, int pods) {
        assertThat(world.nodesOf(job)).as("pods of %s", job.id()).hasSize(pods);
        assertThat(world.view(job).seats()).as("seats of %s", job.id()).isEqualTo(pods);
        assertThat(world.decided(Decision.Evict.class, job)).isZero();
    }

    private List<Decision.Shrink> shrinks(Job job) {
        return world.log.stream()
                .filter(d -> d.gang().equals(job.id()))
                .flatMap(d -> d instanceof Decision.Shrink shrink ? Stream.of(shrink) : Stream.empty())
                .toList();
    }

    private static NodeFilter only(String node) {
        return new NodeFilter(
                List.of(new Requirement("kubernetes.io/hostname", Requirement.Operator.IN, List.of(node))),
                List.of(),
                List.of());
    }

    // --- Who goes --------------------------------------------------------------------------------------------------

    @Test
    void itGivesWhatHigherPriorityNeedsAndGoesOnWithTheOthers() {
        contract(4, "node");
        run(elastic);

        run(urgent(1));

        assertShrunkTo(elastic, 3);
        assertThat(shrinks(elastic)).singleElement().satisfies(shrink -> {
            assertThat(shrink.pods()).hasSize(1);
            assertThat(shrink.reason().numbers()).containsEntry(Reason.PRIORITY, "5");
        });
        assertThat(world.code(elastic)).as("its fourth pod waits").isEqualTo(Reason.Code.QUOTA_REACHED);
    }

    @Test
    void itGrowsAgainWhenTheOtherHasEnded() {
        contract(4, "node");
        run(elastic);
        Job urgent = run(urgent(2));
        assertShrunkTo(elastic, 2);

        world.withdraw(urgent).settle();

        assertThat(world.nodesOf(elastic)).hasSize(4);
    }

    @Test
    void itIsEvictedWhereItsLeastIsNeededToo() {
        contract(4, "node");
        run(elastic);

        run(urgent(3));

        assertThat(world.decided(Decision.Evict.class, elastic)).isEqualTo(1);
        assertThat(world.decided(Decision.Shrink.class, elastic)).isZero();
    }

    @Test
    void oneThatCannotSpareSinglePodsGoesAsAWholeAndSaysSo() {
        contract(4, "node");
        Job charged = run(job("acme", "charged", 4, 8).createdAt(1).elasticFrom(2));

        run(urgent(1));

        assertThat(world.log)
                .filteredOn(d -> d instanceof Decision.Evict && d.gang().equals(charged.id()))
                .singleElement()
                .satisfies(d -> assertThat(((Decision.Evict) d).reason().numbers())
                        .containsEntry(Reason.SPARES_PODS, "false")
                        .containsEntry(Reason.PRIORITY, "5"));
    }

    @Test
    void partsOfSlicesAreOfNoUseSoTheyGoAsAWhole() {
        contract(4, "node");
        Job sliced = run(elastic.slice("rack", 2));
        run(urgent(2));
        assertThat(world.decided(Decision.Evict.class, sliced)).isEqualTo(1);
    }

    @Test
    void severalGiveAFewEachRatherThanThatOneIsEvicted() {
        contract(6, "node");
        Job one = run(job("acme", "one", 3, 8).createdAt(1).elasticFrom(2).sparesPods());
        Job two = run(job("acme", "two", 3, 8).createdAt(1).elasticFrom(2).sparesPods());

        run(urgent(2));

        assertShrunkTo(one, 2);
        assertShrunkTo(two, 2);
    }

    @Test
    void anotherGangGoesRatherThanPartsThatHaveMoreToLose() {
        contract(5, "node");
        run(elastic);
        world.later(HOUR.multipliedBy(10));
        Job young = run(job("acme", "young", 1, 8).createdAt(2));

        run(urgent(1));

        assertThat(world.decided(Decision.Evict.class, young)).isEqualTo(1);
        assertThat(world.nodesOf(elastic)).hasSize(4);
    }

    @Test
    void partsGoRatherThanAnotherGangThatHasMoreToLose() {
        contract(5, "node");
        Job old = run(job("acme", "old", 1, 8).createdAt(1));
        world.later(HOUR.multipliedBy(10));
        run(elastic);

        run(urgent(1));

        assertThat(world.isPlaced(old)).isTrue();
        assertShrunkTo(elastic, 3);
    }

    @Test
    void whichOfItsPodsGoIsUpToWhereTheOtherHasToBe() {
        contract(4, "node");
        run(elastic);
        String there = world.nodesOf(elastic).get(1);

        Job urgent = run(urgent(1).filter(only(there)));

        assertThat(world.nodesOf(urgent)).containsExactly(there);
        assertShrunkTo(elastic, 3);
    }

    @Test
    void whatGrewLastGoesFirst() {
        contract(4, "node");
        Job early = run(job("acme", "early", 2, 8).createdAt(1).priority(9));
        world.start(elastic);
        List<String> first = world.nodesOf(elastic);
        assertThat(first).hasSize(2);
        world.later(HOUR).withdraw(early).settle();
        assertThat(world.nodesOf(elastic)).hasSize(4);
        world.later(HOUR);

        run(urgent(2));

        assertThat(world.nodesOf(elastic)).containsExactlyElementsOf(first);
    }

    /** Three nodes are its own, and two more lent. */
    @Test
    void ofWhatIsItsOwnItKeepsItsLeastWhateverItBorrowsBeside() {
        contract(3, "node");
        world.contract(Site.contract("owner", "owner", Site.commitment("base", Site.H100, 5, "node", 0)));
        Job mixed = job("acme", "mixed", 5, 8)
                .createdAt(1)
                .elasticFrom(2)
                .tiers(Tier.RESERVED, Tier.SPOT)
                .sparesPods();
        run(mixed);

        run(urgent(1));

        assertThat(world.decided(Decision.Evict.class, mixed)).isZero();
        assertThat(world.podsOf(mixed, PodFacts.State.BOUND).stream()
                        .filter(pod -> pod.claim.orElseThrow().tier() == Tier.RESERVED))
                .hasSize(2);

        run(job("acme", "more", 1, 8).createdAt(101).priority(5));

        assertThat(world.decided(Decision.Evict.class, mixed)).isEqualTo(1);
    }

    @Test
    void ofACommitmentInRacksItGivesWholeRacks() {
        contract(2, "rack");
        Job wide = run(job("acme", "wide", 8, 8).createdAt(1).elasticFrom(3).sparesPods());

        run(urgent(1));

        assertThat(world.decided(Decision.Evict.class, wide)).isZero();
        assertThat(world.nodesOf(wide)).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void onDemandWorkGivesItsPartsToo() {
        world.contract(
                Site.contract("acme", "acme", Site.preempting(Site.commitment("base", Site.H100, 0, "node", 32))));
        run(elastic.tiers(Tier.ON_DEMAND));
        run(urgent(2).tiers(Tier.ON_DEMAND));
        assertShrunkTo(elastic, 2);
    }

    @Test
    void equalPrioritiesTakeNothing() {
        contract(4, "node");
        run(elastic.priority(5));
        Job other = urgent(1);
        world.start(other);
        assertThat(world.code(other)).isEqualTo(Reason.Code.QUOTA_REACHED);
        assertThat(world.nodesOf(elastic)).hasSize(4);
    }

    @Test
    void nothingOfItGoesBeforeItHasRunForMinRuntime() {
        contract(4, new Lending(true, Duration.ofMinutes(5), HOUR));
        run(elastic);
        Job urgent = urgent(1);
        world.start(urgent);
        assertThat(world.isPlaced(urgent)).isFalse();

        world.later(HOUR);

        assertShrunkTo(elastic, 3);
        assertThat(world.nodesOf(urgent)).hasSize(1);
        assertThat(shrinks(elastic).get(0).deadline()).isEqualTo(world.now.plus(Duration.ofMinutes(5)));
    }

    // --- How it is carried out -------------------------------------------------------------------------------------

    @Test
    void nobodyHasWhatItLeavesBeforeItsPodsAreGone() {
        contract(4, "node");
        run(elastic);
        world.terminationHangs = true;
        Job urgent = urgent(1);
        world.start(urgent);

        assertThat(world.code(urgent)).isEqualTo(Reason.Code.RECLAIMING);
        assertThat(world.view(urgent).waiting().orElseThrow().numbers()).containsEntry(Reason.PRIORITY, "5");
        assertThat(world.scheduler.cluster().quotas().isWithinQuota(new Claimant("acme/base", Tier.RESERVED)))
                .isTrue();
        Job next = job("acme", "next", 1, 8).createdAt(200);
        world.start(next);
        assertThat(world.code(next)).isEqualTo(Reason.Code.QUOTA_REACHED);

        world.terminated().settle();
        assertThat(world.nodesOf(urgent)).hasSize(1);
        assertShrunkTo(elastic, 3);
        assertThat(world.code(next)).isEqualTo(Reason.Code.QUOTA_REACHED);
    }

    @Test
    void afterARestartNoMoreGoesThanThePlanSays() {
        contract(4, "node");
        run(elastic);
        world.terminationHangs = true;
        Job urgent = urgent(1);
        world.start(urgent);

        world.restart().settle();

        assertThat(world.code(urgent)).isEqualTo(Reason.Code.RECLAIMING);
        assertThat(shrinks(elastic).stream().flatMap(s -> s.pods().stream()).distinct())
                .hasSize(1);
        world.terminated().settle();
        assertThat(world.nodesOf(urgent)).hasSize(1);
        assertShrunkTo(elastic, 3);
    }

    @Test
    void aSeatThatWasLeftIsNotTakenAgainAfterARestart() {
        contract(4, "node");
        run(elastic);
        world.terminationHangs = true;
        Job urgent = urgent(1);
        world.start(urgent);
        // The pod is gone, and no record says so yet.
        world.recordsHang = true;
        world.terminated().settle();

        world.restart();
        world.recordsHang = false;
        world.settle();

        assertThat(world.nodesOf(urgent)).hasSize(1);
        assertShrunkTo(elastic, 3);
        assertThat(world.decided(Decision.PlanFailed.class, urgent)).isZero();
    }

    @Test
    void itKeepsWhatNobodyComesForAnyMore() {
        contract(4, "node");
        run(elastic);
        world.recordsHang = true;
        Job urgent = urgent(1);
        world.start(urgent);

        world.withdraw(urgent).writesComeThrough().settle();

        assertShrunkTo(elastic, 4);
        assertThat(shrinks(elastic)).isEmpty();
        Job next = job("acme", "next", 1, 8).createdAt(200);
        world.start(next);
        assertThat(world.code(next)).isEqualTo(Reason.Code.QUOTA_REACHED);
    }

    @Test
    void thePodThatLeftForOneWhoWithdrewIsFollowedByAnother() {
        contract(4, "node");
        run(elastic);
        world.terminationHangs = true;
        Job urgent = urgent(1);
        world.start(urgent);

        world.withdraw(urgent).settle();
        world.terminated().settle();

        assertShrunkTo(elastic, 4);
    }

    @Test
    void aPodThatCouldNotBeTakenBackIsToldAgain() {
        contract(4, "node");
        run(elastic);
        world.shrinksThatFail = 1;
        run(urgent(1));
        assertThat(shrinks(elastic)).hasSize(2);
        assertShrunkTo(elastic, 3);
    }

    @Test
    void thePlanFailsWhereThePodsAreNotGoneInTimeAndWhatTheyHaveIsItsOwnAgain() {
        contract(4, "node");
        run(elastic);
        world.terminationHangs = true;
        Job urgent = urgent(1);
        world.start(urgent);

        world.later(Duration.ofMinutes(10));

        assertThat(world.decided(Decision.PlanFailed.class, urgent)).isPositive();
        assertThat(world.scheduler.cluster().quotas().isWithinQuota(new Claimant("acme/base", Tier.RESERVED)))
                .isTrue();
        world.terminated().settle();
        assertThat(world.nodesOf(urgent)).hasSize(1);
        assertShrunkTo(elastic, 3);
    }

    @Test
    void whoComesNextTakesMoreOfItWhenItHasGivenTheFirst() {
        contract(4, "node");
        run(elastic);
        world.terminationHangs = true;
        world.start(urgent(1));
        Job more = job("acme", "more", 1, 8).createdAt(101).priority(5);
        world.start(more);

        world.terminated().settle();

        assertThat(world.nodesOf(more)).hasSize(1);
        assertShrunkTo(elastic, 2);
    }

    @Test
    void whatItIsToLeaveMayFailMeanwhile() {
        contract(4, "node");
        run(elastic);
        world.recordsHang = true;
        Job urgent = urgent(1);
        world.start(urgent);
        Plan.Part part = world.workloads
                .get(urgent.id())
                .pending
                .orElseThrow()
                .plan()
                .orElseThrow()
                .parts()
                .get(0);
        world.finish(world.pods.get(part.pods().get(0)));

        world.writesComeThrough().settle();

        assertThat(world.nodesOf(urgent)).hasSize(1);
        assertShrunkTo(elastic, 3);
        assertThat(shrinks(elastic)).isEmpty();
    }
}
