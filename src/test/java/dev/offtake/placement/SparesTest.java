package dev.offtake.placement;

import static dev.offtake.placement.Ask.pod;
import static dev.offtake.placement.Ask.pods;
import static dev.offtake.placement.PlacementWorld.onDemand;
import static dev.offtake.placement.PlacementWorld.reserved;
import static dev.offtake.placement.Site.nvl72;
import static dev.offtake.placement.Site.site;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Refusal.Code;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** "Spares are a number, not particular nodes." */
class SparesTest {
    /** A rack of 18 trays with 2 spares: 16 are sold. */
    private final PlacementWorld world = new PlacementWorld(nvl72(1));

    private final Ask wholeRack = pods(16).gpus(4).within("rack");

    @Test
    void aRackIsWholeWhileAsManyTraysAreHealthyAsAreSold() {
        world.account("acme", "gb300", "rack", 1, 0);

        world.fail("r0-n3", "r0-n11");
        assertThat(world.entitled("acme")).isEqualTo(1);
        assertThat(world.placed("train", reserved("acme"), wholeRack))
                .hasSize(16)
                .doesNotContainKeys("r0-n3");
        world.release("train");
        world.fail("r0-n5");
        assertThat(world.entitled("acme")).isZero();
        assertThat(world.refused(reserved("acme"), wholeRack))
                .isEqualTo(new Refusal(
                        Code.INSUFFICIENT_WHOLE_CELLS,
                        Map.of("level", "rack", "needed", "1", "whole", "0", "entitled", "0", "committed", "1")));
    }

    @Test
    void aClaimTakesNoRackThatItsBlockHasNotToGive() {
        // Blocks are sold as two racks of two nodes; the first has a third rack.
        Site site = site().blocks(2).racks(2).trays(2);
        PlacementWorld roomy = new PlacementWorld(site);
        roomy.put(site.node(0, 2, 0));
        roomy.put(site.node(0, 2, 1));
        roomy.account("bound", "rack", 1, 0);
        roomy.account("acme", "rack", 1, 0);
        roomy.account("other", "gpu", 1, 24);
        roomy.placed("one", reserved("bound"), pod().gpus(8).on("rack", "b0-r0"));
        roomy.placed("two", reserved("other"), pod().on("rack", "b0-r2"));

        // Of the first block one node is left to give, and so no rack, though one is idle in it.
        roomy.placed("job", reserved("acme"), pod().gpus(8));
        assertThat(roomy.racksOf("job")).singleElement().asString().startsWith("b1");
        roomy.placed("surplus", onDemand("other"), pods(2).gpus(8));
        roomy.release("job");
        assertThat(roomy.entitled("acme")).isEqualTo(1);
    }

    @Test
    void idleNodesCountWhereMostFitsBesideOthers() {
        // A block of two racks of three nodes each; two of the racks that it has are in use in part.
        Site site = site().blocks(1).racks(2).trays(3);
        PlacementWorld roomy = new PlacementWorld(site);
        for (int tray = 0; tray < 3; tray++) {
            roomy.put(site.node(0, 2, tray));
        }
        roomy.account("acme", "block", 1, 0);
        for (int tray = 0; tray < 3; tray++) {
            roomy.placed("full-" + tray, reserved("acme"), pod().gpus(8).on("rack", "b0-r0"));
        }
        roomy.placed("part", reserved("acme"), pod().gpus(5).on("rack", "b0-r1"));

        // Two more nodes may be taken into use: beside the one with three free GPUs they hold five pods of three.
        roomy.placed("job", reserved("acme"), pods(5).gpus(3).within("rack"));
        assertThat(roomy.racksOf("job")).containsExactly("b0-r1");
    }

    @Test
    void aClaimForAllThatABlockMayGiveTakesItsFullestNodesWhereverTheyLie() {
        // Sold as two racks of two nodes; of three racks one has lost a node, and another one has a damaged node.
        Site site = site().blocks(1).racks(2).trays(2);
        PlacementWorld roomy = new PlacementWorld(site);
        roomy.put(site.node(0, 2, 0));
        roomy.put(site.node(0, 2, 1));
        roomy.fail("b0-r0-n1");
        roomy.degrade("b0-r1-n1", 5);
        roomy.account("acme", "gpu", 32, 0);
        assertThat(roomy.entitled("acme")).isEqualTo(32);

        assertThat(roomy.placed("job", reserved("acme"), pods(32)))
                .containsOnlyKeys("b0-r0-n0", "b0-r1-n0", "b0-r2-n0", "b0-r2-n1");
    }

    @Test
    void noMoreTraysAreInUseThanAreSold() {
        world.account("acme", "gb300", "node", 18, 72);
        assertThat(world.entitled("acme")).isEqualTo(16);

        world.placed("job", reserved("acme"), pods(16).gpus(4));
        assertThat(world.refused(reserved("acme"), pod()).code()).isEqualTo(Code.INSUFFICIENT_WHOLE_CELLS);
        assertThat(world.refused(onDemand("acme"), pod()).code()).isEqualTo(Code.INSUFFICIENT_GPUS);
    }

    @Test
    void aFreeSpareReplacesAFailedTrayOfItsRack() {
        world.account("acme", "gb300", "node", 16, 0);
        world.placed("a", reserved("acme"), pod().gpus(4));
        world.placed("b", reserved("acme"), pods(15).gpus(4));
        String failed = world.nodesOf("a").keySet().iterator().next();

        world.fail(failed);
        world.release("a");
        assertThat(world.entitled("acme")).isEqualTo(16);
        assertThat(world.placed("a2", reserved("acme"), pod().gpus(4))).doesNotContainKey(failed);
    }

    @Test
    void theGpusOfFreeSparesAreNotGivenEither() {
        world.account("acme", "gb300", "gpu", 72, 72);
        assertThat(world.entitled("acme")).isEqualTo(64);

        for (int i = 0; i < 16; i++) {
            world.occupy("stray" + i, "r0-n" + i, pod());
        }
        assertThat(world.entitled("acme"))
                .as("three GPUs on each of the 16 trays in use, none on the other two")
                .isEqualTo(48);
        assertThat(world.placed("job", reserved("acme"), pods(48))).doesNotContainKeys("r0-n16", "r0-n17");
    }

    @Test
    void aWeakTrayIsASpareBeforeAFullOne() {
        world.account("acme", "gb300", "gpu", 72, 0);

        world.degrade("r0-n0", 3);
        assertThat(world.entitled("acme")).isEqualTo(64);
        world.degrade("r0-n1", 1);
        world.degrade("r0-n2", 2);
        assertThat(world.entitled("acme"))
                .as("15 full trays and one of three GPUs")
                .isEqualTo(63);
        world.placed("job", reserved("acme"), pods(63));
    }

    /** Five trays of which four are sold, one with three GPUs of four: the rack still gives its 16 GPUs. */
    private static PlacementWorld degradedRack() {
        PlacementWorld rack = new PlacementWorld(
                Site.site().gpuClass("gb300").racks(1).trays(5).spares(1).gpus(4));
        rack.account("acme", "gb300", "rack", 1, 0);
        rack.degrade("r0-n0", 3);
        return rack;
    }

    @Test
    void aGangOfAWholeRackIsPlacedThoughSomeOfItsPodsWouldFitADegradedSpareAsWell() {
        PlacementWorld rack = degradedRack();

        assertThat(rack.placed("whole", reserved("acme"), pods(4).gpus(3).with(pods(4).gpus(1))))
                .hasSize(4);
    }

    @Test
    void whatComesFirstIsNotPutOnADegradedSpareAndLeavesAllTheRestOfTheRack() {
        PlacementWorld rack = degradedRack();

        rack.placed("first", reserved("acme"), pod().gpus(3));
        assertThat(rack.placed("rest", reserved("acme"), pods(13).gpus(1)).values().stream()
                        .mapToInt(Integer::intValue)
                        .sum())
                .isEqualTo(13);
    }
}
