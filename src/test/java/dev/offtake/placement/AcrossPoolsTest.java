package dev.offtake.placement;

import static dev.offtake.placement.Ask.pod;
import static dev.offtake.placement.Ask.pods;
import static dev.offtake.placement.PlacementWorld.onDemand;
import static dev.offtake.placement.PlacementWorld.reserved;
import static dev.offtake.placement.PlacementWorld.spot;
import static dev.offtake.placement.Site.site;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Rules 4 and 7 where several pools serve an account: the best place of all of them, and not that of the first. */
class AcrossPoolsTest {
    private final PlacementWorld world =
            new PlacementWorld(site().racks(2), site().racks(2).named("west"));

    private void isIn(String pool, String name) {
        assertThat(world.nodesOf(name).keySet())
                .as("%s in pool %s", name, pool)
                .allMatch(node -> node.startsWith("west") == pool.equals("west"));
    }

    @Test
    void equalPlacesAreTakenInTheFirstPool() {
        world.account("acme", "node", 8, 0);

        world.placed("job", reserved("acme"), pods(2).gpus(8));
        isIn("east", "job");
    }

    @Test
    void whatACommitmentHasBoundIsUsedBeforeMoreIsBoundInAnotherPool() {
        world.account("acme", "rack", 2, 0);
        world.placed("first", reserved("acme"), pod().gpus(8).on("product", "west"));
        isIn("west", "first");

        world.placed("second", reserved("acme"), pods(2).gpus(8));
        isIn("west", "second");
        assertThat(world.claimed("acme")).isEqualTo(1);
    }

    @Test
    void aBrokenRackOfOnePoolIsUsedBeforeAWholeOneOfAnother() {
        world.account("acme", "node", 8, 0);
        world.fail("west-r1-n0");

        world.placed("job", reserved("acme"), pods(3).gpus(8));
        isIn("west", "job");
    }

    @Test
    void aGangSpansTheFewestCells() {
        world.account("acme", "node", 8, 0);
        world.account("other", "node", 3, 0);
        world.placed("a", reserved("other"), pod().gpus(8).on("rack", "r0"));
        world.placed("b", reserved("other"), pod().gpus(8).on("rack", "r1"));
        world.placed("c", reserved("other"), pod().gpus(8).on("rack", "west-r0"));

        world.placed("job", reserved("acme"), pods(4).gpus(8));
        assertThat(world.racksOf("job")).containsExactly("west-r1");
    }

    @Test
    void thePreferredLevelIsSoughtInEachPool() {
        world.account("acme", "node", 8, 0);
        world.fail("r0-n0", "r1-n0");

        world.placed("job", reserved("acme"), pods(4).gpus(8).near("rack"));
        isIn("west", "job");
    }

    @Test
    void theFullestNodeThatFitsIsTakenInWhicheverPool() {
        world.account("acme", "gpu", 32, 0);
        world.occupy("three", "r0-n0", pod().gpus(3));
        world.occupy("five", "west-r1-n2", pod().gpus(5));

        assertThat(world.placed("job", reserved("acme"), pod().gpus(3))).containsOnlyKeys("west-r1-n2");
    }

    @Test
    void onDemandAndLentWorkChooseAlike() {
        world.account("acme", "node", 1, 32);
        world.fail("west-r1-n0", "west-r0-n0");

        world.placed("surplus", onDemand("acme"), pods(2).gpus(8));
        isIn("west", "surplus");
        world.placed("lent", spot("acme"), pods(3).gpus(8));
        isIn("west", "lent");
    }

    @Test
    void ofWhatCanBeTakenBackTheLeastWorkIsLostInWhicheverPool() {
        world.account("acme", "node", 16, 0);
        world.account("guest", "gpu", 0, 0);
        // What came later has less to lose.
        for (int rack = 0; rack < 2; rack++) {
            world.placed("old-" + rack, spot("guest"), pods(4).gpus(8).on("rack", "r" + rack));
        }
        for (int rack = 0; rack < 2; rack++) {
            world.placed("new-" + rack, spot("guest"), pods(4).gpus(8).on("rack", "west-r" + rack));
        }

        world.placed("job", reserved("acme"), pods(4).gpus(8));
        isIn("west", "job");
        assertThat(world.evictions).containsExactly("new-1");
    }

    @Test
    void aPoolWithoutEvictionComesBeforeABetterPlaceWithOne() {
        world.account("acme", "node", 8, 0);
        world.account("guest", "gpu", 0, 0);
        world.fail("r0-n0", "r0-n1", "r1-n0");
        world.placed("lent", spot("guest"), pods(2).gpus(8).on("rack", "r0"));

        world.placed("job", reserved("acme"), pods(2).gpus(8).near("rack"));
        assertThat(world.evictions).isEmpty();
    }

    @Test
    void aClaimThatAcceptsOnePoolOnlyIsServedWhereAnotherCanServeWhatThatWasToServe() {
        world.account("acme", "rack", 2, 0);
        world.account("late", "rack", 2, 0);

        for (int rack = 0; rack < 2; rack++) {
            world.placed("late-" + rack, reserved("late"), pods(4).gpus(8).on("rack", "r" + rack));
        }
        assertThat(world.entitled("acme")).isEqualTo(2);
        world.placed("job", reserved("acme"), pods(8).gpus(8));
        isIn("west", "job");
    }

    @Test
    void itIsNotWhereNoneCan() {
        world.account("acme", "rack", 3, 0);
        world.account("late", "rack", 1, 8);

        world.placed("job", reserved("late"), pods(4).gpus(8).on("rack", "r0"));
        assertThat(world.refused(onDemand("late"), pod()).code()).isEqualTo(Refusal.Code.INSUFFICIENT_GPUS);
        world.placed("all", reserved("acme"), pods(4).gpus(8).on("rack", "r1"));
        world.placed("rest", reserved("acme"), pods(8).gpus(8));
    }

    @Test
    void surplusIsFoundWhereverItCanBe() {
        world.account("acme", "node", 8, 0);
        world.account("guest", "node", 0, 64);
        world.placed("some", reserved("acme"), pods(4).gpus(8).on("rack", "r0"));
        world.placed("others", reserved("acme"), pods(2).gpus(8).on("rack", "west-r0"));

        world.placed("job", onDemand("guest"), pods(6).gpus(8).on("product", "west"));
        assertThat(world.entitled("acme")).isEqualTo(8);
        world.placed("rest", reserved("acme"), pods(2).gpus(8));
        isIn("east", "rest");
    }

    @Test
    void whatIsNotLentMayBeIdleInAnyPool() {
        world.account(new Account("acme", "h100", "rack", 2, 0, false));
        world.account("guest", "gpu", 0, 0);

        world.placed("east", spot("guest"), pods(8).gpus(8).on("product", "east"));
        assertThat(world.refused(spot("guest"), pod()).code()).isEqualTo(Refusal.Code.INSUFFICIENT_GPUS);
        world.placed("job", reserved("acme"), pods(8).gpus(8));
        isIn("west", "job");
    }

    @Test
    void theReasonTellsHowManyPoolsHadRoom() {
        world.account("acme", "node", 8, 0);
        world.fail("west-r1-n0");

        Outcome.Placed placed = (Outcome.Placed)
                world.place("job", reserved("acme"), pods(3).gpus(8).demand(), 0);
        assertThat(placed.why().orElseThrow().numbers())
                .containsEntry("pool", "west")
                .containsEntry("poolsWithRoom", "2");
    }

    @Test
    void slicesAreNotInAPoolThatLacksTheirLevel() {
        PlacementWorld two =
                new PlacementWorld(site().blocks(1).racks(1), site().racks(2).named("west"));
        two.account("acme", "node", 8, 0);
        two.account("guest", "gpu", 0, 0);
        two.placed("all", reserved("acme"), pods(4).gpus(8).on("product", "east"));
        two.placed("lent", spot("guest"), pods(4).gpus(8));

        two.refused(reserved("acme"), pods(4).gpus(8).slices("block", 2));
        assertThat(two.evictions).isEmpty();
    }

    @Test
    void whatIsIdleIsLentWhetherOrNotItsPoolKnowsTheUnit() {
        PlacementWorld two = new PlacementWorld(
                site().racks(1), site().racks(1).named("west").unsized());
        two.account("acme", "rack", 1, 0);
        two.placed("own", reserved("acme"), pods(4).gpus(8));

        two.placed("lent", spot("acme"), pods(4).gpus(8));
        assertThat(two.racksOf("lent")).containsExactly("west-r0");
    }

    @Test
    void theNumbersOfARefusalAreThoseOfOnePool() {
        world.account("acme", "node", 0, 64);
        world.occupy("east", "r0-n0", pod().gpus(8));
        world.occupy("west", "west-r0-n0", pod().gpus(4));

        assertThat(world.refused(onDemand("acme"), pods(63)).numbers())
                .containsEntry("free", "60")
                .containsEntry("promised", "0");
    }

    @Test
    void aGangWhosePodSetsMatchDifferentPoolsHearsThat() {
        world.account("acme", "node", 16, 0);
        GangDemand gang = pod().gpus(8).on("product", "east").with(pod().gpus(8).on("product", "west"));

        Outcome outcome = world.place("torn", reserved("acme"), gang, 0);
        assertThat(((Outcome.Refused) outcome).refusal().code()).isEqualTo(Refusal.Code.CONSTRAINTS_MATCH_NO_NODE);
    }

    @Test
    void whatIsBoundIsTakenBackBeforeMoreIsBoundInAnotherPoolWhereLessIsLost() {
        world.account("acme", "rack", 3, 0);
        world.account("guest", "gpu", 0, 0);
        world.placed("own", reserved("acme"), pod().gpus(8).on("rack", "west-r0"));
        world.placed("dear", spot("guest"), pods(3).gpus(8).on("rack", "west-r0"));
        world.placed("fill", spot("guest"), pods(4).gpus(8).on("rack", "west-r1"));
        world.placed("more", spot("guest"), pods(4).gpus(8).on("rack", "r1"));
        world.placed("cheap", spot("guest"), pods(4).gpus(8).on("rack", "r0"));

        world.placed("job", reserved("acme"), pods(3).gpus(8));
        assertThat(world.racksOf("job")).containsExactly("west-r0");
        assertThat(world.claimed("acme")).isEqualTo(1);
    }
}
