package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.fleet.Requirement;
import dev.offtake.placement.NodeFilter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rule 5: cells are kept for a gang that requires a rack above its unit, where the only idle one is owed to others. */
class DrainBesideOwedTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final World world = World.h100(3).reserveAfter(HOUR);

    private static Job in(Job job, String rack) {
        return job.filter(new NodeFilter(
                List.of(new Requirement("rack", Requirement.Operator.IN, List.of(rack))), List.of(), List.of()));
    }

    @ParameterizedTest
    @CsvSource({"64, gpu", "8, node"})
    void oneOfTheRacksInWhichItsOwnWorkIsIsKept(int quantity, String unit) {
        world.contract(Site.contract("globex", 1, "rack"));
        world.contract(Site.contract("acme", quantity, unit));
        Job a1 = in(job("acme", "a1", 2, 8), "r1");
        Job a2 = in(job("acme", "a2", 2, 8), "r2");
        Job whole = job("acme", "whole", 4, 8).required("rack").createdAt(1);
        world.start(a1).start(a2).start(whole);
        assertThat(world.code(whole)).isEqualTo(Reason.Code.INSUFFICIENT_WHOLE_CELLS);
        world.later(HOUR.multipliedBy(5));

        Job d1 = in(job("acme", "d1", 2, 8).createdAt(world.now), "r1");
        Job d2 = in(job("acme", "d2", 2, 8).createdAt(world.now), "r2");
        world.start(d1).start(d2);

        assertThat(List.of(world.isPlaced(d1), world.isPlaced(d2))).containsExactlyInAnyOrder(true, false);
        Job inTheWay = world.isPlaced(d1) ? a2 : a1;
        world.podsOf(inTheWay.id()).forEach(world::finish);
        world.withdraw(inTheWay).settle();
        assertThat(world.nodesOf(whole)).hasSize(4);
    }
}
