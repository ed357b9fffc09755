package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Elastic gangs start small and grow. */
class ElasticTest {
    private final World world = World.h100(2).contract(Site.contract("acme", 64, "gpu"));
    private final Job elastic = job("acme", "elastic", 8, 8).elasticFrom(2).createdAt(5);

    @Test
    void itStartsAsSoonAsItsFewestPodsAreThere() {
        world.submit(elastic).arrive(elastic, 1).settle();
        assertThat(world.isPlaced(elastic)).isFalse();
        world.arrive(elastic, 1).settle();
        assertThat(world.podsOf(elastic, PodFacts.State.BOUND)).hasSize(2);
    }

    @Test
    void itGrowsAsItsPodsComeButNeverBeyondItsCount() {
        world.submit(elastic).arrive(elastic, 2).settle();
        for (int i = 0; i < 10; i++) {
            world.arrive(elastic, 1).settle();
        }
        assertThat(world.view(elastic).seats()).isEqualTo(8);
        assertThat(world.podsOf(elastic, PodFacts.State.BOUND)).hasSize(8);
        assertThat(world.podsOf(elastic, PodFacts.State.GATED)).hasSize(4);
    }

    @Test
    void itStartsWithAsManyAsFit() {
        world.start(job("acme", "other", 5, 8));
        world.start(elastic);
        assertThat(world.podsOf(elastic, PodFacts.State.BOUND)).hasSize(3);
    }

    @Test
    void itGrowsWhenCapacityComes() {
        Job other = job("acme", "other", 5, 8);
        world.start(other).start(elastic);
        world.withdraw(other).settle();
        assertThat(world.podsOf(elastic, PodFacts.State.BOUND)).hasSize(8);
    }

    @Test
    void itDoesNotStartWithFewerThanItsFewest() {
        world.start(job("acme", "other", 7, 8)).start(elastic);
        assertThat(world.isPlaced(elastic)).isFalse();
    }

    @Test
    void itDoesNotGrowIntoWhatAnEarlierGangWaitsFor() {
        Job running = job("acme", "running", 4, 8);
        world.start(running).start(elastic);
        assertThat(world.podsOf(elastic, PodFacts.State.BOUND)).hasSize(4);
        Job first = job("acme", "first", 4, 8).createdAt(1);
        world.start(first);
        world.finish(world.podsOf(elastic.id()).get(0));
        world.withdraw(running).settle();
        assertThat(world.isPlaced(first)).isTrue();
        assertThat(world.view(elastic).seats()).isEqualTo(4);
    }

    @Test
    void aGrowthThatCannotBeRecordedIsRecordedAgain() {
        world.submit(elastic).arrive(elastic, 4).settle();
        world.recordsHang = true;
        world.arrive(elastic, 2).settle();
        assertThat(world.view(elastic).seats()).isEqualTo(6);
        world.recordsThatFail = 1;
        world.writesComeThrough();
        assertThat(world.view(elastic).seats()).isEqualTo(6);
        assertThat(world.podsOf(elastic, PodFacts.State.BOUND)).hasSize(4);
        world.settle();
        assertThat(world.podsOf(elastic, PodFacts.State.BOUND)).hasSize(6);
        assertThat(world.decided(Decision.Record.class, elastic)).isEqualTo(3);
    }

    @Test
    void itGrowsWhenItIsMadeLarger() {
        world.submit(elastic.pods(2)).arrive(elastic, 4).settle();
        assertThat(world.podsOf(elastic, PodFacts.State.BOUND)).hasSize(2);
        world.submit(elastic).settle();
        assertThat(world.podsOf(elastic, PodFacts.State.BOUND)).hasSize(4);
    }
}
