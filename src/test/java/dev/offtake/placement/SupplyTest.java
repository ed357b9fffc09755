package dev.offtake.placement;

import static dev.offtake.placement.Ask.pod;
import static dev.offtake.placement.Ask.pods;
import static dev.offtake.placement.PlacementWorld.onDemand;
import static dev.offtake.placement.PlacementWorld.reserved;
import static dev.offtake.placement.Site.site;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Refusal.Code;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What happens to promises and work when supply or contracts change. */
class SupplyTest {
    private final PlacementWorld world = new PlacementWorld(site().racks(2));

    @Test
    void aDegradedNodeIsNotWholeFromNodeUpwardAndServesBelow() {
        world.account("racks", "rack", 2, 0);
        world.account("nodes", "node", 8, 0);
        world.degrade("r0-n2", 7);
        assertThat(world.entitled("racks")).isEqualTo(1);
        assertThat(world.entitled("nodes")).isEqualTo(3);

        world.close("racks");
        world.close("nodes");
        world.account("gpus", "gpu", 64, 0);
        assertThat(world.entitled("gpus")).isEqualTo(63);
        assertThat(world.placed("small", reserved("gpus"), pod())).containsOnlyKeys("r0-n2");
    }

    @Test
    void cordonedAndFailedNodesGiveNothingAndKeepWhatTheyHave() {
        world.account("acme", "node", 8, 0);
        world.placed("job", reserved("acme"), pod().gpus(8));
        String node = world.nodesOf("job").keySet().iterator().next();

        world.cordon(node);
        assertThat(world.claimed("acme")).isEqualTo(1);
        assertThat(world.entitled("acme")).as("its claim counts as unclaimed").isEqualTo(7);
        world.placed("rest", reserved("acme"), pods(7).gpus(8));
        world.heal(node);
        assertThat(world.entitled("acme")).isEqualTo(8);
    }

    @Test
    void aBrokenCellThatIsStillHeldDoesNotKeepItsOwnerFromAWholeOne() {
        world.account("acme", "rack", 2, 0);
        world.placed("job", reserved("acme"), pod());
        world.fail(world.racksOf("job").get(0) + "-n3");
        assertThat(world.entitled("acme")).isEqualTo(1);

        world.placed("whole", reserved("acme"), pods(4).gpus(8).within("rack"));
        assertThat(world.claimed("acme")).isEqualTo(2);
    }

    @Test
    void nodesOfUnknownTopologyServeNodesAndGpusOnly() {
        world.account("racks", "rack", 2, 0);
        world.account("nodes", "node", 8, 0);
        for (int n = 0; n < 4; n++) {
            world.relabel("r1-n" + n, Map.of("product", "east"));
        }
        assertThat(world.entitled("racks")).isEqualTo(1);
        assertThat(world.entitled("nodes")).isEqualTo(4);

        world.close("racks");
        world.placed("job", reserved("nodes"), pods(8).gpus(8));
        world.release("job");
        world.account("nodes", "node", 4, 0);
        world.account("racks", "rack", 1, 0);
        assertThat(world.refused(reserved("nodes"), pods(4).gpus(8).within("rack"))
                        .code())
                .as("the only rack is promised, the other four nodes are none")
                .isEqualTo(Code.INSUFFICIENT_WHOLE_CELLS);
    }

    @Test
    void workThatLostItsTopologyBindsNothingButItself() {
        world.account("racks", "rack", 2, 0);
        world.account("gpus", "gpu", 0, 64);
        world.placed("job", reserved("racks"), pods(4).gpus(8).within("rack"));
        String rack = world.racksOf("job").get(0);
        world.release("job");
        world.placed("small", reserved("racks"), pod());
        world.nodesOf("small").keySet().forEach(n -> world.relabel(n, Map.of("product", "east")));

        assertThat(world.claimed("racks")).isEqualTo(1);
        assertThat(world.entitled("racks")).as("rack %s lacks a node", rack).isEqualTo(1);
        world.placed("surplus", onDemand("gpus"), pods(31));
    }

    @Test
    void removingAPoolKeepsTheWorkForWhenItComesBack() {
        world.account("acme", "node", 4, 4);
        world.placed("job", reserved("acme"), pods(2).gpus(8));
        world.placed("burst", onDemand("acme"), pods(3));

        world.cluster.removePool("east");
        world.check();
        assertThat(world.entitled("acme")).isZero();
        assertThat(world.refused(reserved("acme"), pod()).code()).isEqualTo(Code.NO_POOL_OF_CLASS);
        world.cluster.putPool(site().racks(2).pool());
        world.check();
        assertThat(world.claimed("acme")).isEqualTo(2);
        assertThat(world.cluster.quotas().onDemandUsed("acme")).isEqualTo(3);
        world.release("job");
        world.release("burst");
        assertThat(world.claimed("acme")).isZero();
    }

    @Test
    void changingTheLevelsOfAPoolCountsItsWorkAnew() {
        world.account("acme", "half", 4, 0);
        assertThat(world.refused(reserved("acme"), pod()).code()).isEqualTo(Code.NO_POOL_OF_CLASS);

        world.cluster.putPool(site().racks(2).half(4).pool());
        world.check();
        world.placed("job", reserved("acme"), pods(3).gpus(3));
        assertThat(world.claimed("acme")).isEqualTo(3);
        world.cluster.putPool(site().racks(2).half(2).pool());
        world.check();
        assertThat(world.claimed("acme"))
                .as("9 GPUs in pairs, on at least two nodes")
                .isBetween(5, 6);
    }

    @Test
    void workOfAContractThatIsGoneCountsWhereItRunsUntilItComesBack() {
        world.account("acme", "rack", 1, 0);
        world.account("other", "rack", 2, 0);
        world.placed("job", reserved("acme"), pod());
        assertThat(world.entitled("other")).isEqualTo(1);

        world.close("acme");
        assertThat(world.entitled("other")).isEqualTo(1);
        world.account("gpus", "gpu", 100, 0);
        assertThat(world.entitled("gpus")).as("31 beside the pod").isEqualTo(31);
        world.close("gpus");
        world.account("acme", "rack", 1, 0);
        assertThat(world.claimed("acme")).isEqualTo(1);
        world.release("job");
        assertThat(world.entitled("other")).isEqualTo(2);
    }

    @Test
    void aNodeThatLeavesAndComesBackHasItsWorkStill() {
        world.account("acme", "node", 8, 0);
        world.placed("job", reserved("acme"), pod().gpus(8));
        String node = world.nodesOf("job").keySet().iterator().next();
        var facts = world.nodes.get(node);

        world.remove(node);
        assertThat(world.claimed("acme")).isZero();
        assertThat(world.entitled("acme")).isEqualTo(7);
        world.put(facts);
        world.check();
        assertThat(world.claimed("acme")).isEqualTo(1);
    }

    @Test
    void twoPoolsOfOneClassServeACommitmentTogether() {
        PlacementWorld two =
                new PlacementWorld(site().racks(1), site().named("west").racks(2));
        two.account("acme", "rack", 3, 0);
        assertThat(two.entitled("acme")).isEqualTo(3);

        two.placed("a", reserved("acme"), pods(4).gpus(8));
        two.placed("b", reserved("acme"), pods(8).gpus(8));
        assertThat(two.racksOf("b")).as("a gang is never across pools").containsExactly("west-r0", "west-r1");
        assertThat(two.claimed("acme")).isEqualTo(3);
    }

    @Test
    void aNodeOnEitherPoolAndARackOnAnyAreKeptApart() {
        PlacementWorld two =
                new PlacementWorld(site().trays(2), site().named("west").trays(2));
        two.account("nodes", "node", 2, 0);
        two.account("rack", "rack", 1, 0);
        assertThat(two.entitled("rack")).isEqualTo(1);

        two.placed("a", reserved("nodes"), pod().gpus(8));
        two.placed("b", reserved("nodes"), pod().gpus(8));
        two.placed("c", reserved("rack"), pods(2).gpus(8));
    }

    @Test
    void aLevelOfUndeclaredSizePacksButIsNoUnit() {
        PlacementWorld unsized = new PlacementWorld(site().racks(2).unsized());
        unsized.account("acme", "gpu", 64, 0);
        unsized.account("racks", "rack", 1, 0);

        assertThat(unsized.refused(reserved("racks"), pod()).code()).isEqualTo(Code.NO_POOL_OF_CLASS);
        unsized.placed("job", reserved("acme"), pods(4).gpus(8).within("rack"));
        assertThat(unsized.racksOf("job")).hasSize(1);
    }

    @Test
    void nodesBeyondTheDeclaredSizeAreSpares() {
        world.put(site().node(0, 0, 4));
        world.put(site().node(0, 0, 5));
        world.check();
        world.account("acme", "node", 20, 0);
        assertThat(world.entitled("acme")).isEqualTo(8);
    }
}
