package dev.offtake.schedule;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Gangs that are moved so that others have whole cells; {@link Invariants} are checked after every cycle. */
class MoveProperties {
    /** Whatever fails, hangs or restarts meanwhile. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void theInvariantsHoldForGangsThatAreMoved(@ForAll("movingSteps") List<Step> steps) {
        new Steps(Steps.Terms.MOVABLE).playToTheEnd(steps);
    }

    /** As above, where priorities evict on the same commitments. */
    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void theInvariantsHoldWherePrioritiesEvictAndGangsAreMoved(@ForAll("movingSteps") List<Step> steps) {
        new Steps(Steps.Terms.PREEMPTING_AND_MOVABLE).playToTheEnd(steps);
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void theyHoldWhereRacksHaveSparesAsWell(@ForAll("movingSteps") List<Step> steps) {
        new Steps(Steps.Terms.PREEMPTING_AND_MOVABLE).withSpares().playToTheEnd(steps);
    }

    /** Where nothing fails, a plan comes out as it was made. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void forWhomOthersAreMovedIsPlacedAndSoAreThey(@ForAll("calmSteps") List<Step> steps) {
        Steps run = new Steps(Steps.Terms.MOVABLE);
        int known = 0;
        for (Step step : steps) {
            run.take(step);
            List<Decision> log = run.world().log;
            for (Decision decision : List.copyOf(log.subList(known, log.size()))) {
                if (decision instanceof Decision.Evict evict
                        && evict.reason().numbers().containsKey(Reason.MOVED)) {
                    run.assertThatItRuns(evict.claimant());
                    run.assertThatItRuns(evict.gang());
                }
            }
            known = log.size();
        }
    }

    @Provide
    Arbitrary<List<Step>> calmSteps() {
        Arbitrary<Step.What> whats = Arbitraries.frequency(
                net.jqwik.api.Tuple.of(8, Step.What.START),
                net.jqwik.api.Tuple.of(4, Step.What.WITHDRAW),
                net.jqwik.api.Tuple.of(4, Step.What.MINUTES_PASS));
        return calm(whats, Arbitraries.just(true));
    }

    @Provide
    Arbitrary<List<Step>> movingSteps() {
        Arbitrary<Step.What> whats = Arbitraries.frequency(
                net.jqwik.api.Tuple.of(12, Step.What.START),
                net.jqwik.api.Tuple.of(1, Step.What.LONE_POD),
                net.jqwik.api.Tuple.of(1, Step.What.POD_FINISHES),
                net.jqwik.api.Tuple.of(2, Step.What.POD_IS_DELETED),
                net.jqwik.api.Tuple.of(6, Step.What.WITHDRAW),
                net.jqwik.api.Tuple.of(2, Step.What.RESUME),
                net.jqwik.api.Tuple.of(1, Step.What.RESIZE),
                net.jqwik.api.Tuple.of(1, Step.What.NODE_FAILS),
                net.jqwik.api.Tuple.of(3, Step.What.NODE_RECOVERS),
                net.jqwik.api.Tuple.of(1, Step.What.CONTRACT_CHANGES),
                net.jqwik.api.Tuple.of(1, Step.What.RECORDS_FAIL),
                net.jqwik.api.Tuple.of(1, Step.What.WRITES_HANG),
                net.jqwik.api.Tuple.of(3, Step.What.WRITES_COME_THROUGH),
                net.jqwik.api.Tuple.of(2, Step.What.TERMINATION_HANGS),
                net.jqwik.api.Tuple.of(3, Step.What.TERMINATED),
                net.jqwik.api.Tuple.of(2, Step.What.TIME_PASSES),
                net.jqwik.api.Tuple.of(6, Step.What.MINUTES_PASS),
                net.jqwik.api.Tuple.of(1, Step.What.RESTART));
        return calm(whats, Arbitraries.of(true, true, true, false));
    }

    private static Arbitrary<List<Step>> calm(Arbitrary<Step.What> whats, Arbitrary<Boolean> decide) {
        Arbitrary<Integer> some = Arbitraries.integers().between(0, 1_000);
        return Combinators.combine(whats, some, some, decide)
                .as(Step::new)
                .list()
                .ofMinSize(10)
                .ofMaxSize(120);
    }
}
