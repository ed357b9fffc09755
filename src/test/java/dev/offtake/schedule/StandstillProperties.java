package dev.offtake.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Tier;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Where nobody gets a turn as all would be refused again, the decisions are those of a scheduler that asks everybody. */
class StandstillProperties {
    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void decisionsAreTheSameWhereEverybodyIsAsked(@ForAll("steps") List<Step> steps) {
        assertThatDecisionsAreTheSame(steps, Steps.Terms.EQUALS);
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void theyAreAmongPrioritiesThatEvict(@ForAll("steps") List<Step> steps) {
        assertThatDecisionsAreTheSame(steps, Steps.Terms.PREEMPTING);
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void theyAreAmongSubTenants(@ForAll("steps") List<Step> steps) {
        assertThatDecisionsAreTheSame(steps, Steps.Terms.SHARED);
    }

    private static void assertThatDecisionsAreTheSame(List<Step> steps, Steps.Terms terms) {
        Steps one = new Steps(terms);
        Steps other = new Steps(terms);
        other.world().scheduler.passAlways();
        steps.forEach(one::take);
        steps.forEach(other::take);
        assertThat(one.world().log).isEqualTo(other.world().log);
        assertThat(one.world().scheduler.passes())
                .isLessThanOrEqualTo(other.world().scheduler.passes());
    }

    @Example
    void nobodyHasATurnWhereAllWouldBeRefusedAgain() {
        World world =
                World.h100(1).contract(Site.contract("acme", 8, "gpu")).contract(Site.contract("globex", 16, "gpu"));
        Job small = Job.job("globex", "small", 1, 4);
        world.start(Job.job("acme", "holds", 1, 8)).start(small);
        world.start(Job.job("globex", "guest", 3, 8).tiers(Tier.SPOT));
        world.start(Job.job("acme", "waits", 1, 8).tiers(Tier.RESERVED));
        world.start(Job.job("globex", "borrows", 2, 8).tiers(Tier.SPOT));
        long passes = world.scheduler.passes();
        world.withdraw(small).settle();
        assertThat(world.scheduler.passes()).isEqualTo(passes);
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Step.What> whats = Arbitraries.frequency(
                Tuple.of(16, Step.What.START),
                Tuple.of(2, Step.What.PODS_ARRIVE),
                Tuple.of(2, Step.What.LONE_POD),
                Tuple.of(2, Step.What.POD_FINISHES),
                Tuple.of(2, Step.What.POD_IS_DELETED),
                Tuple.of(8, Step.What.WITHDRAW),
                Tuple.of(2, Step.What.RESUME),
                Tuple.of(1, Step.What.RESIZE),
                Tuple.of(1, Step.What.NODE_FAILS),
                Tuple.of(2, Step.What.NODE_RECOVERS),
                Tuple.of(1, Step.What.CONTRACT_CHANGES),
                Tuple.of(1, Step.What.STRANGER),
                Tuple.of(1, Step.What.RECORDS_FAIL),
                Tuple.of(1, Step.What.WRITES_HANG),
                Tuple.of(3, Step.What.WRITES_COME_THROUGH),
                Tuple.of(1, Step.What.TERMINATION_HANGS),
                Tuple.of(3, Step.What.TERMINATED),
                Tuple.of(4, Step.What.TIME_PASSES));
        Arbitrary<Step> step = Combinators.combine(
                        whats,
                        Arbitraries.integers().between(0, 1_000),
                        Arbitraries.integers().between(0, 1_000),
                        Arbitraries.of(true, true, true, false))
                .as(Step::new);
        return step.list().ofMinSize(20).ofMaxSize(200);
    }
}
