package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.contract.Commitment;
import dev.offtake.fleet.Requirement;
import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Two racks of four nodes with eight GPUs each, and gangs that stand in the way of others. */
class DefragmentationTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final World world = World.h100(2);
    private final Job left = job("acme", "left", 2, 8);
    private final Job right = job("acme", "right", 2, 8);
    private final Job whole = job("acme", "whole", 4, 8).required("rack").createdAt(50);

    private static Commitment racks(int quantity) {
        return Site.commitment("base", Site.H100, quantity, "rack", 0);
    }

    /** Half of each rack is used, and the other half free. */
    private void halfOfEachRack(Commitment commitment) {
        world.contract(Site.contract("acme", "acme", commitment));
        Job first = job("acme", "first", 2, 8);
        Job second = job("acme", "second", 2, 8);
        world.start(left).start(first).start(right).start(second);
        world.withdraw(first).withdraw(second).settle();
        assertThat(rack(left)).isNotEqualTo(rack(right));
    }

    private String rack(Job job) {
        List<String> nodes = world.nodesOf(job);
        assertThat(nodes).isNotEmpty();
        assertThat(new HashSet<>(
                        nodes.stream().map(node -> node.substring(0, 2)).toList()))
                .hasSize(1);
        return nodes.get(0).substring(0, 2);
    }

    /** So much time passes, and the scheduler wakes up as it wishes. */
    private void pass(Duration time) {
        Instant until = world.now.plus(time);
        Optional<Instant> wake = world.scheduler.nextWake();
        while (wake.isPresent() && wake.get().isBefore(until)) {
            assertThat(wake.get()).isAfter(world.now);
            world.at(wake.get());
            wake = world.scheduler.nextWake();
        }
        world.at(until);
    }

    private List<MoveProposal> proposals() {
        return world.scheduler.moveProposals();
    }

    @Test
    void whoWaitsForAWholeRackFromItsOwnFragmentsHearsNothingForAMinuteAndIsThenProposedTheCheapestMove() {
        halfOfEachRack(racks(2));
        pass(Duration.ofHours(1));
        world.start(whole);
        assertThat(world.code(whole)).isEqualTo(Reason.Code.OWN_FRAGMENTATION);
        pass(Duration.ofSeconds(59));
        assertThat(proposals()).isEmpty();

        pass(MINUTE.multipliedBy(2));

        assertThat(proposals()).singleElement().satisfies(proposal -> {
            assertThat(proposal.claimant()).isEqualTo(whole.id());
            assertThat(proposal.reason()).isEqualTo(Reason.Code.OWN_FRAGMENTATION);
            assertThat(proposal.gpus()).isEqualTo(32);
            assertThat(proposal.nodes()).hasSize(4);
            assertThat(proposal.isAllowed()).isFalse();
            assertThat(proposal.moves()).singleElement().satisfies(move -> {
                assertThat(move.gpus()).isEqualTo(16);
                assertThat(move.from()).hasSize(2);
                assertThat(move.to()).hasSize(2).doesNotContainAnyElementsOf(proposal.nodes());
                assertThat(move.lostGpuSeconds())
                        .as("an hour and two minutes of 16 GPUs, and ten for the move")
                        .isBetween(16L * (3600 + 600), 16L * (3600 + 600 + 180));
            });
            assertThat(proposal.lostGpuSeconds())
                    .isEqualTo(proposal.moves().get(0).lostGpuSeconds());
        });
        assertThat(world.decided(Decision.Evict.class, left)).isZero();
        assertThat(world.decided(Decision.Evict.class, right)).isZero();
        assertThat(world.isPlaced(whole)).isFalse();
    }

    @Test
    void whoHasLessToLoseIsProposed() {
        world.contract(Site.contract("acme", "acme", racks(2)));
        Job first = job("acme", "first", 2, 8);
        Job second = job("acme", "second", 2, 8);
        Job saved = job("acme", "saved", 2, 8).checkpoints(Duration.ofSeconds(1));
        world.start(left).start(first).start(saved).start(second);
        world.withdraw(first).withdraw(second).settle();
        pass(Duration.ofHours(3));

        world.start(whole);
        pass(MINUTE.multipliedBy(2));

        assertThat(proposals().get(0).moves())
                .singleElement()
                .extracting(MoveProposal.Move::gang)
                .isEqualTo(saved.id());
    }

    @Test
    void aProposalStaysAsItIsUntilAnotherWouldBeMadeAndGoesWithItsGang() {
        halfOfEachRack(racks(2));
        world.start(whole);
        pass(MINUTE.multipliedBy(2));
        List<MoveProposal> first = proposals();

        assertThat(world.later(Duration.ofMinutes(10)).scheduler.moveProposals())
                .isEqualTo(first);

        world.withdraw(whole);
        pass(MINUTE);
        assertThat(proposals()).isEmpty();
    }

    @Test
    void whoHasWaitedForLongIsLookedAtMoreRarelyUnlessWhatWasProposedIsNotTrueAnyMore() {
        halfOfEachRack(racks(2));
        world.start(whole);
        pass(Duration.ofHours(32));
        List<MoveProposal> first = proposals();
        assertThat(first).hasSize(1);
        world.at(world.scheduler.nextWake().orElseThrow());
        assertThat(world.scheduler.nextWake()).contains(world.now.plus(Again.LAST));

        // The rack that is left by who was to be moved is taken in part by another one, who is to be moved now.
        GangId moved = first.get(0).moves().get(0).gang();
        Job leaving = moved.equals(left.id()) ? left : right;
        Requirement there = new Requirement("rack", Requirement.Operator.IN, List.of(rack(leaving)));
        Job other = job("acme", "other", 1, 8)
                .filter(new NodeFilter(List.of(there), List.of(), List.of()))
                .createdAt(40);
        world.withdraw(leaving).start(other);
        pass(Duration.ofMinutes(6));
        assertThat(proposals())
                .singleElement()
                .satisfies(proposal -> assertThat(proposal.moves())
                        .extracting(MoveProposal.Move::gang)
                        .doesNotContain(moved));
    }

    @Test
    void whereNobodyReadsProposalsOnlyMovesAreSoughtThatAreCarriedOut() {
        world.scheduler.proposeNoMoves();
        halfOfEachRack(racks(2));
        world.start(whole);
        Instant end = world.now.plus(MINUTE.multipliedBy(10));
        assertThat(world.scheduler.nextWake().filter(end::isAfter)).isEmpty();
        pass(MINUTE.multipliedBy(2));
        assertThat(proposals()).isEmpty();

        world.contract(Site.contract("acme", "acme", Site.movable(racks(2)))).settle();
        pass(MINUTE.multipliedBy(2));
        assertThat(world.decided(Decision.Evict.class, left) + world.decided(Decision.Evict.class, right))
                .isEqualTo(1);
    }

    @Test
    void whatIsMovedIsNotOwedToAnOlderContractThatIsShort() {
        halfOfEachRack(racks(2));
        world.contract(Site.contract("abel", "abel", racks(2))).settle();
        assertThat(world.scheduler.cluster().quotas().entitled())
                .containsEntry("abel/base", 0)
                .containsEntry("acme/base", 2);
        world.start(whole);
        pass(MINUTE.multipliedBy(2));

        assertThat(proposals())
                .singleElement()
                .satisfies(proposal -> assertThat(proposal.claimant()).isEqualTo(whole.id()));
    }

    @Test
    void whoseCommitmentLetsItIsMovedAndTheGangHasItsWholeRack() {
        halfOfEachRack(Site.movable(racks(2)));
        world.start(whole);
        pass(Duration.ofSeconds(59));
        assertThat(world.isPlaced(whole)).isFalse();

        pass(MINUTE.multipliedBy(2));

        assertThat(world.nodesOf(whole)).hasSize(4);
        assertThat(rack(left)).isEqualTo(rack(right)).isNotEqualTo(rack(whole));
        assertThat(world.decided(Decision.Evict.class, left) + world.decided(Decision.Evict.class, right))
                .isEqualTo(1);
        assertThat(proposals()).isEmpty();
    }

    @Test
    void thePlanStandsBeforeAnybodyIsToldToGoAndNamesTheNoticeOfTheirContract() {
        halfOfEachRack(Site.movable(racks(2)));
        world.start(whole);
        world.recordsHang = true;
        world.terminationHangs = true;

        pass(MINUTE.multipliedBy(2));
        assertThat(world.log).noneMatch(Decision.Evict.class::isInstance);
        assertThat(world.code(whole)).isEqualTo(Reason.Code.RECLAIMING);
        assertThat(world.nodesOf(left)).hasSize(2);

        world.writesComeThrough().settle();
        Decision.Evict evict = (Decision.Evict) world.log.stream()
                .filter(Decision.Evict.class::isInstance)
                .findFirst()
                .orElseThrow();
        assertThat(evict.deadline())
                .as("the notice begins when the plan is durable, which took a minute: that much again is added")
                .isEqualTo(Site.START.plus(Duration.ofMinutes(1 + 1 + 2 + 1)));
        assertThat(evict.reason().numbers()).containsEntry(Reason.MOVED, "true");
        assertThat(world.nodesOf(whole)).as("as long as one is there").isEmpty();

        world.terminated().settle();
        assertThat(world.nodesOf(whole)).hasSize(4);
        assertThat(world.nodesOf(left)).hasSize(2);
        assertThat(world.nodesOf(right)).hasSize(2);
    }

    @Test
    void thePlaceOfWhoIsMovedIsHeldAgainstItsOwnCommitment() {
        halfOfEachRack(Site.movable(racks(2)));
        Job rival = job("acme", "rival", 2, 8).createdAt(60);
        world.start(whole);
        world.terminationHangs = true;
        pass(MINUTE.multipliedBy(2));

        world.start(rival);
        assertThat(world.isPlaced(rival)).isFalse();

        world.terminated().settle();
        assertThat(world.nodesOf(left)).hasSize(2);
        assertThat(world.nodesOf(right)).hasSize(2);
        assertThat(world.nodesOf(whole)).hasSize(4);
        assertThat(world.isPlaced(rival)).isFalse();
    }

    @Test
    void aPlanThatIsNotRecordedMovesNobody() {
        halfOfEachRack(Site.movable(racks(2)));
        world.start(whole);
        world.recordsThatFail = 1;

        pass(Duration.ofSeconds(90));

        assertThat(world.log).noneMatch(Decision.Evict.class::isInstance);
        assertThat(world.nodesOf(left)).hasSize(2);
        assertThat(world.nodesOf(right)).hasSize(2);
        world.withdraw(left).settle();
        assertThat(world.nodesOf(whole)).as("what is free is free").hasSize(4);
    }

    @Test
    void whoIsWithdrawnBeforeItComesBackLeavesWhatWasHeld() {
        halfOfEachRack(Site.movable(racks(2)));
        world.start(whole);
        world.terminationHangs = true;
        pass(MINUTE.multipliedBy(2));
        Job moved = world.decided(Decision.Evict.class, left) > 0 ? left : right;

        world.withdraw(moved);
        world.terminated().settle();

        assertThat(world.nodesOf(whole)).hasSize(4);
        Job next = job("acme", "next", 2, 8).createdAt(70);
        assertThat(world.start(next).nodesOf(next)).hasSize(2);
    }

    @Test
    void ifTheClaimantGoesWhoWasNotToldYetStays() {
        halfOfEachRack(Site.movable(racks(2)));
        world.start(whole);
        world.recordsHang = true;
        pass(MINUTE.multipliedBy(2));

        world.withdraw(whole);
        world.writesComeThrough().settle();

        assertThat(world.log).noneMatch(Decision.Evict.class::isInstance);
        Job again = job("acme", "again", 2, 8).createdAt(90);
        Job last = job("acme", "last", 2, 8).createdAt(91);
        world.start(again).start(last);
        assertThat(world.nodesOf(again)).hasSize(2);
        assertThat(world.nodesOf(last)).hasSize(2);
    }

    @Test
    void aRestartInTheMiddleGoesOnWithThePlan() {
        halfOfEachRack(Site.movable(racks(2)));
        world.start(whole);
        world.terminationHangs = true;
        pass(MINUTE.multipliedBy(2));

        world.restart().settle();
        world.terminated().settle();

        assertThat(world.nodesOf(whole)).hasSize(4);
        assertThat(world.nodesOf(left)).hasSize(2);
        assertThat(world.nodesOf(right)).hasSize(2);
    }

    @Test
    void whoWasMovedIsSparedForAWhile() {
        halfOfEachRack(Site.movable(racks(2)));
        world.start(whole);
        pass(MINUTE.multipliedBy(2));
        long evictions =
                world.log.stream().filter(Decision.Evict.class::isInstance).count();
        world.withdraw(whole).settle();
        Job moved = world.decided(Decision.Evict.class, left) > 0 ? left : right;
        Job other = moved == left ? right : left;
        Job filler = job("acme", "filler", 2, 8).createdAt(60);
        Job second = job("acme", "second-filler", 2, 8).createdAt(61);
        world.withdraw(other).settle().start(filler).start(second);
        world.withdraw(filler).settle();

        Job again = job("acme", "again", 4, 8).required("rack").createdAt(80);
        world.start(again);
        pass(MINUTE.multipliedBy(2));

        assertThat(world.decided(Decision.Evict.class, moved)).isEqualTo(1);
        assertThat(evictions).isEqualTo(1);
    }

    @Test
    void spotWorkOnTheNewPlaceGoesBeforeTheMovedGangComesBack() {
        world.contract(Site.contract("acme", "acme", Site.movable(racks(2))));
        world.contract(Site.contract("guest", "guest", Site.onDemandOnly("base", 8)));
        halfOfEachRack(Site.movable(racks(2)));
        Job spot = job("guest", "spot", 4, 8).tiers(Tier.SPOT);
        world.start(spot);
        assertThat(world.nodesOf(spot)).hasSize(4);

        world.start(whole);
        pass(MINUTE.multipliedBy(2));
        pass(MINUTE.multipliedBy(2));

        assertThat(world.nodesOf(whole)).hasSize(4);
        assertThat(world.nodesOf(left)).hasSize(2);
        assertThat(world.nodesOf(right)).hasSize(2);
        assertThat(world.nodesOf(spot)).isEmpty();
    }

    @Test
    void nobodyIsMovedForAGangWhoseCommitmentIsUsedUp() {
        Commitment onDemandToo = Site.commitment("base", Site.H100, 3, "node", 8);
        world.contract(Site.contract("acme", "acme", Site.movable(onDemandToo)));
        world.contract(Site.contract("globex", 3, "node"));
        Job beyond = job("acme", "beyond", 4, 1).tiers(Tier.ON_DEMAND);
        world.start(beyond);
        world.start(job("acme", "one", 1, 6)).start(job("acme", "two", 1, 6)).start(job("acme", "three", 1, 6));
        world.start(job("globex", "theirs", 3, 8));
        String last = world.nodes.keySet().stream()
                .filter(node -> world.gpusInUse().getOrDefault(node, 0) == 0)
                .findFirst()
                .orElseThrow();
        world.stranger("stranger", last, Job.shape(4)).settle();

        Job fourth = job("acme", "fourth", 1, 5).createdAt(50);
        world.start(fourth);
        pass(MINUTE.multipliedBy(2));

        assertThat(world.code(fourth)).isEqualTo(Reason.Code.OWN_FRAGMENTATION);
        assertThat(proposals()).isEmpty();
        assertThat(world.decided(Decision.Evict.class, beyond)).isZero();
    }
}
