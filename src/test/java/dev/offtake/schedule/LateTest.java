package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Those who were to be gone are still there: nobody counts on them, and who needs their place is told so. */
class LateTest {
    private static final String SINCE = "lateSince";

    private final World world = World.h100(1);
    private final Job guest = job("guest", "guest", 4, 8).tiers(Tier.SPOT);
    private final Job own = job("owner", "own", 2, 8).createdAt(5);
    private Instant deadline = Instant.EPOCH;

    @BeforeEach
    void theGuestWasToBeGone() {
        world.contract(Site.contract("owner", 4, "node"));
        world.contract(Site.contract("guest", "guest", Site.commitment("base", Site.H100, 0, "gpu", 0)));
        world.start(guest).later(Duration.ofHours(1));
        world.terminationHangs = true;
        world.start(own);
        deadline = world.log.stream()
                .filter(Decision.Evict.class::isInstance)
                .map(Decision.Evict.class::cast)
                .findFirst()
                .orElseThrow()
                .deadline();
        world.at(deadline.plus(Reclaims.PATIENCE));
    }

    private Map<String, String> numbers(Job job) {
        return world.view(job).waiting().orElseThrow().numbers();
    }

    private void assertIsTold(Job job) {
        assertThat(numbers(job))
                .containsEntry(SINCE, deadline.toString())
                .containsEntry("lateNode", "r1n1")
                .containsEntry(
                        "latePod",
                        world.podsOf(guest.id()).stream()
                                .filter(pod -> pod.place().orElse("").equals("r1n1"))
                                .findFirst()
                                .orElseThrow()
                                .uid);
    }

    @Test
    void whoNeedsTheirPlaceIsToldSinceWhenAndWhere() {
        assertThat(world.decided(Decision.PlanFailed.class, own)).isEqualTo(1);
        assertIsTold(own);

        world.terminated().settle();

        assertThat(world.isPlaced(own)).isTrue();
    }

    @Test
    void anElasticOneIsToldAsWell() {
        Job elastic = job("owner", "elastic", 2, 8).elasticFrom(1).createdAt(6);
        world.start(elastic);

        assertIsTold(elastic);
    }

    @Test
    void soItIsAfterARestart() {
        world.restart().settle();

        assertThat(world.workloads.get(own.id()).durable)
                .as("no plan counts on them")
                .isEmpty();
        assertIsTold(own);
    }

    @Test
    void whoBorrowsIsNotTold() {
        Job borrower = job("guest", "another", 1, 8).tiers(Tier.SPOT).createdAt(7);
        world.start(borrower);

        assertThat(numbers(borrower)).doesNotContainKey(SINCE);
    }
}
