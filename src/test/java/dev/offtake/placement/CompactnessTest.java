package dev.offtake.placement;

import static dev.offtake.placement.Ask.pods;
import static dev.offtake.placement.PlacementWorld.onDemand;
import static dev.offtake.placement.PlacementWorld.reserved;
import static dev.offtake.placement.PlacementWorld.spot;
import static dev.offtake.placement.Site.site;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Refusal.Code;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many cells a compact gang may lie in. Two blocks of three racks of four nodes of 8 GPUs. */
class CompactnessTest {
    private final PlacementWorld world = of(site().blocks(2).racks(3));

    private static PlacementWorld of(Site site) {
        PlacementWorld world = new PlacementWorld(site);
        world.account("acme", "gpu", 192, 0);
        return world;
    }

    /** Leaves so many nodes of each rack. */
    private void leave(int nodes) {
        for (int r = 0; r < 6; r++) {
            for (int n = nodes; n < 4; n++) {
                world.fail("b" + r / 3 + "-r" + r % 3 + "-n" + n);
            }
        }
    }

    private Outcome borrow(Ask ask) {
        return borrow(ask, "block");
    }

    private Outcome borrow(Ask ask, String preferred) {
        return world.place("borrows", spot("acme"), ask.near(preferred).compact(), 0);
    }

    @ParameterizedTest
    @CsvSource({
        "2, 1, 2, 1", // half a rack: one
        "3, 1, 3, 2", // more: twice as many as it needs
        "3, 2, , ",
        "4, 2, , ",
        "5, 2, , ",
        "6, 2, , ",
    })
    void aGangOfWholeNodesLiesInOneRackUpToHalfOfOneElseInTwiceAsManyAsItNeeds(
            int nodes, int left, Integer racks, Integer most) {
        leave(left);

        Outcome outcome = borrow(pods(nodes).gpus(8));

        if (most == null) {
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Outcome.Placed.class,
                            placed ->
                                    assertThat(world.racksOf("borrows").size()).isEqualTo((nodes + left - 1) / left));
        } else {
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Outcome.Refused.class,
                            refused -> assertThat(refused.refusal())
                                    .isEqualTo(new Refusal(
                                            Code.NOT_COMPACT,
                                            Map.of(
                                                    "level",
                                                    "rack",
                                                    "cells",
                                                    racks.toString(),
                                                    "mostCells",
                                                    most.toString()))));
        }
    }

    @Test
    void itIsRefusedForTheOutermostLevelOfWhichItLiesInTooManyCells() {
        leave(1);

        assertThat(borrow(pods(4).gpus(8)))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.refusal().numbers())
                                .containsEntry("level", "block")
                                .containsEntry("cells", "2")
                                .containsEntry("mostCells", "1"));
    }

    @Test
    void theLevelThatItPrefersIsNoLimitOfItsOwn() {
        leave(2);

        assertThat(borrow(pods(4).gpus(8), "rack")).isInstanceOf(Outcome.Placed.class);
        assertThat(world.racksOf("borrows")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "5, block, true", // less than half of a block: one
        "6, block, false", // half of one that it prefers: two
        "6, rack, true", // half of one that it does not even prefer: one
    })
    void ofTheLevelThatItPrefersHalfACellMayLieInTwo(int nodes, String preferred, boolean inOne) {
        // Of each block so much is left that one does not hold it.
        for (int b = 0; b < 2; b++) {
            for (int n = 0; n < 4; n++) {
                world.fail("b" + b + "-r2-n" + n);
                if (n >= nodes - 5) {
                    world.fail("b" + b + "-r1-n" + n);
                }
            }
        }

        Outcome outcome = borrow(pods(nodes).gpus(8), preferred);

        if (inOne) {
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Outcome.Refused.class,
                            refused -> assertThat(refused.refusal().numbers())
                                    .containsEntry("level", "block")
                                    .containsEntry("mostCells", "1"));
        } else {
            assertThat(outcome).isInstanceOf(Outcome.Placed.class);
        }
    }

    @Test
    void itLiesInOneCellOfThatLevelWhereOneHasRoom() {
        for (int r = 0; r < 5; r++) {
            world.fail("b" + r / 3 + "-r" + r % 3 + "-n0");
        }

        assertThat(borrow(pods(4).gpus(8), "rack")).isInstanceOf(Outcome.Placed.class);
        assertThat(world.racksOf("borrows")).containsExactly("b1-r2");
    }

    @Test
    void ofALevelWhoseSizeNobodyDeclaredItLiesInOneCellIfItPrefersIt() {
        PlacementWorld unsized = of(site().racks(3).unsized());
        for (int r = 0; r < 3; r++) {
            unsized.fail("r" + r + "-n0");
        }

        assertThat(unsized.place(
                        "borrows", spot("acme"), pods(4).gpus(8).near("rack").compact(), 0))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.refusal().code()).isEqualTo(Code.NOT_COMPACT));
        assertThat(unsized.place(
                        "borrows", spot("acme"), pods(3).gpus(8).near("rack").compact(), 0))
                .isInstanceOf(Outcome.Placed.class);
    }

    @Test
    void whatHasNoRoomAnywhereIsNotRefusedForItsShape() {
        leave(1);

        assertThat(borrow(pods(7).gpus(8)))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.refusal().code()).isEqualTo(Code.INSUFFICIENT_GPUS));
    }

    @Test
    void podsThatShareNodesCountByTheNodesTheyNeed() {
        leave(1);

        // Two of four GPUs to a node.
        assertThat(borrow(pods(6).gpus(4))).isInstanceOf(Outcome.Refused.class);
        assertThat(borrow(pods(2).gpus(4))).isInstanceOf(Outcome.Placed.class);
    }

    @Test
    void onlyWhatIsLentIsToBeCompact() {
        leave(1);
        world.account("acme", "gpu", 16, 32);

        assertThat(world.place(
                        "own", reserved("acme"), pods(2).gpus(8).near("rack").compact(), 0))
                .isInstanceOf(Outcome.Placed.class);
        assertThat(world.place(
                        "more", onDemand("acme"), pods(2).gpus(8).near("rack").compact(), 0))
                .isInstanceOf(Outcome.Placed.class);
    }
}
