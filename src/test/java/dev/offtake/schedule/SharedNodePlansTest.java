package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Tier;
import org.junit.jupiter.api.Test;

/** Two take back parts of one node, and wait for different gangs. */
class SharedNodePlansTest {
    private final World world = World.h100(1);
    private final Job first = job("guest", "first", 1, 4).tiers(Tier.SPOT);
    private final Job second = job("guest", "second", 1, 4).tiers(Tier.SPOT).createdAt(1);
    private final Job one = job("owner", "one", 1, 4).createdAt(10);
    private final Job two = job("owner", "two", 1, 4).createdAt(11);

    @Test
    void whoseVictimIsGoneStartsThoughTheOthersIsStillThere() {
        world.contract(Site.contract("owner", 32, "gpu")).contract(Site.contract("guest", 0, "gpu"));
        Job full = job("owner", "full", 3, 8);
        world.start(full).start(first).start(second);
        world.terminationHangs = true;
        world.submit(one).arrive(one, 1).submit(two).arrive(two, 1).settle();
        GangId of = world.view(one).plan().orElseThrow().victims().get(0);
        world.podsOf(of).stream()
                .filter(p -> p.state == PodFacts.State.TERMINATING)
                .toList()
                .forEach(world::gone);
        world.settle();
        assertThat(world.log).noneMatch(Decision.PlanFailed.class::isInstance);
        assertThat(world.nodesOf(one)).hasSize(1);
        assertThat(world.nodesOf(two)).as("it needs what the other still has").isEmpty();
        world.terminated().settle();
        assertThat(world.nodesOf(two)).isEqualTo(world.nodesOf(one));
    }

    @Test
    void whereAStrangerCameOnlyOneOfThemStarts() {
        world.contract(Site.contract("owner", 32, "gpu")).contract(Site.contract("guest", 0, "gpu"));
        world.start(job("owner", "full", 3, 8)).start(first).start(second);
        String node = world.nodesOf(first).get(0);
        world.terminationHangs = true;
        world.submit(one).arrive(one, 1).submit(two).arrive(two, 1).settle();

        world.stranger("stranger", node, Job.shape(4)).terminated().settle();

        assertThat(world.nodesOf(one)).containsExactly(node);
        assertThat(world.nodesOf(two)).isEmpty();
    }
}
