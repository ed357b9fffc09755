package dev.offtake.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The scheduler under whatever may happen to it; {@link Invariants} are checked after every cycle. */
class SchedulerProperties {
    @Property(tries = 1500, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void theInvariantsHoldAndInTheEndEverybodyWhoFitsIsPlacedAndNothingLeaks(@ForAll("steps") List<Step> steps) {
        new Steps().playToTheEnd(steps);
    }

    /** As above, where most gangs are elastic and lend and take back among each other. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void theInvariantsHoldForGangsThatGrowAndShrink(@ForAll("elasticSteps") List<Step> steps) {
        new Steps().playToTheEnd(steps);
    }

    /** As above, where work of higher priority evicts work of lower priority on its commitment. */
    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void theInvariantsHoldWherePrioritiesEvict(@ForAll("steps") List<Step> steps) {
        new Steps(Steps.Terms.PREEMPTING).playToTheEnd(steps);
    }

    /** As above, where work on demand has reservations, and is evicted by higher priorities at the same time. */
    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void theInvariantsHoldWhereMostIsOnDemand(@ForAll("steps") List<Step> steps) {
        new Steps(Steps.Terms.ON_DEMAND).playToTheEnd(steps);
    }

    /** As above, where racks have spares and some pods accept few nodes. */
    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void theInvariantsHoldWhereRacksHaveSpares(@ForAll("steps") List<Step> steps) {
        new Steps().withSpares().playToTheEnd(steps);
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void theyHoldWhereRacksHaveSparesAndGangsGrowAndShrink(@ForAll("elasticSteps") List<Step> steps) {
        new Steps(Steps.Terms.PREEMPTING).withSpares().playToTheEnd(steps);
    }

    /** As above, where most gangs are elastic and give parts to those of higher priority. */
    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void theInvariantsHoldWhereElasticGangsShrinkForPriorities(@ForAll("elasticSteps") List<Step> steps) {
        new Steps(Steps.Terms.ELASTIC).playToTheEnd(steps);
    }

    /** As above, where work may be moved, too. */
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void theInvariantsHoldWhereElasticGangsShrinkForPrioritiesAndWorkIsMoved(@ForAll("elasticSteps") List<Step> steps) {
        new Steps(Steps.Terms.PREEMPTING_AND_MOVABLE).playToTheEnd(steps);
    }

    /** As above, where nodes of plans take no work for a while, and do again before those who go have gone. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void theInvariantsHoldWhereNodesReturnBeforeVictimsAreGone(@ForAll("returningSteps") List<Step> steps) {
        new Steps(Steps.Terms.ELASTIC).playToTheEnd(steps);
    }

    /** As above, where work may be moved, too, and most gangs take whole nodes. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void theInvariantsHoldWhereNodesOfMovesReturnBeforeVictimsAreGone(@ForAll("returningSteps") List<Step> steps) {
        new Steps(Steps.Terms.PREEMPTING_AND_MOVABLE).playToTheEnd(steps);
    }

    /** As above, where cells are soon kept for who waits, be it for what is lent. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void theInvariantsHoldWhereCellsAreKeptForThoseWhoWait(@ForAll("elasticSteps") List<Step> steps) {
        new Steps(Steps.Terms.PREEMPTING).withSpares().reservingSoon().playToTheEnd(steps);
    }

    /** As above, where sub-tenants share the contracts. */
    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void theInvariantsHoldWhereSubTenantsShare(@ForAll("sharedSteps") List<Step> steps) {
        new Steps(Steps.Terms.SHARED).playToTheEnd(steps);
    }

    /** As above, where tenants have two commitments in one class. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void theInvariantsHoldWhereTenantsHaveTwoCommitments(@ForAll("steps") List<Step> steps) {
        new Steps(Steps.Terms.TWOFOLD).playToTheEnd(steps);
    }

    /** As above, where gangs have leaders, slices and selectors, and nodes go from rack to rack and from pool to pool. */
    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void theInvariantsHoldForGangsOfAllKindsOnNodesThatChange(@ForAll("variedSteps") List<Step> steps) {
        new Steps(Steps.Terms.VARIED).playToTheEnd(steps);
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void theyHoldForGangsOfAllKindsWhereRacksHaveSpares(@ForAll("variedSteps") List<Step> steps) {
        new Steps(Steps.Terms.VARIED).withSpares().reservingSoon().playToTheEnd(steps);
    }

    @Property(tries = 15, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void theSameEventsGiveTheSameDecisionsForGangsOfAllKinds(@ForAll("variedSteps") List<Step> steps) {
        assertTheSameDecisions(Steps.Terms.VARIED, steps);
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void aRestartChangesNoSeatOfGangsOfAllKinds(@ForAll("variedSteps") List<Step> steps) {
        Steps run = new Steps(Steps.Terms.VARIED);
        steps.forEach(run::take);
        run.assertThatARestartChangesNoSeat();
    }

    @Property(tries = 15, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void theSameEventsGiveTheSameDecisionsWhereTenantsHaveTwoCommitments(@ForAll("steps") List<Step> steps) {
        assertTheSameDecisions(Steps.Terms.TWOFOLD, steps);
    }

    @Property(tries = 15, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void theSameEventsGiveTheSameDecisionsWhereSubTenantsShare(@ForAll("sharedSteps") List<Step> steps) {
        assertTheSameDecisions(Steps.Terms.SHARED, steps);
    }

    @Property(tries = 15, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void theSameEventsGiveTheSameDecisionsWhereElasticGangsShrinkForPriorities(
            @ForAll("elasticSteps") List<Step> steps) {
        assertTheSameDecisions(Steps.Terms.ELASTIC, steps);
    }

    @Property(tries = 15, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void theSameEventsGiveTheSameDecisions(@ForAll("steps") List<Step> steps) {
        assertTheSameDecisions(Steps.Terms.USUAL, steps);
    }

    private static void assertTheSameDecisions(Steps.Terms terms, List<Step> steps) {
        Steps one = new Steps(terms);
        Steps other = new Steps(terms);
        steps.forEach(one::take);
        steps.forEach(other::take);
        assertThat(other.world().log).isEqualTo(one.world().log);
    }

    @Property(tries = 15, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void aRestartChangesNoSeat(@ForAll("steps") List<Step> steps) {
        Steps run = new Steps();
        steps.forEach(run::take);
        run.assertThatARestartChangesNoSeat();
    }

    @Provide
    Arbitrary<List<Step>> elasticSteps() {
        return elasticSteps(Arbitraries.frequency(
                net.jqwik.api.Tuple.of(12, Step.What.START),
                net.jqwik.api.Tuple.of(3, Step.What.PODS_ARRIVE),
                net.jqwik.api.Tuple.of(1, Step.What.POD_FINISHES),
                net.jqwik.api.Tuple.of(3, Step.What.POD_IS_DELETED),
                net.jqwik.api.Tuple.of(6, Step.What.WITHDRAW),
                net.jqwik.api.Tuple.of(1, Step.What.NODE_FAILS),
                net.jqwik.api.Tuple.of(3, Step.What.NODE_RECOVERS),
                net.jqwik.api.Tuple.of(1, Step.What.RECORDS_FAIL),
                net.jqwik.api.Tuple.of(1, Step.What.SHRINKS_FAIL),
                net.jqwik.api.Tuple.of(1, Step.What.WRITES_HANG),
                net.jqwik.api.Tuple.of(3, Step.What.WRITES_COME_THROUGH),
                net.jqwik.api.Tuple.of(2, Step.What.TERMINATION_HANGS),
                net.jqwik.api.Tuple.of(3, Step.What.TERMINATED),
                net.jqwik.api.Tuple.of(4, Step.What.TIME_PASSES),
                net.jqwik.api.Tuple.of(1, Step.What.RESTART)));
    }

    /** Most pods that go are long about it, and nodes of plans are cordoned and uncordoned meanwhile. */
    @Provide
    Arbitrary<List<Step>> returningSteps() {
        return elasticSteps(Arbitraries.frequency(
                net.jqwik.api.Tuple.of(12, Step.What.START),
                net.jqwik.api.Tuple.of(4, Step.What.PODS_ARRIVE),
                net.jqwik.api.Tuple.of(2, Step.What.POD_IS_DELETED),
                net.jqwik.api.Tuple.of(4, Step.What.WITHDRAW),
                net.jqwik.api.Tuple.of(8, Step.What.PLANNED_NODE_FAILS),
                net.jqwik.api.Tuple.of(1, Step.What.NODE_FAILS),
                net.jqwik.api.Tuple.of(8, Step.What.NODE_RECOVERS),
                net.jqwik.api.Tuple.of(1, Step.What.NODE_IS_REMOVED),
                net.jqwik.api.Tuple.of(1, Step.What.RECORDS_FAIL),
                net.jqwik.api.Tuple.of(2, Step.What.WRITES_HANG),
                net.jqwik.api.Tuple.of(3, Step.What.WRITES_COME_THROUGH),
                net.jqwik.api.Tuple.of(6, Step.What.TERMINATION_HANGS),
                net.jqwik.api.Tuple.of(2, Step.What.TERMINATED),
                net.jqwik.api.Tuple.of(2, Step.What.TIME_PASSES),
                net.jqwik.api.Tuple.of(1, Step.What.RESTART)));
    }

    private static Arbitrary<List<Step>> elasticSteps(Arbitrary<Step.What> whats) {
        // Elastic gangs are those of each fourth kind.
        Arbitrary<Integer> which = Arbitraries.oneOf(
                Arbitraries.integers().between(0, 250).map(n -> 4 * n),
                Arbitraries.integers().between(0, 250).map(n -> 4 * n),
                Arbitraries.integers().between(0, 1_000));
        Arbitrary<Step> step = Combinators.combine(
                        whats, which, Arbitraries.integers().between(0, 1_000), Arbitraries.of(true, true, true, false))
                .as(Step::new);
        return step.list().ofMinSize(20).ofMaxSize(200);
    }

    @Provide
    Arbitrary<List<Step>> sharedSteps() {
        return steps(2, 0);
    }

    @Provide
    Arbitrary<List<Step>> variedSteps() {
        return steps(0, 3);
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return steps(0, 0);
    }

    /**
     * @param relabels how often gangs go to another sub-tenant
     * @param changes how often nodes go to another rack or pool, or are others in other ways
     */
    private static Arbitrary<List<Step>> steps(int relabels, int changes) {
        Arbitrary<Step.What> whats = Arbitraries.frequency(
                net.jqwik.api.Tuple.of(relabels, Step.What.RELABEL),
                net.jqwik.api.Tuple.of(changes, Step.What.NODE_CHANGES),
                net.jqwik.api.Tuple.of(changes / 3, Step.What.POOL_CHANGES),
                net.jqwik.api.Tuple.of(6, Step.What.START),
                net.jqwik.api.Tuple.of(4, Step.What.SUBMIT),
                net.jqwik.api.Tuple.of(6, Step.What.PODS_ARRIVE),
                net.jqwik.api.Tuple.of(2, Step.What.HELD_POD_ARRIVES),
                net.jqwik.api.Tuple.of(5, Step.What.POD_FINISHES),
                net.jqwik.api.Tuple.of(4, Step.What.POD_IS_DELETED),
                net.jqwik.api.Tuple.of(4, Step.What.WITHDRAW),
                net.jqwik.api.Tuple.of(3, Step.What.RESUME),
                net.jqwik.api.Tuple.of(2, Step.What.RESIZE),
                net.jqwik.api.Tuple.of(4, Step.What.LONE_POD),
                net.jqwik.api.Tuple.of(2, Step.What.NODE_FAILS),
                net.jqwik.api.Tuple.of(3, Step.What.NODE_RECOVERS),
                net.jqwik.api.Tuple.of(1, Step.What.NODE_IS_REMOVED),
                net.jqwik.api.Tuple.of(2, Step.What.CONTRACT_CHANGES),
                net.jqwik.api.Tuple.of(1, Step.What.CONTRACT_IS_REMOVED),
                net.jqwik.api.Tuple.of(2, Step.What.STRANGER),
                net.jqwik.api.Tuple.of(2, Step.What.RECORDS_FAIL),
                net.jqwik.api.Tuple.of(2, Step.What.RELEASES_FAIL),
                net.jqwik.api.Tuple.of(1, Step.What.SHRINKS_FAIL),
                net.jqwik.api.Tuple.of(2, Step.What.WRITES_HANG),
                net.jqwik.api.Tuple.of(3, Step.What.WRITES_COME_THROUGH),
                net.jqwik.api.Tuple.of(2, Step.What.TERMINATION_HANGS),
                net.jqwik.api.Tuple.of(3, Step.What.TERMINATED),
                net.jqwik.api.Tuple.of(1, Step.What.NODE_REFUSES),
                net.jqwik.api.Tuple.of(3, Step.What.TIME_PASSES),
                net.jqwik.api.Tuple.of(1, Step.What.RESTART));
        Arbitrary<Step> step = Combinators.combine(
                        whats,
                        Arbitraries.integers().between(0, 1_000),
                        Arbitraries.integers().between(0, 1_000),
                        Arbitraries.of(true, true, true, false))
                .as(Step::new);
        return step.list().ofMinSize(1).ofMaxSize(250);
    }
}
