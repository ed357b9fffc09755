package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.fleet.Requirement;
import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A tenant with several commitments in one class: which of them serves a gang, and for which of them it waits. */
class SeveralContractsTest {
    private static Job in(Job job, String rack) {
        return job.filter(new NodeFilter(
                List.of(new Requirement("rack", Requirement.Operator.IN, List.of(rack))), List.of(), List.of()));
    }

    @Test
    void whatIsIdleOnOneIsTakenBeforeAnybodyGoesForAnother() {
        World world = World.h100(2);
        world.contract(Site.contract(
                "acme",
                "acme",
                Site.commitment("racks", Site.H100, 1, "rack", 0),
                Site.commitment("gpus", Site.H100, 16, "gpu", 0)));
        world.contract(Site.contract("guest", 1, "gpu"));
        world.contract(Site.contract("other", 1, "node"));
        Job lent = in(job("guest", "lent", 4, 8).tiers(Tier.SPOT), "r1");
        world.start(in(job("other", "breaks-a-rack", 1, 8), "r2")).start(lent);

        Job claim = job("acme", "claim", 1, 8);
        world.start(claim);
        assertThat(world.nodesOf(claim)).singleElement().asString().startsWith("r2");
        assertThat(world.decided(Decision.Evict.class, lent)).isZero();
    }

    @Test
    void aGangDrainsTheOneThatIsLargeEnoughForIt() {
        World world = World.h100(3).reserveAfter(Duration.ofHours(1));
        world.contract(Site.contract("first", "acme", Site.commitment("base", Site.H100, 4, "node", 0)));
        world.contract(Site.contract("second", "acme", Site.commitment("base", Site.H100, 8, "node", 0)));
        for (int i = 0; i < 12; i++) {
            world.start(job("acme", "small" + i, 1, 8).createdAt(i));
        }
        Job large = job("acme", "large", 6, 8).createdAt(20);
        world.start(large);
        assertThat(world.view(large).waiting().orElseThrow().numbers())
                .containsEntry("committed", "8")
                .containsKey("passedUntil");

        world.later(Duration.ofHours(5));
        for (int i = 0; i < 12; i++) {
            world.withdraw(job("acme", "small" + i, 1, 8)).settle();
            world.start(job("acme", "next" + i, 1, 8).createdAt(world.now));
        }
        assertThat(world.isPlaced(large)).isTrue();
    }
}
