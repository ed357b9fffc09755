package dev.offtake.placement;

import static dev.offtake.placement.Ask.pod;
import static dev.offtake.placement.Ask.pods;
import static dev.offtake.placement.PlacementWorld.reserved;
import static dev.offtake.placement.Site.site;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What of a commitment can be kept: in cells that are whole by their parts, and in several pools. */
class EntitlementsTest {
    private static final Site BLOCKS = site().blocks(2).racks(2).trays(2);

    @Test
    void nodesInBrokenRacksMakeNoBlock() {
        PlacementWorld world = new PlacementWorld(BLOCKS);
        world.remove("b0-r1-n1");
        world.put(BLOCKS.node(0, 2, 0));
        world.remove("b1-r1-n0");
        world.remove("b1-r1-n1");
        world.account("blocks", "block", 1, 0);
        world.account("racks", "rack", 2, 0);
        world.account("nodes", "node", 2, 0);

        assertThat(world.entitled("blocks"))
                .as("no two racks of a block are whole")
                .isZero();
        assertThat(world.entitled("racks")).isEqualTo(2);
        assertThat(world.entitled("nodes")).isEqualTo(2);
        world.placed("one", reserved("nodes"), pod());
        world.placed("other", reserved("nodes"), pod());
        world.placed("rack", reserved("racks"), pods(2).within("rack"));
        world.placed("another", reserved("racks"), pods(2).within("rack"));
    }

    @Test
    void aBlockOfMoreRacksThanItWasSoldWithIsWholeByAsManyWholeRacksAsWereSold() {
        PlacementWorld world = new PlacementWorld(BLOCKS);
        world.put(BLOCKS.node(0, 2, 0));
        world.put(BLOCKS.node(0, 2, 1));
        world.fail("b0-r0-n0");
        world.account("blocks", "block", 2, 0);

        assertThat(world.entitled("blocks")).isEqualTo(2);
        world.fail("b0-r1-n0");
        assertThat(world.entitled("blocks")).isEqualTo(1);
    }

    @Test
    void ofABlockOfMoreRacksThanItWasSoldWithWholeRacksAreLeftUntilTheLast() {
        PlacementWorld world = new PlacementWorld(BLOCKS.blocks(1));
        world.put(BLOCKS.node(0, 2, 0));
        world.put(BLOCKS.node(0, 3, 0));
        world.put(BLOCKS.node(0, 3, 1));
        world.fail("b0-r1-n0");
        world.account("racks", "rack", 2, 0);

        world.placed("one", reserved("racks"), pods(2).within("rack"));
        world.placed("two", reserved("racks"), pods(2).within("rack"));
    }

    @Test
    void whoWasBeforeIsMovedToAnotherPoolIfThatMakesRoom() {
        PlacementWorld world = new PlacementWorld(
                site().racks(1).trays(1), site().named("west").racks(1).trays(2));
        world.account("gpus", "gpu", 9, 0);
        world.account("nodes", "node", 2, 0);
        assertThat(world.entitled("gpus")).isEqualTo(9);
        assertThat(world.entitled("nodes")).isEqualTo(1);

        world.account("gpus", "gpu", 8, 0);
        assertThat(world.entitled("nodes")).isEqualTo(2);
        world.placed("gang", reserved("gpus"), pods(8).gpus(1));
        assertThat(world.entitled("nodes")).isEqualTo(2);
        world.placed("pair", reserved("nodes"), pods(2).gpus(8));
    }

    @Test
    void aClaimInAnotherPoolLeavesEverybodyHis() {
        for (long seed = 122_800; seed < 122_810; seed++) {
            RandomWorld world = new RandomWorld(seed, false);
            for (int i = 0; i < 80; i++) {
                if (i % 3 == 0) {
                    world.disturb();
                } else {
                    world.step();
                }
            }
        }
    }
}
