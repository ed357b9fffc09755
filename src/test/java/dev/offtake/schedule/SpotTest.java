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

/** Rule 4: what is idle is lent, and taken back at least cost. The pool has one rack of four nodes of 8 GPUs. */
class SpotTest {
    private static final Duration NOTICE = Duration.ofSeconds(120);

    private final World world = World.h100(1);

    private void contract(String tenant, int quantity, String unit, Lending lending) {
        Tranche all = new Tranche("all", quantity, new Interval(Site.START, Site.END));
        world.contract(
                Site.contract(tenant, tenant, new Commitment("base", Site.H100, unit, List.of(all), 0, lending)));
    }

    private static Job spot(String tenant, String name, int pods, int gpus) {
        return job(tenant, name, pods, gpus).tiers(Tier.SPOT);
    }

    private Tier tier(Job job) {
        return world.view(job).tier().orElseThrow();
    }

    @Test
    void whatIsCommittedAndIdleIsLentToWhoeverAcceptsThat() {
        contract("owner", 32, "gpu", Lending.DEFAULT);
        contract("guest", 1, "gpu", Lending.DEFAULT);
        Job guest = spot("guest", "fills", 4, 8);
        world.start(guest);
        assertThat(world.nodesOf(guest)).hasSize(4);
        assertThat(tier(guest)).isEqualTo(Tier.SPOT);
    }

    @Test
    void aGangThatAcceptsBothIsReservedAsFarAsItsQuotaGoes() {
        contract("acme", 8, "gpu", Lending.DEFAULT);
        Job first = job("acme", "first", 1, 8).tiers(Tier.RESERVED, Tier.SPOT);
        Job second = job("acme", "second", 1, 8).tiers(Tier.RESERVED, Tier.SPOT);
        world.start(first).start(second);
        assertThat(tier(first)).isEqualTo(Tier.RESERVED);
        assertThat(tier(second)).isEqualTo(Tier.SPOT);
    }

    @Test
    void aClaimTakesBackWhatIsLentAndTheVictimWaitsAgainWithItsAge() {
        contract("owner", 8, "gpu", Lending.DEFAULT);
        contract("guest", 1, "gpu", Lending.DEFAULT);
        Job guest = spot("guest", "fills", 4, 8);
        world.start(guest);
        Job claim = job("owner", "claims", 1, 8);

        world.start(claim);

        assertThat(tier(claim)).isEqualTo(Tier.RESERVED);
        assertThat(world.nodesOf(claim)).hasSize(1);
        assertThat(world.decided(Decision.Evict.class, guest)).isEqualTo(1);
        assertThat(world.isPlaced(guest)).isFalse();
        assertThat(world.view(guest).spec().createdAt()).isEqualTo(Site.START);
        world.withdraw(claim).settle();
        assertThat(world.nodesOf(guest)).as("it runs again when there is room").hasSize(4);
    }

    @Test
    void thePlanIsDurableBeforeTheFirstEvictionAndPodsAreReleasedWhenTheVictimsAreGone() {
        contract("owner", 8, "gpu", Lending.DEFAULT);
        Job guest = spot("owner", "fills", 4, 8);
        world.start(guest);
        Job claim = job("owner", "claims", 1, 8);
        world.recordsHang = true;
        world.terminationHangs = true;

        world.start(claim);
        assertThat(world.decided(Decision.Evict.class, guest)).isZero();
        world.writesComeThrough().settle();
        assertThat(world.decided(Decision.Evict.class, guest)).isEqualTo(1);
        assertThat(world.decided(Decision.Release.class, claim)).isZero();
        assertThat(world.code(claim)).isEqualTo(Reason.Code.RECLAIMING);
        assertThat(world.view(claim).plan().orElseThrow().deadline()).isEqualTo(world.now.plus(NOTICE));
        world.terminated().settle();
        assertThat(world.decided(Decision.Release.class, claim)).isEqualTo(1);
    }

    @Test
    void aClaimThatIsWithdrawnBeforeItsPlanIsDurableEvictsNobody() {
        contract("owner", 8, "gpu", Lending.DEFAULT);
        Job guest = spot("owner", "fills", 4, 8);
        world.start(guest);
        Job claim = job("owner", "claims", 1, 8);
        world.recordsHang = true;

        world.start(claim).withdraw(claim);
        world.writesComeThrough().settle();

        assertThat(world.decided(Decision.Evict.class, guest)).isZero();
        assertThat(world.nodesOf(guest)).hasSize(4);
    }

    @Test
    void aLonePodThatLosesItsReclaimedNodeBeforeItsReleaseGivesAllBackAtItsEnd() {
        contract("owner", 24, "gpu", Lending.DEFAULT);
        Job guest = spot("owner", "fills", 4, 8);
        world.start(guest);
        Job pod = Job.lonePod("owner", "uid-1", 8);
        world.terminationHangs = true;
        world.start(pod);
        world.recordsHang = true;
        world.terminated().settle();
        world.withdraw(guest);
        String lost = world.workloads.get(pod.id()).seats().get(0);
        world.node(lost, node -> Site.ready(node, false));
        world.writesComeThrough().settle();
        assertThat(world.nodesOf(pod)).hasSize(1).doesNotContain(lost);
        world.node(lost, node -> Site.ready(node, true));

        world.gone(world.podsOf(pod.id()).get(0));
        world.contract(Site.contract("owner", 32, "gpu")).settle();
        Job all = job("owner", "all", 4, 8);
        world.start(all);

        assertThat(world.nodesOf(all)).hasSize(4);
    }

    @Test
    void theGangWithTheFresherCheckpointGoes() {
        contract("owner", 8, "gpu", Lending.DEFAULT);
        Job stale = spot("owner", "a-stale", 2, 8).checkpoints(Duration.ofHours(2));
        Job fresh = spot("owner", "b-fresh", 2, 8).checkpoints(Duration.ofMinutes(5));
        world.start(stale).start(fresh).later(Duration.ofMinutes(64));

        world.start(job("owner", "claims", 1, 8));

        assertThat(world.decided(Decision.Evict.class, fresh)).isEqualTo(1);
        assertThat(world.decided(Decision.Evict.class, stale)).isZero();
    }

    @Test
    void aSmallGangGoesRatherThanALargeOne() {
        contract("owner", 8, "gpu", Lending.DEFAULT);
        Job large = spot("owner", "a-large", 3, 8);
        Job small = spot("owner", "b-small", 1, 8);
        world.start(large).start(small).later(Duration.ofHours(1));

        world.start(job("owner", "claims", 1, 8));

        assertThat(world.decided(Decision.Evict.class, small)).isEqualTo(1);
        assertThat(world.decided(Decision.Evict.class, large)).isZero();
    }

    @Test
    void nobodyIsEvictedWhereEvenThatWouldNotDo() {
        contract("owner", 40, "gpu", Lending.DEFAULT);
        world.stranger("daemon", "r1n1", Job.shape(1));
        Job guest = spot("owner", "fills", 3, 8);
        world.start(guest);

        Job claim = job("owner", "claims", 4, 8);
        world.start(claim);

        assertThat(world.isPlaced(claim)).isFalse();
        assertThat(world.decided(Decision.Evict.class, guest)).isZero();
    }

    @Test
    void spotEvictsNobody() {
        contract("owner", 8, "gpu", Lending.DEFAULT);
        Job first = spot("owner", "first", 4, 8);
        Job second = spot("owner", "second", 4, 8);
        world.start(first).start(second);
        assertThat(world.isPlaced(second)).isFalse();
        assertThat(world.code(second)).isEqualTo(Reason.Code.INSUFFICIENT_GPUS);
    }

    @Test
    void whatMustNotBeLentStaysIdle() {
        contract("owner", 2, "node", Lending.NEVER);
        contract("guest", 1, "gpu", Lending.DEFAULT);
        Job all = spot("guest", "all", 4, 8);
        Job rest = spot("guest", "rest", 2, 8);
        world.start(all).start(rest);
        assertThat(world.isPlaced(all)).isFalse();
        assertThat(world.nodesOf(rest)).hasSize(2);
        world.start(job("owner", "claims", 2, 8));
        assertThat(world.decided(Decision.Evict.class, rest)).isZero();
    }

    @Test
    void theRestOfABoundCellIsLentUnlessItsOwnerDoesNotLend() {
        contract("owner", 1, "rack", Lending.DEFAULT);
        contract("guest", 1, "gpu", Lending.DEFAULT);
        world.rack("r2").start(job("owner", "binds", 1, 8));
        Job guest = spot("guest", "rest", 7, 8);
        world.start(guest);
        assertThat(world.nodesOf(guest)).hasSize(7);

        World strict = World.h100(2);
        Tranche all = new Tranche("all", 1, new Interval(Site.START, Site.END));
        strict.contract(Site.contract(
                "owner", "owner", new Commitment("base", Site.H100, "rack", List.of(all), 0, Lending.NEVER)));
        strict.contract(Site.contract("guest", 1, "gpu"));
        Job binds = job("owner", "binds", 1, 8);
        strict.start(binds).start(guest);
        assertThat(strict.isPlaced(binds)).isTrue();
        assertThat(strict.isPlaced(guest)).isFalse();
    }

    @Test
    void whoHasNotRunForTheLeastTimeIsProtectedUntilThen() {
        contract("owner", 8, "gpu", new Lending(true, NOTICE, Duration.ofMinutes(10)));
        Job guest = spot("owner", "fills", 4, 8);
        world.start(guest);
        Job claim = job("owner", "claims", 1, 8);

        world.start(claim);
        assertThat(world.decided(Decision.Evict.class, guest)).isZero();
        assertThat(world.scheduler.nextWake()).hasValue(world.now.plus(Duration.ofMinutes(10)));
        world.later(Duration.ofMinutes(10));

        assertThat(world.decided(Decision.Evict.class, guest)).isEqualTo(1);
        assertThat(world.isPlaced(claim)).isTrue();
    }

    @Test
    void aVictimThatDoesNotGoMakesTheClaimantLookElsewhere() {
        contract("owner", 8, "gpu", Lending.DEFAULT);
        Job stuck = spot("owner", "a-stuck", 1, 8);
        Job other = spot("owner", "b-other", 3, 8);
        world.start(stuck).start(other);
        Job claim = job("owner", "claims", 1, 8);
        world.terminationHangs = true;
        world.start(claim);
        assertThat(world.decided(Decision.Evict.class, stuck)).isEqualTo(1);

        world.later(NOTICE.plus(Reclaims.PATIENCE));

        assertThat(world.decided(Decision.PlanFailed.class, claim)).isEqualTo(1);
        assertThat(world.decided(Decision.Evict.class, other)).isEqualTo(1);
        world.terminated().settle();
        assertThat(world.nodesOf(claim)).hasSize(1);
    }

    @Test
    void aNodeThatFailsInTheMiddleMakesAnotherPlan() {
        contract("owner", 8, "gpu", Lending.DEFAULT);
        Job first = spot("owner", "a-first", 1, 8);
        Job second = spot("owner", "b-second", 3, 8);
        world.start(first).start(second);
        Job claim = job("owner", "claims", 1, 8);
        world.terminationHangs = true;
        world.start(claim);
        String node = world.nodesOf(first).isEmpty()
                ? world.podsOf(first.id()).get(0).node.orElseThrow()
                : world.nodesOf(first).get(0);

        world.node(node, n -> Site.ready(n, false)).settle();

        assertThat(world.decided(Decision.Evict.class, second)).isEqualTo(1);
        world.terminated().settle();
        assertThat(world.nodesOf(claim)).hasSize(1).doesNotContain(node);
    }

    @Test
    void aGangThatNeedsShapeTakesBackWholeCells() {
        world.rack("r2");
        contract("owner", 1, "rack", Lending.DEFAULT);
        Job inOne = spot("owner", "a", 1, 8).required("rack");
        Job inTwo = spot("owner", "b", 7, 8);
        world.start(inOne).start(inTwo);
        Job claim = job("owner", "claims", 4, 8).required("rack");

        world.start(claim);

        assertThat(world.nodesOf(claim)).hasSize(4);
        assertThat(world.nodesOf(claim).stream().map(n -> n.substring(0, 2)).distinct())
                .hasSize(1);
    }

    @Test
    void amongBorrowersTheOneWithTheSmallestShareOfWhatItPaysForGoesFirst() {
        contract("large", 16, "gpu", Lending.DEFAULT);
        contract("small", 8, "gpu", Lending.DEFAULT);
        world.stranger("all-1", "r1n1", Job.shape(8)).stranger("all-2", "r1n2", Job.shape(8));
        world.stranger("all-3", "r1n3", Job.shape(8)).stranger("all-4", "r1n4", Job.shape(8));
        Job[] jobs = new Job[6];
        for (int i = 0; i < 6; i++) {
            jobs[i] = spot(i < 3 ? "small" : "large", "job-" + i, 1, 8).createdAt(i);
            world.start(jobs[i]);
        }
        world.strangerGone("all-1").settle();
        world.strangerGone("all-2").settle();
        world.strangerGone("all-3").settle();

        assertThat(List.of(jobs)).filteredOn(world::isPlaced).containsExactly(jobs[0], jobs[3], jobs[4]);
    }

    @Test
    void nobodyBorrowsWhatAClaimInTheSameCycleTakes() {
        contract("owner", 32, "gpu", Lending.DEFAULT);
        contract("guest", 8, "gpu", Lending.DEFAULT);
        Job borrows = job("guest", "old", 4, 8).tiers(Tier.RESERVED, Tier.SPOT).createdAt(1);
        Job claims = job("owner", "young", 1, 8).createdAt(2);
        world.submit(borrows)
                .arrive(borrows, 4)
                .submit(claims)
                .arrive(claims, 1)
                .settle();

        assertThat(world.isPlaced(claims)).isTrue();
        assertThat(world.log).noneMatch(d -> d instanceof Decision.Evict);
    }
}
