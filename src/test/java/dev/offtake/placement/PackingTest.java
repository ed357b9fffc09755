package dev.offtake.placement;

import static dev.offtake.placement.Ask.pod;
import static dev.offtake.placement.Ask.pods;
import static dev.offtake.placement.PlacementWorld.reserved;
import static dev.offtake.placement.Site.nvl72;
import static dev.offtake.placement.Site.site;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Refusal.Code;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Levels, slices and Rule 7. */
class PackingTest {
    private final PlacementWorld world = new PlacementWorld(site().blocks(2).racks(3));

    @Test
    void aRequiredLevelHoldsTheWholeGangOrNothing() {
        world.account("acme", "gpu", 192, 0);

        world.placed("job", reserved("acme"), pods(4).gpus(7).within("rack"));
        assertThat(world.racksOf("job")).hasSize(1);
        for (int r = 0; r < 3; r++) {
            world.fail("b0-r" + r + "-n0", "b1-r" + r + "-n0");
        }
        assertThat(world.refused(reserved("acme"), pods(4).gpus(7).within("rack"))
                        .code())
                .isEqualTo(Code.INSUFFICIENT_WHOLE_CELLS);
    }

    @Test
    void aPreferredLevelIsTakenWherePossibleAndLeftWhereNot() {
        world.account("acme", "gpu", 192, 0);
        world.fail("b0-r0-n0", "b0-r1-n0", "b0-r2-n0");

        world.placed("fits", reserved("acme"), pods(4).gpus(8).near("rack"));
        assertThat(world.racksOf("fits")).hasSize(1).allMatch(r -> r.startsWith("b1"));
        world.placed("spreads", reserved("acme"), pods(9).gpus(8).near("rack").within("block"));
        assertThat(world.racksOf("spreads")).hasSize(3);
    }

    @Test
    void aGangIsInTheInnermostCellThatHoldsIt() {
        world.account("acme", "gpu", 192, 0);

        assertThat(world.placed("node", reserved("acme"), pods(8))).hasSize(1);
        world.placed("rack", reserved("acme"), pods(9));
        assertThat(world.racksOf("rack")).hasSize(1);
        world.placed("block", reserved("acme"), pods(5).gpus(8));
        assertThat(world.racksOf("block"))
                .hasSize(2)
                .allMatch(r -> r.startsWith(world.racksOf("block").get(0).substring(0, 2)));
    }

    @Test
    void slicesStayInsideOneCellEach() {
        PlacementWorld nvl72 = new PlacementWorld(nvl72(4));
        nvl72.account("acme", "gb300", "rack", 3, 0);

        Map<String, Integer> nodes =
                nvl72.placed("train", reserved("acme"), pods(48).gpus(4).slices("rack", 16));
        assertThat(nodes).hasSize(48);
        assertThat(nvl72.racksOf("train")).hasSize(3);
    }

    @Test
    void aSliceIsNotSpreadWhereASmallerPieceWouldFit() {
        world.account("acme", "gpu", 192, 0);
        for (int r = 0; r < 3; r++) {
            world.fail("b0-r" + r + "-n0");
        }

        world.placed("job", reserved("acme"), pods(8).gpus(8).slices("rack", 4));
        assertThat(world.racksOf("job")).hasSize(2).allMatch(r -> r.startsWith("b1"));
        assertThat(world.refused(reserved("acme"), pods(8).gpus(8).slices("rack", 4))
                        .code())
                .isEqualTo(Code.INSUFFICIENT_WHOLE_CELLS);
    }

    @Test
    void theFullestNodeThatFitsIsTaken() {
        world.account("acme", "gpu", 192, 0);
        world.occupy("five", "b1-r2-n3", pod().gpus(5));
        world.occupy("three", "b1-r2-n2", pod().gpus(3));

        assertThat(world.placed("three", reserved("acme"), pod().gpus(3))).containsOnlyKeys("b1-r2-n3");
        assertThat(world.placed("four", reserved("acme"), pod().gpus(4))).containsOnlyKeys("b1-r2-n2");
    }

    @Test
    void aBrokenRackIsUsedBeforeAWholeOneIsBroken() {
        world.account("acme", "node", 4, 0);
        world.fail("b1-r1-n2");

        world.placed("job", reserved("acme"), pods(3).gpus(8));
        assertThat(world.racksOf("job")).containsExactly("b1-r1");
        world.placed("next", reserved("acme"), pod().gpus(8));
        assertThat(world.racksOf("next"))
                .as("in the block that is broken already")
                .allMatch(r -> r.startsWith("b1"));
    }

    @Test
    void aHalfIsLeftWholeWhereThereIsARest() {
        PlacementWorld halves = new PlacementWorld(site().trays(2).half(4));
        halves.account("acme", "gpu", 16, 0);
        halves.occupy("a", "r0-n0", pod().gpus(4));
        halves.occupy("b", "r0-n1", pod().gpus(3));

        assertThat(halves.placed("one", reserved("acme"), pod())).containsOnlyKeys("r0-n1");
    }

    @Test
    void podsOfAReplacementStayBesideTheirGang() {
        world.account("acme", "gpu", 192, 0);
        world.placed("job", reserved("acme"), pods(2).gpus(8).within("rack"));
        String node = world.nodesOf("job").keySet().iterator().next();

        Outcome outcome =
                world.placeBeside("more", reserved("acme"), pods(2).gpus(8).within("rack"), node);
        assertThat(outcome).isInstanceOf(Outcome.Placed.class);
        assertThat(world.racksOf("more")).isEqualTo(world.racksOf("job"));
        assertThat(world.placeBeside("no room", reserved("acme"), pod().gpus(8).within("rack"), node))
                .isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void leaderAndWorkersAreInOneRackThatHoldsBoth() {
        world.account("acme", "gpu", 192, 0);
        // Racks that hold the leader but not the workers.
        for (int r = 0; r < 3; r++) {
            world.fail("b0-r" + r + "-n0", "b1-r" + r + "-n0", "b1-r" + r + "-n1");
        }
        world.heal("b0-r1-n0");

        world.placed("job", reserved("acme"), pod().gpus(1).within("rack").with(pods(3).gpus(8)));
        assertThat(world.racksOf("job")).containsExactly("b0-r1");
    }

    @Test
    void avoidedNodesAreNotUsed() {
        world.account("acme", "gpu", 192, 0);

        assertThat(world.placed("job", reserved("acme"), pods(3).gpus(8).avoiding("b0-r0-n0", "b0-r0-n1")))
                .hasSize(3)
                .doesNotContainKeys("b0-r0-n0", "b0-r0-n1");
    }

    @Test
    void podSetsShareNodesWhereTheyFitTogether() {
        world.account("acme", "gpu", 192, 0);

        // Of the first only one fits on a node, for its CPUs; the others fit beside them.
        world.placed(
                "job",
                reserved("acme"),
                pods(3).gpus(1).cpus(68).with(pods(6).gpus(1).cpus(9)));
        assertThat(world.nodesOf("job")).hasSize(3);
    }
}
