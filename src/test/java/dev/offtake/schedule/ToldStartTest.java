package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.fleet.Level;
import dev.offtake.fleet.Pool;
import dev.offtake.fleet.ProductKey;
import dev.offtake.fleet.Requirement;
import dev.offtake.placement.NodeFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where everybody declares his end and keeps to it, a gang starts when it was told (Rule 5). */
class ToldStartTest {
    private final World world = new World();

    ToldStartTest() {
        world.pool(new Pool(
                "h100-pool",
                Site.H100,
                List.of(),
                List.of(new ProductKey("class", List.of(Site.H100))),
                Site.GPU,
                8,
                List.of(Level.keyed("rack", List.of("rack"), 2, 0)),
                List.of(),
                List.of()));
        for (String node : List.of("r1n1", "r1n2", "r2n1", "r2n2")) {
            world.node(Site.node(Site.H100, node.substring(0, 2), node));
        }
        world.contract(Site.contract("acme", 32, "gpu"));
    }

    private static Job on(Job job, String node) {
        return job.filter(new NodeFilter(
                List.of(new Requirement("kubernetes.io/hostname", Requirement.Operator.IN, List.of(node))),
                List.of(),
                List.of()));
    }

    private static Job minutes(Job job, int minutes) {
        return job.duration(Duration.ofMinutes(minutes));
    }

    private void at(int minute) {
        world.now = Site.START.plus(Duration.ofMinutes(minute));
    }

    @Test
    void aGangThatWaitsForARackStartsWhenItWasTold() {
        Job a = minutes(on(job("acme", "a", 1, 2), "r1n2"), 54);
        Job b = minutes(on(job("acme", "b", 1, 1), "r2n1"), 46);
        Job c = minutes(on(job("acme", "c", 1, 2), "r2n1"), 87);
        Job d = minutes(on(job("acme", "d", 1, 8), "r2n2"), 25);
        world.start(a).start(b).start(c).start(d);
        Job rack = minutes(job("acme", "rack", 2, 8).required("rack"), 110).createdAt(1);
        world.start(rack);
        Instant cleared =
                Instant.parse(world.view(rack).waiting().orElseThrow().numbers().get("cleared"));
        assertThat(cleared).isEqualTo(Site.START.plus(Duration.ofMinutes(54)));
        at(11);
        // Ends by then, so it may pass.
        Job e = minutes(on(job("acme", "e", 1, 6), "r1n2"), 30).createdAt(11 * 60);
        world.start(e);
        assertThat(world.isPlaced(e)).isTrue();
        at(15);
        Job late = minutes(job("acme", "late", 2, 8), 60).createdAt(15 * 60);
        world.start(late);
        assertThat(world.isPlaced(late)).isFalse();
        at(25);
        world.withdraw(d).settle();
        at(41);
        world.withdraw(e).settle();
        at(46);
        world.withdraw(b).settle();
        at(54);
        world.withdraw(a).settle();

        assertThat(world.isPlaced(rack))
                .as("the rack that was cleared for it is free; log %s", world.log)
                .isTrue();
    }
}
