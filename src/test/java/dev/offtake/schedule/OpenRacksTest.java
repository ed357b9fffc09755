package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.fleet.Level;
import dev.offtake.fleet.Pool;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Claims leave racks together in which nothing but lent work runs, unless far less is lost there. */
class OpenRacksTest {
    private final World world = new World();

    /** Two racks of so many nodes. */
    private void racks(int nodes) {
        Pool of = Site.pool(Site.H100);
        world.pool(new Pool(
                of.name(),
                of.gpuClass(),
                of.selector(),
                of.product(),
                of.resourceName(),
                of.gpusPerNode(),
                List.of(Level.keyed("rack", List.of("rack"), nodes, 0)),
                of.unhealthyConditions(),
                of.unhealthyTaints()));
        for (String rack : List.of("r1", "r2")) {
            for (int n = 1; n <= nodes; n++) {
                world.node(Site.node(Site.H100, rack, rack + "n" + n));
            }
        }
        world.contract(Site.contract("owner", 2 * nodes * 8, "gpu"))
                .contract(Site.contract("guest", "guest", Site.commitment("base", Site.H100, 0, "gpu", 0)));
    }

    private void lend(int nodes, String rack) {
        for (int i = 0; i < nodes; i++) {
            Job guest = job("guest", rack + "-" + i, 1, 8).tiers(Tier.SPOT);
            world.start(guest);
            assertThat(world.nodesOf(guest))
                    .allMatch(node -> node.startsWith(rack))
                    .hasSize(1);
        }
    }

    /** Half of rack r1 is firm, all else lent, in r2 so many minutes later. */
    @ParameterizedTest(name = "racks of {0}, a claim of {1} nodes, {2} minutes less lost in the one that is open: {3}")
    @CsvSource({
        // Two of the last four open nodes cost 12.5 minutes of each GPU beside the work on them, two of an open rack
        // 46.
        "8, 2, 20, r1",
        "8, 2, 40, r2",
        // It costs nothing to take a single node, or nodes of racks of a few.
        "8, 1, 20, r2",
        "4, 2, 20, r2",
    })
    void anOpenRackIsBrokenOnlyIfFarLessIsLostThere(int rackNodes, int nodes, int less, String rack) {
        racks(rackNodes);
        world.start(job("owner", "firm", rackNodes / 2, 8));
        lend(rackNodes / 2, "r1");
        world.later(Duration.ofMinutes(less));
        lend(rackNodes, "r2");
        world.later(Duration.ofMinutes(10));

        Job claim = job("owner", "claim", nodes, 8).createdAt(300);
        world.start(claim);

        assertThat(world.nodesOf(claim)).hasSize(nodes).allMatch(node -> node.startsWith(rack));
    }
}
