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
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Work of higher priority evicts work of lower priority on its commitment, where the contract says so. */
class PreemptionTest {
    private static final Duration HOUR = Duration.ofHours(1);

    /** Two racks of four nodes of eight GPUs. */
    private final World world = World.h100(2);

    private World contract(String tenant, int quantity, String unit) {
        return world.contract(
                Site.contract(tenant, tenant, Site.preempting(Site.commitment("base", Site.H100, quantity, unit, 0))));
    }

    private Job run(Job job) {
        world.start(job);
        assertThat(world.isPlaced(job)).as("%s runs", job.id()).isTrue();
        return job;
    }

    /** All nodes but theirs fail. */
    private void loseNodesWithout(List<Job> jobs) {
        List<String> held =
                jobs.stream().flatMap(job -> world.nodesOf(job).stream()).toList();
        world.nodes.keySet().stream()
                .filter(node -> !held.contains(node))
                .toList()
                .forEach(node -> world.node(node, facts -> Site.ready(facts, false)));
    }

    private Plan plan(Job job) {
        return world.log.stream()
                .filter(d -> d instanceof Decision.Record record
                        && record.gang().equals(job.id())
                        && record.plan().isPresent())
                .map(d -> ((Decision.Record) d).plan().orElseThrow())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theCheapestOfLowerPriorityGoesAndWaitsWithItsAge() {
        contract("acme", 2, "node");
        Job old = run(job("acme", "old", 1, 8).createdAt(1).priority(1));
        world.later(HOUR);
        Job young = run(job("acme", "young", 1, 8).createdAt(2).priority(1));
        world.later(HOUR);
        Job urgent = job("acme", "urgent", 1, 8).createdAt(3).priority(5);

        world.start(urgent);

        assertThat(plan(urgent).victims()).containsExactly(young.id());
        assertThat(world.isPlaced(urgent)).isTrue();
        assertThat(world.isPlaced(old)).isTrue();
        assertThat(world.isPlaced(young)).isFalse();
        assertThat(world.decided(Decision.Evict.class, young)).isEqualTo(1);
        assertThat(world.decided(Decision.Evict.class, old)).isZero();

        // It goes before one of its priority that came later.
        world.start(job("acme", "later", 1, 8).createdAt(4).priority(1));
        world.withdraw(urgent).terminated().settle();
        world.arrive(young, 1).settle();
        assertThat(world.isPlaced(young)).isTrue();
    }

    @Test
    void nobodyIsEvictedWhereTheContractDoesNotSaySo() {
        world.contract(Site.contract("acme", 1, "node"));
        run(job("acme", "low", 1, 8).createdAt(1));
        Job urgent = job("acme", "urgent", 1, 8).createdAt(2).priority(5);
        world.start(urgent);
        assertThat(world.code(urgent)).isEqualTo(Reason.Code.QUOTA_REACHED);
    }

    @Test
    void equalPrioritiesNeverEvictEachOther() {
        contract("acme", 1, "node");
        run(job("acme", "one", 1, 8).createdAt(1).priority(5));
        Job other = job("acme", "other", 1, 8).createdAt(2).priority(5);
        world.start(other);
        assertThat(world.code(other)).isEqualTo(Reason.Code.QUOTA_REACHED);
    }

    @Test
    void whoWaitsHearsThatOneThatRunsIsOfLowerPriorityNow() {
        contract("acme", 1, "node");
        Job one = run(job("acme", "one", 1, 8).createdAt(1).priority(5));
        Job other = job("acme", "other", 1, 8).createdAt(2).priority(3);
        world.start(other);
        assertThat(world.code(other)).isEqualTo(Reason.Code.QUOTA_REACHED);
        world.submit(one.priority(1)).settle();
        assertThat(world.isPlaced(other)).isTrue();
    }

    @Test
    void otherCommitmentsAreLeftAlone() {
        contract("acme", 1, "node");
        contract("globex", 1, "node");
        run(job("acme", "mine", 1, 8).createdAt(1).priority(5));
        Job theirs = run(job("globex", "theirs", 1, 8).createdAt(1));
        Job urgent = job("acme", "urgent", 1, 8).createdAt(2).priority(5);
        world.start(urgent);
        assertThat(world.code(urgent)).isEqualTo(Reason.Code.QUOTA_REACHED);
        assertThat(world.isPlaced(theirs)).isTrue();
    }

    @Test
    void nobodyIsEvictedWhileTheQuotaHasRoom() {
        contract("acme", 2, "node");
        Job low = run(job("acme", "low", 1, 8).createdAt(1));
        run(job("acme", "urgent", 1, 8).createdAt(2).priority(5));
        assertThat(world.isPlaced(low)).isTrue();
    }

    @Test
    void spotGoesFirstWhereTheQuotaHasRoom() {
        contract("acme", 4, "node");
        world.contract(Site.contract("guest", "guest", Site.commitment("base", Site.H100, 0, "node", 0)));
        Job low = run(job("acme", "low", 2, 8).createdAt(1));
        Job guest = run(job("guest", "guest", 6, 8).createdAt(1).tiers(Tier.SPOT));
        run(job("acme", "urgent", 2, 8).createdAt(2).priority(5));
        assertThat(world.isPlaced(low)).isTrue();
        assertThat(world.isPlaced(guest)).isFalse();
    }

    @Test
    void withAFullQuotaOwnWorkGoesAndSpotMayStay() {
        contract("acme", 2, "node");
        world.contract(Site.contract("guest", "guest", Site.commitment("base", Site.H100, 0, "node", 0)));
        Job low = run(job("acme", "low", 2, 8).createdAt(1));
        Job guest = run(job("guest", "guest", 6, 8).createdAt(1).tiers(Tier.SPOT));
        Job urgent = run(job("acme", "urgent", 2, 8).createdAt(2).priority(5));
        assertThat(world.isPlaced(low)).isFalse();
        assertThat(world.isPlaced(guest)).isTrue();
        assertThat(plan(urgent).victims()).containsExactly(low.id());
    }

    @Test
    void whereSupplyIsShortNobodyGoesForWhatThoseWhoGoLeaveToOthers() {
        contract("acme", 5, "node");
        contract("globex", 24, "gpu");
        Job low = run(job("globex", "low", 1, 8).createdAt(1));
        Job other = run(job("globex", "other", 1, 8).createdAt(2).priority(1));
        Job third = run(job("globex", "third", 1, 8).createdAt(3).priority(1));
        world.node("r2n4", node -> Site.ready(node, false));
        assertThat(world.scheduler.cluster().quotas().entitled()).containsEntry("acme/base", 4);

        Job urgent = run(job("globex", "urgent", 1, 4).createdAt(4).priority(5));

        assertThat(plan(urgent).victims()).hasSize(1);
        assertThat(Stream.of(low, other, third).filter(world::isPlaced)).hasSize(2);
        assertThat(world.scheduler.cluster().quotas().entitled()).containsEntry("acme/base", 4);
    }

    @Test
    void whereSupplyIsShortWhatJuniorsHoldIsTheirSeniorsBeforeItIsOwedToOlderContracts() {
        contract("acme", 4, "node");
        contract("globex", 4, "node");
        List<Job> juniors = Stream.of("a", "b", "c", "d")
                .map(name -> run(job("globex", name, 1, 8).createdAt(1)))
                .toList();
        loseNodesWithout(juniors);
        assertThat(world.scheduler.cluster().quotas().entitled())
                .containsEntry("acme/base", 0)
                .containsEntry("globex/base", 4);

        Job urgent = run(job("globex", "urgent", 1, 8).createdAt(4).priority(5));

        assertThat(plan(urgent).victims()).hasSize(1);
        assertThat(juniors.stream().filter(world::isPlaced)).hasSize(3);
        assertThat(world.scheduler.cluster().quotas().entitled())
                .containsEntry("acme/base", 0)
                .containsEntry("globex/base", 4);
    }

    @Test
    void whatAVictimHadBesideItsSeniorIsOwedToTheOlderContract() {
        contract("acme", 4, "node");
        contract("globex", 4, "node");
        Job large = run(job("globex", "large", 2, 8).createdAt(1));
        Job other = run(job("globex", "other", 2, 8).createdAt(2).priority(9));
        loseNodesWithout(List.of(large, other));

        Job urgent = run(job("globex", "urgent", 1, 8).createdAt(4).priority(5));

        assertThat(plan(urgent).victims()).containsExactly(large.id());
        assertThat(world.isPlaced(other)).isTrue();
        assertThat(world.scheduler.cluster().quotas().entitled())
                .containsEntry("acme/base", 1)
                .containsEntry("globex/base", 3);
    }

    @Test
    void ofOneLargeAndTwoSmallTheCheaperGo() {
        contract("acme", 4, "node");
        Job large = run(job("acme", "large", 2, 8).createdAt(1).checkpoints(Duration.ofMinutes(10)));
        Job small = run(job("acme", "small", 1, 8).createdAt(1));
        Job other = run(job("acme", "other", 1, 8).createdAt(1));
        world.later(Duration.ofMinutes(125));
        run(job("acme", "urgent", 2, 8).createdAt(9).priority(1));
        assertThat(world.isPlaced(large)).isFalse();
        assertThat(world.isPlaced(small)).isTrue();
        assertThat(world.isPlaced(other)).isTrue();
    }

    @Test
    void whoHasNotRunForMinRuntimeIsEvictedWhenItHas() {
        Lending lending = new Lending(true, Duration.ofMinutes(5), Duration.ofMinutes(30));
        Tranche all = new Tranche("all", 1, new Interval(Site.START, Site.END));
        world.contract(Site.contract(
                "acme", "acme", new Commitment("base", Site.H100, "node", List.of(all), 0, lending, true, false)));
        Job low = run(job("acme", "low", 1, 8).createdAt(1));
        Job urgent = job("acme", "urgent", 1, 8).createdAt(2).priority(1);
        world.start(urgent);
        assertThat(world.isPlaced(low)).isTrue();
        assertThat(world.scheduler.nextWake()).isPresent();
        world.later(Duration.ofMinutes(31));
        assertThat(world.isPlaced(urgent)).isTrue();
        assertThat(Duration.between(world.now, plan(urgent).deadline())).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void nothingStartsBeforeTheVictimIsGoneAndItIsCountedOnce() {
        contract("acme", 1, "node");
        Job low = run(job("acme", "low", 1, 8).createdAt(1));
        world.terminationHangs = true;
        Job urgent = job("acme", "urgent", 1, 8).createdAt(2).priority(1);
        world.start(urgent);
        assertThat(world.code(urgent)).isEqualTo(Reason.Code.RECLAIMING);
        assertThat(world.scheduler
                        .cluster()
                        .quotas()
                        .isWithinQuota(new dev.offtake.placement.Claimant("acme/base", Tier.RESERVED)))
                .isTrue();
        Job next = job("acme", "next", 1, 8).createdAt(3).priority(2);
        world.restart().settle();
        assertThat(world.code(urgent)).isEqualTo(Reason.Code.RECLAIMING);
        world.terminated().settle();
        assertThat(world.nodesOf(urgent)).hasSize(1);
        assertThat(world.decided(Decision.Evict.class, low)).isEqualTo(1);
        run(next);
    }

    @Test
    void whoIsNotNeededAnyMoreKeepsItsPlace() {
        contract("acme", 1, "node");
        Job low = run(job("acme", "low", 1, 8).createdAt(1));
        world.recordsHang = true;
        Job urgent = job("acme", "urgent", 1, 8).createdAt(2).priority(1);
        world.start(urgent);
        world.withdraw(urgent).writesComeThrough().settle();
        assertThat(world.isPlaced(low)).isTrue();
        assertThat(world.decided(Decision.Evict.class, low)).isZero();
        Job next = job("acme", "next", 1, 8).createdAt(3);
        world.start(next);
        assertThat(world.code(next)).as("its quota is still in use").isEqualTo(Reason.Code.QUOTA_REACHED);
    }

    @Test
    void onDemandWorkEvictsOnDemandWorkOfItsCommitment() {
        world.contract(
                Site.contract("acme", "acme", Site.preempting(Site.commitment("base", Site.H100, 0, "node", 8))));
        Job low = run(job("acme", "low", 1, 8).createdAt(1).tiers(Tier.ON_DEMAND));
        run(job("acme", "urgent", 1, 4).createdAt(2).priority(1).tiers(Tier.ON_DEMAND));
        assertThat(world.isPlaced(low)).isFalse();
    }

    @Test
    void anElasticGangStartsWithItsLeastAtTheCostOfTheLeast() {
        contract("acme", 4, "node");
        Job one = run(job("acme", "one", 2, 8).createdAt(1));
        Job two = run(job("acme", "two", 2, 8).createdAt(1));
        world.start(job("acme", "urgent", 4, 8).elasticFrom(2).createdAt(2).priority(1));
        assertThat(List.of(world.isPlaced(one), world.isPlaced(two))).containsExactlyInAnyOrder(true, false);
        assertThat(Optional.of(one)).isPresent();
    }

    @Test
    void whoLeavesForOneIsNotEvictedByAnotherWhoseSeatItIsInAfterARestart() {
        contract("acme", 8, "gpu");
        contract("globex", 3, "node");
        world.terminationHangs = true;
        Job low = Job.lonePod("acme", "low", 8).createdAt(1);
        run(low);
        String node = world.nodesOf(low).get(0);
        Job urgent = job("acme", "urgent", 1, 8).createdAt(2).priority(5);
        world.start(urgent);
        world.nodes.keySet().stream()
                .filter(name -> !name.equals(node)
                        && !world.workloads.get(urgent.id()).seats().contains(name))
                .skip(2)
                .toList()
                .forEach(name -> world.node(name, facts -> Site.cordoned(facts, true)));
        Job theirs = job("globex", "theirs", 3, 8).createdAt(3);
        world.start(theirs);
        assertThat(plan(theirs).victims()).containsExactly(low.id());

        // Its claimant is seen last after the restart.
        world.arrive(urgent, 1).restart().settle();

        assertThat(evicted(low)).isNotEmpty().allMatch(evict -> evict.claimant().equals(urgent.id()));
        world.terminated().settle();
        assertThat(world.nodesOf(theirs)).hasSize(3).contains(node);
        assertThat(world.nodesOf(urgent)).hasSize(1);
    }

    @Test
    void whoIsLeftOfAFailedPlanIsNotEvictedAfterARestartByOneWhoOnlyWaitsForIt() {
        contract("acme", 8, "gpu");
        contract("globex", 3, "node");
        world.terminationHangs = true;
        Job low = Job.lonePod("acme", "low", 8).createdAt(1);
        run(low);
        String node = world.nodesOf(low).get(0);
        Job urgent = job("acme", "urgent", 1, 8).createdAt(2).priority(5);
        world.start(urgent);
        world.nodes.keySet().stream()
                .filter(name -> !name.equals(node)
                        && !world.workloads.get(urgent.id()).seats().contains(name))
                .skip(2)
                .toList()
                .forEach(name -> world.node(name, facts -> Site.cordoned(facts, true)));
        Job theirs = job("globex", "theirs", 3, 8).createdAt(3);
        world.start(theirs);
        assertThat(plan(theirs).victims()).containsExactly(low.id());

        world.withdraw(urgent).restart().settle();

        assertThat(evicted(low)).allMatch(evict -> evict.claimant().equals(urgent.id()));
        world.terminated().settle();
        assertThat(world.nodesOf(theirs)).hasSize(3);
    }

    private List<Decision.Evict> evicted(Job job) {
        return world.log.stream()
                .filter(d -> d.gang().equals(job.id()))
                .flatMap(d -> d instanceof Decision.Evict evict ? Stream.of(evict) : Stream.empty())
                .toList();
    }

    @Test
    void whoHasItsPlaceOnlyJustIsEvictedAsSoonAsThatIsRecorded() {
        contract("acme", 1, "node");
        world.recordsHang = true;
        Job low = job("acme", "low", 1, 8).createdAt(1);
        world.start(low);
        Job urgent = job("acme", "urgent", 1, 8).createdAt(2).priority(5);
        world.start(urgent);
        assertThat(world.code(urgent)).isEqualTo(Reason.Code.QUOTA_REACHED);

        world.writesComeThrough().settle();

        assertThat(world.nodesOf(urgent)).hasSize(1);
        assertThat(world.isPlaced(low)).isFalse();
    }

    @Test
    void whatALeavingVictimHasOfTheQuotaIsInUseUntilItIsGoneEvenIfThePlanFails() {
        contract("acme", 2, "node");
        world.terminationHangs = true;
        Job low = run(job("acme", "low", 1, 8).createdAt(1));
        world.later(HOUR);
        Job other = run(job("acme", "other", 1, 8).createdAt(1));
        world.later(HOUR);
        Job urgent = job("acme", "urgent", 1, 8).createdAt(2).priority(5);
        world.start(urgent);
        assertThat(plan(urgent).victims()).hasSize(1);
        Job victim = plan(urgent).victims().contains(low.id()) ? low : other;
        String seat = world.workloads.get(urgent.id()).seats().get(0);

        world.node(seat, node -> Site.ready(node, false)).settle();

        assertThat(world.decided(Decision.PlanFailed.class, urgent)).isEqualTo(1);
        assertThat(world.nodesOf(urgent)).isEmpty();
        assertThat(world.code(urgent)).isEqualTo(Reason.Code.RECLAIMING);
        assertThat(world.isPlaced(victim == low ? other : low))
                .as("who is not needed stays")
                .isTrue();
        world.terminated().settle();
        assertThat(world.nodesOf(urgent)).hasSize(1).doesNotContain(seat);
    }

    @Test
    void whatALeavingVictimHasOfTheQuotaIsNotFreeForOthersMeanwhile() {
        contract("acme", 2, "node");
        world.contract(Site.contract("guest", "guest", Site.commitment("base", Site.H100, 0, "node", 0)));
        run(job("acme", "low", 2, 8).createdAt(1));
        Job guest = run(job("guest", "guest", 6, 8).createdAt(1).tiers(Tier.SPOT));
        world.terminationHangs = true;
        Job urgent = job("acme", "urgent", 1, 8).createdAt(2).priority(5);
        world.start(urgent);
        assertThat(world.code(urgent)).isEqualTo(Reason.Code.RECLAIMING);

        Job next = job("acme", "next", 1, 8).createdAt(3);
        world.start(next);

        assertThat(world.code(next)).isEqualTo(Reason.Code.QUOTA_REACHED);
        assertThat(world.decided(Decision.Evict.class, guest)).isZero();
        world.restart().settle();
        assertThat(world.code(next)).isEqualTo(Reason.Code.QUOTA_REACHED);
        world.terminated().settle();
        assertThat(world.nodesOf(urgent)).hasSize(1);
        assertThat(world.nodesOf(next)).hasSize(1);
        assertThat(world.isPlaced(guest)).isTrue();
    }

    /** The node is counted already, but nothing of the commitment is on it yet. */
    @Test
    void theUnitOfWhoIsToComeIsNotThereForOthersBeforeTheVictimIsGone() {
        contract("acme", 2, "node");
        Job low = run(job("acme", "low", 2, 8).createdAt(1));
        world.terminationHangs = true;
        Job urgent = job("acme", "urgent", 1, 4).createdAt(2).priority(5);
        world.start(urgent);
        assertThat(plan(urgent).victims()).containsExactly(low.id());

        Job next = job("acme", "next", 1, 2).createdAt(3);
        world.start(next);

        assertThat(world.code(next)).isEqualTo(Reason.Code.QUOTA_REACHED);
        world.terminated().settle();
        assertThat(world.nodesOf(next)).isEqualTo(world.nodesOf(urgent));
    }

    /** What is free beside both is free. */
    @Test
    void othersMayHaveWhatNeitherTheLeavingVictimNorItsClaimantNeeds() {
        contract("acme", 4, "node");
        run(job("acme", "low", 2, 8).createdAt(1));
        run(job("acme", "half", 1, 4).createdAt(1).priority(9));
        world.terminationHangs = true;
        Job urgent = job("acme", "urgent", 2, 8).createdAt(2).priority(5);
        world.start(urgent);
        assertThat(world.code(urgent)).isEqualTo(Reason.Code.RECLAIMING);

        run(job("acme", "otherHalf", 1, 4).createdAt(3));
    }

    @Test
    void ofTheOnDemandLimitTooNothingIsFreeBeforeTheVictimIsGone() {
        world.contract(
                Site.contract("acme", "acme", Site.preempting(Site.commitment("base", Site.H100, 0, "node", 16))));
        run(job("acme", "low", 2, 8).createdAt(1).tiers(Tier.ON_DEMAND));
        world.terminationHangs = true;
        Job urgent = job("acme", "urgent", 1, 8).createdAt(2).priority(1).tiers(Tier.ON_DEMAND);
        world.start(urgent);
        Job next = job("acme", "next", 1, 4).createdAt(3).tiers(Tier.ON_DEMAND);
        world.start(next);
        assertThat(world.code(next)).isEqualTo(Reason.Code.QUOTA_REACHED);
        world.terminated().settle();
        assertThat(world.nodesOf(urgent)).hasSize(1);
        assertThat(world.nodesOf(next)).hasSize(1);
    }
}
