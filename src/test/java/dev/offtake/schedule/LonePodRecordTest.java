package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Tier;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A pod of its own has a record if somebody had to go for it; that record says where it is until its pod is on its way. */
class LonePodRecordTest {
    private final World world = World.h100(1);
    private final Job guest = job("guest", "guest", 4, 8).tiers(Tier.SPOT);
    private final Job pod = Job.lonePod("acme", "uid", 8).createdAt(1);

    @BeforeEach
    void setUp() {
        world.contract(Site.contract("acme", 2, "node"));
        world.contract(Site.contract("guest", "guest", Site.commitment("base", Site.H100, 0, "node", 0)));
        world.start(guest);
    }

    @Test
    void afterARestartItsSeatStaysItsOwnWhereItsReleaseFails() {
        startAndLoseTheReleases();
        world.releasesHang = false;
        world.restart();
        world.releasesThatFail = 1;

        world.decide();

        assertThat(world.releasesThatFail).isZero();
        assertThat(world.isPlaced(pod)).isTrue();
        world.settle();
        assertThat(world.nodesOf(pod)).isEqualTo(recorded());
    }

    @Test
    void anotherSeatIsRecordedBeforeItsPodIsReleasedToIt() {
        startAndLoseTheReleases();
        String lost = recorded().get(0);
        world.releasesThatFail = 1;
        world.writesComeThrough();
        world.node(lost, node -> Site.ready(node, false));

        world.settle();

        assertThat(world.nodesOf(pod)).hasSize(1).doesNotContain(lost);
        assertThat(recorded()).isEqualTo(world.nodesOf(pod));
        // What it left is free for others.
        world.withdraw(guest).node(lost, node -> Site.ready(node, true)).settle();
        world.start(job("acme", "other", 1, 8).createdAt(2));
        assertThat(world.nodesOf(job("acme", "other", 1, 8))).hasSize(1);
        world.restart().settle();
        assertThat(world.nodesOf(pod)).isEqualTo(recorded());
    }

    @Test
    void whereItsRecordFailedItWaitsAsIfItNeverHadOne() {
        world.recordsThatFail = 1;
        world.submit(pod).arrive(pod, 1).decide();
        assertThat(world.isPlaced(pod)).isFalse();
        world.withdraw(guest);
        world.releasesThatFail = 1;

        world.decide();

        assertThat(world.releasesThatFail).isZero();
        assertThat(world.isPlaced(pod))
                .as("it has neither a claim nor a record")
                .isFalse();
        world.settle();
        assertThat(world.nodesOf(pod)).hasSize(1);
    }

    private void startAndLoseTheReleases() {
        world.releasesHang = true;
        world.start(pod);
        assertThat(recorded()).hasSize(1);
        assertThat(world.podsOf(pod.id()).get(0).releasing).isPresent();
    }

    private List<String> recorded() {
        return world.workloads.get(pod.id()).seats();
    }
}
