package dev.offtake.placement;

import static dev.offtake.placement.Ask.pod;
import static dev.offtake.placement.Ask.pods;
import static dev.offtake.placement.PlacementWorld.onDemand;
import static dev.offtake.placement.PlacementWorld.reserved;
import static dev.offtake.placement.PlacementWorld.spot;
import static dev.offtake.placement.Site.site;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.offtake.placement.Refusal.Code;
import org.junit.jupiter.api.Test;

/** "A claim smaller than the unit binds a whole cell." */
class BoundCellsTest {
    private final PlacementWorld world = new PlacementWorld(site().racks(4));

    @Test
    void smallClaimsOfOneCommitmentShareACellAndNobodyElseIsInIt() {
        world.account("acme", "rack", 1, 0);
        world.account("gpus", "gpu", 96, 0);

        world.placed("small", reserved("acme"), pod());
        world.placed("smaller", reserved("acme"), pods(2));
        assertThat(world.claimed("acme")).isEqualTo(1);
        world.placed("others", reserved("gpus"), pods(96));
        assertThat(world.racksOf("others")).doesNotContainAnyElementsOf(world.racksOf("small"));
        assertThat(world.racksOf("smaller")).isEqualTo(world.racksOf("small"));
    }

    @Test
    void whatIsLentOfABoundCellIsTakenBackBeforeAnotherIsBound() {
        world.account("acme", "rack", 2, 0);
        world.account("others", "rack", 2, 0);
        world.account("guest", "gpu", 0, 0);
        world.placed("own", reserved("acme"), pod().gpus(8).on("rack", "r0"));
        world.placed("lent", spot("guest"), pods(3).gpus(8).on("rack", "r0"));

        world.placed("second", reserved("acme"), pods(3).gpus(8));
        assertThat(world.evictions).containsExactly("lent");
        assertThat(world.claimed("acme")).isEqualTo(1);
        world.placed("whole", reserved("acme"), pods(4).gpus(8).within("rack"));
    }

    @Test
    void whatDoesNotFitIntoTheRestOfABoundCellEvictsNobodyThere() {
        world.account("acme", "rack", 2, 0);
        world.account("guest", "gpu", 0, 0);
        world.placed("own", reserved("acme"), pod().gpus(8).on("rack", "r0"));
        world.placed("lent", spot("guest"), pods(3).gpus(8).on("rack", "r0"));

        world.placed("whole", reserved("acme"), pods(4).gpus(8).within("rack"));
        assertThat(world.evictions).isEmpty();
        assertThat(world.claimed("acme")).isEqualTo(2);
    }

    @Test
    void whatIsNotLentStaysIdleWhenOthersClaim() {
        world.account(new Account("acme", "h100", "rack", 1, 0, false));
        world.account("beta", "rack", 3, 0);
        world.account("guest", "gpu", 0, 0);
        world.placed("lent", spot("guest"), pods(12).gpus(8));

        world.placed("others", reserved("beta"), pods(4).gpus(8));
        assertThat(world.evictions).containsExactly("lent");
        world.evictions.clear();
        world.placed("job", reserved("acme"), pods(4).gpus(8));
        assertThat(world.evictions).isEmpty();
    }

    @Test
    void anEmptyCellIsUnboundAtOnce() {
        world.account("acme", "rack", 4, 0);
        world.account("late", "rack", 4, 0);
        world.placed("small", reserved("acme"), pod());
        assertThat(world.claimed("acme")).isEqualTo(1);

        world.release("small");
        assertThat(world.claimed("acme")).isZero();
        world.close("acme");
        assertThat(world.entitled("late")).isEqualTo(4);
    }

    @Test
    void gpusLeftInBoundCellsDoNotTakeACellFromSomebodyElse() {
        world.account("acme", "rack", 2, 0);
        world.account("others", "rack", 2, 0);
        // Two nodes used in each of two racks.
        world.placed("a", reserved("acme"), pods(2).gpus(8));
        world.placed("fill", reserved("acme"), pods(2).gpus(8));
        world.placed("b", reserved("acme"), pods(2).gpus(8));
        world.release("fill");
        assertThat(world.claimed("acme")).isEqualTo(2);

        Refusal refusal = world.refused(reserved("acme"), pods(4).gpus(8).within("rack"));
        assertThat(refusal.code()).isEqualTo(Code.OWN_FRAGMENTATION);
        assertThat(refusal.numbers())
                .containsExactly(
                        entry("unit", "rack"),
                        entry("needed", "32"),
                        entry("freeInBound", "32"),
                        entry("freeUnits", "0"));
        world.placed("spread", reserved("acme"), pods(4).gpus(8));
        world.placed("theirs", reserved("others"), pods(8).gpus(8));
    }

    @Test
    void gpusLeftOnBoundNodesAreFragmentsForAPodOfAWholeNode() {
        world.account("acme", "node", 3, 0);
        world.placed("a", reserved("acme"), pods(3).gpus(5));
        assertThat(world.claimed("acme")).isEqualTo(3);

        assertThat(world.refused(reserved("acme"), pod().gpus(8)).code())
                .as("9 GPUs are left")
                .isEqualTo(Code.OWN_FRAGMENTATION);
        world.placed("b", reserved("acme"), pods(2).gpus(3));
        assertThat(world.refused(reserved("acme"), pod().gpus(8)).code())
                .as("3 GPUs are left")
                .isEqualTo(Code.QUOTA_REACHED);
    }

    @Test
    void workOfAHalfBindsTheHalf() {
        PlacementWorld halves = new PlacementWorld(site().trays(1).half(4));
        halves.account("acme", "half", 1, 0);
        halves.account("other", "half", 1, 0);
        halves.account("gpus", "gpu", 0, 8);

        halves.placed("a", reserved("acme"), pod());
        assertThat(halves.refused(onDemand("gpus"), pod()).code())
                .as("3 GPUs of the half are acme's, 4 are promised to the other")
                .isEqualTo(Code.INSUFFICIENT_GPUS);
        halves.placed("b", reserved("other"), pod().gpus(4));
        halves.placed("c", reserved("acme"), pods(3));
    }

    @Test
    void aCommitmentThatShrankTakesNothingMoreIntoTheCellsAboveIt() {
        world.account("acme", "node", 2, 0);
        world.placed("a", reserved("acme"), pods(2).gpus(7));
        world.account("acme", "node", 1, 0);

        Refusal refusal = world.refused(reserved("acme"), pod());
        assertThat(refusal.code()).isEqualTo(Code.QUOTA_REACHED);
        assertThat(refusal.numbers()).contains(entry("claimed", "2"), entry("committed", "1"));
    }
}
