package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.contract.Commitment;
import dev.offtake.contract.Interval;
import dev.offtake.contract.Lending;
import dev.offtake.contract.Tranche;
import dev.offtake.fleet.Requirement;
import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Elastic gangs grow into what is idle, and shrink before they are evicted. The pool has two racks of four nodes of 8
 * GPUs; the owner has six nodes, the tenant of the elastic gangs has two.
 */
class ElasticSpotTest {
    private static final Duration NOTICE = Duration.ofSeconds(120);

    private final World world = World.h100(2);
    /** Two pods on its own account, up to six beside them. */
    private final Job mixed = job("acme", "mixed", 8, 8)
            .elasticFrom(2)
            .tiers(Tier.RESERVED, Tier.SPOT)
            .sparesPods();
    /** Six pods, all of them lent, and no fewer than two. */
    private final Job lent =
            job("acme", "lent", 6, 8).elasticFrom(2).tiers(Tier.SPOT).sparesPods();

    @BeforeEach
    void twoTenants() {
        contract("owner", 6, Lending.DEFAULT);
        contract("acme", 2, Lending.DEFAULT);
    }

    private void contract(String tenant, int nodes, Lending lending) {
        Tranche all = new Tranche("all", nodes, new Interval(Site.START, Site.END));
        world.contract(
                Site.contract(tenant, tenant, new Commitment("base", Site.H100, "node", List.of(all), 0, lending)));
    }

    private static Job owners(String name, int nodes) {
        return job("owner", name, nodes, 8).createdAt(100);
    }

    private List<Pod> running(Job job, Tier tier) {
        return world.podsOf(job, PodFacts.State.BOUND).stream()
                .filter(pod -> pod.claim.orElseThrow().tier() == tier)
                .toList();
    }

    private List<Tier> recordedTiers(Job job) {
        return world.workloads.get(job.id()).durable.orElseThrow().seats().stream()
                .map(Decision.Seats::tier)
                .distinct()
                .toList();
    }

    private void assertRuns(Job job, int reserved, int spot) {
        assertThat(running(job, Tier.RESERVED)).as("Reserved pods").hasSize(reserved);
        assertThat(running(job, Tier.SPOT)).as("Spot pods").hasSize(spot);
    }

    // --- Growth ----------------------------------------------------------------------------------------------------

    @Test
    void beyondItsQuotaItGrowsAsSpotAndEachPodSaysInWhichTierItRuns() {
        world.start(mixed);

        assertRuns(mixed, 2, 6);
        assertThat(world.view(mixed).tier()).hasValue(Tier.RESERVED);
        assertThat(recordedTiers(mixed)).containsExactly(Tier.RESERVED, Tier.SPOT);
        assertThat(world.scheduler.cluster().quotas().spotUsed("acme/base")).isEqualTo(48);
    }

    @Test
    void itGrowsOnItsOwnAccountAsFarAsThatGoes() {
        Job other = job("acme", "other", 1, 8);
        world.start(other).start(mixed.elasticFrom(1));
        assertRuns(mixed, 1, 6);

        world.withdraw(other).settle();

        assertRuns(mixed, 2, 6);
    }

    @Test
    void itDoesNotBorrowUnlessItAcceptsSpot() {
        world.start(mixed.tiers(Tier.RESERVED));
        assertRuns(mixed, 2, 0);
        assertThat(world.code(mixed)).isEqualTo(Reason.Code.QUOTA_REACHED);
    }

    @Test
    void itDoesNotBorrowWhatItCouldOnlyGiveBackAsAWholeAndSaysSo() {
        Job charged = job("acme", "charged", 8, 8).elasticFrom(2).tiers(Tier.RESERVED, Tier.SPOT);
        world.start(charged);
        assertRuns(charged, 2, 0);
        assertThat(world.view(charged).waiting().orElseThrow().numbers()).containsEntry(Reason.SPARES_PODS, "false");
    }

    @Test
    void partsOfSlicesAreOfNoUseSoItNeitherBorrowsNorSparesThem() {
        Job sliced = job("acme", "sliced", 8, 8)
                .elasticFrom(2)
                .slice("rack", 2)
                .tiers(Tier.RESERVED, Tier.SPOT)
                .sparesPods();
        world.start(sliced);
        assertRuns(sliced, 2, 0);
        assertThat(world.view(sliced).waiting().orElseThrow().numbers()).doesNotContainKey(Reason.SPARES_PODS);
        world.withdraw(sliced);
        Job lentSlices = sliced.tiers(Tier.SPOT);
        world.submit(lentSlices).arrive(lentSlices, 8).settle();
        assertRuns(sliced, 0, 8);

        world.start(owners("claims", 1));

        assertThat(world.decided(Decision.Evict.class, sliced)).isEqualTo(1);
        assertThat(world.decided(Decision.Shrink.class, sliced)).isZero();
    }

    @Test
    void whatIsNotLentItDoesNotGrowInto() {
        contract("owner", 6, new Lending(false, NOTICE, Duration.ZERO));
        world.start(mixed);
        assertRuns(mixed, 2, 0);
    }

    @Test
    void itGrowsInsideTheCellThatItRequires() {
        Job inRack = mixed.required("rack");
        world.start(inRack);
        assertRuns(inRack, 2, 2);
        assertThat(world.nodesOf(inRack))
                .allMatch(node -> node.startsWith(world.nodesOf(inRack).get(0).substring(0, 2)));
        assertThat(world.code(inRack)).isEqualTo(Reason.Code.INSUFFICIENT_WHOLE_CELLS);
    }

    @Test
    void podsThatWaitToGrowSayWhyOnce() {
        world.start(owners("all", 6)).start(mixed);
        assertRuns(mixed, 2, 0);
        assertThat(world.code(mixed)).isEqualTo(Reason.Code.INSUFFICIENT_GPUS);
        assertThat(world.view(mixed).waiting().orElseThrow().numbers())
                .containsEntry("needed", "8")
                .containsEntry("free", "0");
        long told = world.decided(Decision.Explain.class, mixed);
        world.start(owners("more", 1)).later(Duration.ofMinutes(5));
        assertThat(world.decided(Decision.Explain.class, mixed)).isEqualTo(told);
    }

    // --- Shrinking -------------------------------------------------------------------------------------------------

    @Test
    void whatItBorrowedGoesFirstAndAloneAndTheClaimantGetsExactlyThat() {
        world.start(mixed);
        List<Pod> firm = running(mixed, Tier.RESERVED);
        List<String> lentNodes = running(mixed, Tier.SPOT).stream()
                .map(p -> p.node.orElseThrow())
                .toList();

        Job claim = owners("claims", 2);
        world.start(claim);

        assertThat(world.nodesOf(claim)).hasSize(2).isSubsetOf(lentNodes);
        assertRuns(mixed, 2, 4);
        assertThat(running(mixed, Tier.RESERVED)).isEqualTo(firm);
        assertThat(world.decided(Decision.Evict.class, mixed)).isZero();
        assertThat(world.decided(Decision.Shrink.class, mixed)).isEqualTo(1);
        assertThat(world.code(mixed)).isEqualTo(Reason.Code.INSUFFICIENT_GPUS);
    }

    @Test
    void whatGrewLastGoesFirst() {
        world.start(owners("early", 5)).start(mixed);
        List<String> first = running(mixed, Tier.SPOT).stream().map(p -> p.uid).toList();
        assertThat(first).hasSize(1);
        world.later(Duration.ofHours(1)).withdraw(owners("early", 5)).settle();
        assertRuns(mixed, 2, 6);
        world.later(Duration.ofHours(1));

        world.start(owners("claims", 5));

        assertThat(running(mixed, Tier.SPOT)).extracting(p -> p.uid).isEqualTo(first);
    }

    @Test
    void aGangThatIsLentAsAWholeShrinksToItsLeastAndIsEvictedBelowIt() {
        world.start(job("acme", "own", 2, 8)).start(lent);
        assertRuns(lent, 0, 6);

        world.start(owners("first", 4));
        assertRuns(lent, 0, 2);
        assertThat(world.decided(Decision.Evict.class, lent)).isZero();

        world.start(owners("second", 1));
        assertThat(world.decided(Decision.Evict.class, lent)).isEqualTo(1);
        assertThat(world.isPlaced(lent)).as("one node is too little for it").isFalse();
    }

    @Test
    void whichOfItsPodsGoIsUpToWhereTheClaimantHasToBe() {
        world.start(job("acme", "own", 2, 8)).start(lent);
        String there = running(lent, Tier.SPOT).get(0).node.orElseThrow();
        Job claim = owners("claims", 1)
                .filter(new NodeFilter(
                        List.of(new Requirement("kubernetes.io/hostname", Requirement.Operator.IN, List.of(there))),
                        List.of(),
                        List.of()));

        world.start(claim);

        assertThat(world.nodesOf(claim)).containsExactly(there);
        assertRuns(lent, 0, 5);
    }

    @Test
    void anotherGangGoesRatherThanPartsThatHaveMoreToLose() {
        world.start(owners("early", 1)).start(mixed);
        assertRuns(mixed, 2, 5);
        world.withdraw(owners("early", 1));
        Job young = job("acme", "young", 1, 8).tiers(Tier.SPOT);
        world.finish(running(mixed, Tier.SPOT).get(0)).later(Duration.ofHours(10));
        world.start(young).later(Duration.ofMinutes(1));

        world.start(owners("claims", 1));

        assertThat(world.decided(Decision.Evict.class, young)).isEqualTo(1);
        assertThat(world.decided(Decision.Shrink.class, mixed)).isZero();
    }

    @Test
    void oneThatCannotSpareSinglePodsGoesAsAWholeAndSaysSo() {
        Job charged = job("acme", "charged", 6, 8).elasticFrom(2).tiers(Tier.SPOT);
        world.start(job("acme", "own", 2, 8)).start(charged);
        world.recordsHang = true;

        world.start(owners("claims", 1)).writesComeThrough();
        world.decide();

        assertThat(world.decided(Decision.Shrink.class, charged)).isZero();
        assertThat(world.log)
                .filteredOn(d -> d instanceof Decision.Evict)
                .singleElement()
                .satisfies(d ->
                        assertThat(((Decision.Evict) d).reason().numbers()).containsEntry(Reason.SPARES_PODS, "false"));
        world.settle();
        assertThat(world.view(charged).seats())
                .as("it starts again with what is left")
                .isEqualTo(5);
    }

    @Test
    void aFreeSeatIsTakenBeforeAPodIs() {
        world.start(mixed);
        Pod gone = running(mixed, Tier.SPOT).get(3);
        String free = gone.node.orElseThrow();
        world.delete(gone);
        world.settle();
        Job claim = owners("claims", 1);

        world.start(claim);

        assertThat(world.nodesOf(claim)).containsExactly(free);
        assertThat(world.decided(Decision.Shrink.class, mixed)).isZero();
        assertThat(world.view(mixed).seats()).isEqualTo(7);
    }

    // --- No bouncing -----------------------------------------------------------------------------------------------

    @Test
    void whatIsMadeInPlaceOfAPodThatWentWaitsWhileTheClaimantHoldsItsPlaceAndGrowsAgainAfterwards() {
        Job claim = owners("claims", 2);
        world.start(mixed).start(claim);
        long shrinks = world.decided(Decision.Shrink.class, mixed);
        for (int i = 0; i < 5; i++) {
            world.later(Duration.ofMinutes(1));
        }
        assertThat(world.decided(Decision.Shrink.class, mixed)).isEqualTo(shrinks);
        assertThat(world.podsOf(mixed, PodFacts.State.GATED)).hasSize(2);

        world.withdraw(claim).settle();

        assertRuns(mixed, 2, 6);
    }

    @Test
    void aPodThatGrewIsProtectedForTheMinimumRuntimeFromItsGrowthOn() {
        contract("owner", 6, new Lending(true, NOTICE, Duration.ofMinutes(10)));
        Job early = owners("early", 6);
        world.start(early).start(mixed).later(Duration.ofHours(1));
        world.withdraw(early).settle();
        Instant grown = world.now;
        Job claim = owners("claims", 1);

        world.later(Duration.ofMinutes(5)).start(claim);
        assertThat(world.isPlaced(claim)).isFalse();
        assertThat(world.scheduler.nextWake()).hasValue(grown.plus(Duration.ofMinutes(10)));
        world.restart().settle();
        assertThat(world.isPlaced(claim)).as("also after a restart").isFalse();

        world.at(grown.plus(Duration.ofMinutes(10)));
        assertThat(world.nodesOf(claim)).hasSize(1);
        assertRuns(mixed, 2, 5);
    }

    @Test
    void asLongAsAPodThatGrewIsProtectedTheGangIsNotEvictedWithItEither() {
        contract("owner", 6, new Lending(true, NOTICE, Duration.ofMinutes(10)));
        Job rack = owners("rack", 4).required("rack").createdAt(3);
        world.start(owners("one", 1).createdAt(1))
                .start(owners("two", 1).createdAt(2))
                .start(rack);
        Job guest = job("acme", "guest", 3, 8).elasticFrom(1).tiers(Tier.SPOT).sparesPods();
        world.start(guest);
        assertThat(world.nodesOf(guest)).hasSize(2);
        world.later(Duration.ofHours(5));
        world.withdraw(rack).settle();
        assertThat(world.nodesOf(guest)).as("it has grown into the other rack").hasSize(3);
        world.later(Duration.ofMinutes(1));

        Job again = owners("again", 4).required("rack");
        world.start(again);
        assertThat(world.nodesOf(guest)).hasSize(3);
        assertThat(world.decided(Decision.Evict.class, guest)).isZero();

        Instant grown = world.now.minus(Duration.ofMinutes(1));
        assertThat(world.scheduler.nextWake())
                .hasValueSatisfying(wake -> assertThat(wake).isBeforeOrEqualTo(grown.plus(Duration.ofMinutes(10))));
        world.at(grown.plus(Duration.ofMinutes(10)));
        assertThat(world.nodesOf(again)).hasSize(4);
        assertThat(world.nodesOf(guest)).hasSize(2);
        assertThat(world.decided(Decision.Evict.class, guest)).isZero();
    }

    @Test
    void thePlanIsDurableBeforeAPodIsTakenAndTheClaimantStartsWhenItIsGoneAndItsSeatIsLeft() {
        world.start(mixed);
        Job claim = owners("claims", 1);
        world.recordsHang = true;
        world.terminationHangs = true;
        world.start(claim);
        assertThat(world.decided(Decision.Shrink.class, mixed)).isZero();

        world.writesComeThrough().settle();
        assertThat(world.log)
                .filteredOn(d -> d instanceof Decision.Shrink)
                .singleElement()
                .satisfies(d -> {
                    Decision.Shrink shrink = (Decision.Shrink) d;
                    assertThat(shrink.pods()).hasSize(1);
                    assertThat(shrink.claimant()).isEqualTo(claim.id());
                    assertThat(shrink.deadline()).isEqualTo(world.now.plus(NOTICE));
                });
        assertThat(world.decided(Decision.Release.class, claim)).isZero();
        world.later(Duration.ofSeconds(30));
        assertThat(world.decided(Decision.Shrink.class, mixed)).as("told once").isEqualTo(1);

        world.recordsHang = true;
        world.terminated().settle();
        assertThat(world.decided(Decision.Release.class, claim)).isZero();
        world.writesComeThrough().settle();
        assertThat(world.nodesOf(claim)).hasSize(1);
    }

    // --- What goes wrong -------------------------------------------------------------------------------------------

    @Test
    void aPodThatCouldNotBeTakenIsTriedAgain() {
        world.start(mixed);
        world.shrinksThatFail = 2;
        Job claim = owners("claims", 1);
        world.start(claim);
        assertThat(world.decided(Decision.Shrink.class, mixed)).isEqualTo(3);
        assertThat(world.nodesOf(claim)).hasSize(1);
    }

    @Test
    void aClaimantThatIsWithdrawnMeanwhileLeavesTheSeatsToTheGang() {
        world.start(mixed);
        world.terminationHangs = true;
        Job claim = owners("claims", 2);
        world.start(claim).withdraw(claim).settle();
        assertRuns(mixed, 2, 4);

        world.terminated().settle();

        assertRuns(mixed, 2, 6);
        assertThat(world.view(mixed).seats()).isEqualTo(8);
    }

    @Test
    void aPodThatIsNotGoneInTimeMakesItsSeatBeAvoidedAndAnotherOneIsTaken() {
        world.start(mixed);
        world.terminationHangs = true;
        Job claim = owners("claims", 1);
        world.start(claim);
        Pod stuck = world.podsOf(mixed, PodFacts.State.TERMINATING).get(0);

        world.later(NOTICE).later(Reclaims.PATIENCE);

        List<Pod> leaving = world.podsOf(mixed, PodFacts.State.TERMINATING);
        assertThat(leaving).hasSize(2).contains(stuck);
        world.gone(leaving.stream().filter(p -> p != stuck).findFirst().orElseThrow());
        world.settle();
        assertThat(world.nodesOf(claim)).hasSize(1).doesNotContain(stuck.node.orElseThrow());
    }

    @Test
    void twoClaimantsDoNotTakeItBelowItsLeastTogether() {
        world.start(job("acme", "own", 2, 8)).start(lent);
        world.recordsHang = true;
        world.submit(owners("a", 3)).arrive(owners("a", 3), 3);
        world.submit(owners("b", 2)).arrive(owners("b", 2), 2);
        world.settle();

        world.writesComeThrough().settle();

        // The invariants look at every pod that is taken.
        assertThat(world.nodesOf(owners("a", 3))).hasSize(3);
        assertThat(world.nodesOf(owners("b", 2))).hasSize(2);
        assertThat(world.isPlaced(lent)).isFalse();
    }

    // --- Restarts --------------------------------------------------------------------------------------------------

    @Test
    void aRestartAtAnyMomentOfAReclaimEndsItAllTheSame() {
        for (int moment = 0; moment < 6; moment++) {
            ElasticSpotTest test = new ElasticSpotTest();
            test.twoTenants();
            test.restartAt(moment);
        }
    }

    private void restartAt(int moment) {
        world.start(mixed);
        Job claim = owners("claims", 2);
        world.terminationHangs = moment < 5;
        world.submit(claim).arrive(claim, 2);
        for (int i = 0; i < moment; i++) {
            world.decide();
        }
        world.restart();
        world.decide();
        world.terminated();
        world.decide();
        world.restart().settle();

        assertThat(world.nodesOf(claim)).as("moment %s", moment).hasSize(2);
        assertRuns(mixed, 2, 4);
        assertThat(world.decided(Decision.PlanFailed.class, claim))
                .as("moment %s", moment)
                .isZero();
        world.withdraw(claim).settle();
        assertRuns(mixed, 2, 6);
    }
}
