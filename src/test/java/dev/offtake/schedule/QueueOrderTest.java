package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Tier;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rule 5: who goes first, and who does not wait for whom. */
class QueueOrderTest {
    private final World world = World.h100(1);

    @Test
    void acrossTenantsTheOlderGangGoesFirstWhateverItsPriority() {
        // Oversold: 32 GPUs for two tenants with 32 each. Who came first to an empty pool has it.
        world.contract(Site.contract("a", 32, "gpu")).contract(Site.contract("b", 32, "gpu"));
        world.submit(job("a", "young", 4, 8).createdAt(2).priority(100));
        world.submit(job("b", "old", 4, 8).createdAt(1));
        world.arrive(job("a", "young", 4, 8), 4).arrive(job("b", "old", 4, 8), 4);
        List<Gang> order = Queue.inOrder(List.of(
                new Gang(job("a", "young", 4, 8).createdAt(2).priority(100).spec()),
                new Gang(job("b", "old", 4, 8).createdAt(1).spec())));
        assertThat(order).extracting(g -> g.id().name()).containsExactly("old", "young");
    }

    @Test
    void insideAContractPriorityGoesBeforeAge() {
        world.contract(Site.contract("acme", 8, "gpu"));
        Job old = job("acme", "old", 1, 8).createdAt(1);
        Job young = job("acme", "young", 1, 8).createdAt(2);
        Job urgent = job("acme", "urgent", 1, 8).createdAt(3).priority(1);
        startTogether(old, young, urgent);
        assertThat(world.isPlaced(urgent)).isTrue();
        finishAll(urgent);
        assertThat(world.isPlaced(old)).isTrue();
        finishAll(old);
        assertThat(world.isPlaced(young)).isTrue();
    }

    @Test
    void ofTheSameAgeTheFirstByNameGoesFirst() {
        world.contract(Site.contract("acme", 8, "gpu"));
        startTogether(job("acme", "b", 1, 8), job("acme", "a", 1, 8));
        assertThat(world.isPlaced(job("acme", "a", 1, 8))).isTrue();
    }

    @Test
    void reservedGoesBeforeOnDemandWhateverTheirAge() {
        List<Gang> order = Queue.inOrder(List.of(
                new Gang(job("acme", "burst", 1, 8)
                        .tiers(Tier.ON_DEMAND)
                        .createdAt(1)
                        .spec()),
                new Gang(job("other", "base", 1, 8).createdAt(2).spec())));
        assertThat(order).extracting(g -> g.id().name()).containsExactly("base", "burst");
    }

    @Test
    void theHeadOfEachContractsQueueStandsForIt() {
        List<Gang> order = Queue.inOrder(List.of(
                new Gang(job("a", "a-old", 1, 8).createdAt(1).spec()),
                new Gang(job("a", "a-urgent", 1, 8).createdAt(5).priority(9).spec()),
                new Gang(job("b", "b", 1, 8).createdAt(3).spec())));
        assertThat(order).extracting(g -> g.id().name()).containsExactly("b", "a-urgent", "a-old");
    }

    @Test
    void aGangWhoseOwnQuotaIsFullNeverBlocksOthers() {
        world.contract(Site.contract("full", 8, "gpu")).contract(Site.contract("other", 8, "gpu"));
        world.start(job("full", "running", 1, 8));
        world.start(job("full", "waiting", 1, 8).createdAt(1));
        Job later = job("other", "later", 1, 8).createdAt(2);
        world.start(later);
        assertThat(world.code(job("full", "waiting", 1, 8))).isEqualTo(Reason.Code.QUOTA_REACHED);
        assertThat(world.isPlaced(later)).isTrue();
    }

    @Test
    void aLaterSmallGangWaitsBehindAnEarlierLargerOneOfItsAccount() {
        world.reserveAfter(Duration.ZERO);
        world.contract(Site.contract("acme", 24, "gpu"));
        Job running = job("acme", "running", 2, 8).createdAt(1);
        Job large = job("acme", "large", 2, 8).createdAt(2);
        Job small = job("acme", "small", 1, 8).createdAt(3);
        world.start(running).start(large).start(small);
        assertThat(world.code(large)).isEqualTo(Reason.Code.QUOTA_REACHED);
        assertThat(world.code(small)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);
        assertThat(world.view(small).waiting().orElseThrow().numbers())
                .containsEntry("needed", "8")
                .containsEntry("free", "8")
                .containsEntry("kept", "16");
        finishAll(running);
        assertThat(world.isPlaced(large)).isTrue();
        assertThat(world.isPlaced(small)).isTrue();
    }

    @Test
    void whatIsKeptIsForThoseBeforeItAndNotForTheirLikesBehindIt() {
        world.reserveAfter(Duration.ZERO);
        world.contract(Site.contract("acme", 32, "gpu")).start(job("acme", "running", 1, 8));
        Job small = job("acme", "small", 1, 8).createdAt(2);
        // Everybody has a turn, not only those that came.
        world.contract(Site.contract("other", 1, "gpu"));
        startTogether(
                job("acme", "large", 4, 8).createdAt(1),
                small,
                job("acme", "like large", 4, 8).createdAt(3));
        assertThat(world.view(small).waiting().orElseThrow().numbers())
                .containsEntry("free", "24")
                .containsEntry("kept", "32");
    }

    @Test
    void theSmallGangGoesWhenTheLargerOneIsWithdrawn() {
        world.reserveAfter(Duration.ZERO);
        world.contract(Site.contract("acme", 16, "gpu"));
        Job large = job("acme", "large", 2, 8).createdAt(2);
        Job small = job("acme", "small", 1, 8).createdAt(3);
        world.start(job("acme", "running", 1, 8).createdAt(1)).start(large).start(small);
        assertThat(world.code(small)).isEqualTo(Reason.Code.BEHIND_IN_QUEUE);
        world.withdraw(large).settle();
        assertThat(world.isPlaced(small)).isTrue();
    }

    @Test
    void nobodyWaitsBehindAGangThatExceedsTheCommitment() {
        world.contract(Site.contract("acme", 16, "gpu"));
        Job excessive = job("acme", "excessive", 3, 8).createdAt(1);
        Job small = job("acme", "small", 1, 8).createdAt(2);
        world.start(excessive).start(small);
        assertThat(world.code(excessive)).isEqualTo(Reason.Code.QUOTA_REACHED);
        assertThat(world.isPlaced(small)).isTrue();
    }

    @Test
    void anElasticGangKeepsOnlyWhatItNeedsToStart() {
        world.reserveAfter(Duration.ZERO);
        world.contract(Site.contract("acme", 24, "gpu"));
        world.start(job("acme", "running", 2, 8).createdAt(1));
        Job elastic = job("acme", "elastic", 4, 8).elasticFrom(2).createdAt(2);
        Job small = job("acme", "small", 1, 8).createdAt(3);
        world.start(elastic).start(small);
        assertThat(world.view(elastic).waiting().orElseThrow().numbers()).containsEntry("needed", "16");
        assertThat(world.view(small).waiting().orElseThrow().numbers()).containsEntry("kept", "16");
    }

    @Test
    void aGangDoesNotWaitBehindItself() {
        world.contract(Site.contract("acme", 24, "gpu"));
        world.start(job("acme", "running", 2, 8).createdAt(1));
        Job elastic = job("acme", "elastic", 4, 8).elasticFrom(2).createdAt(2);
        world.submit(elastic).arrive(elastic, 2).settle();
        world.arrive(elastic, 2).settle();
        assertThat(world.code(elastic)).isEqualTo(Reason.Code.QUOTA_REACHED);
        assertThat(world.decided(Decision.Explain.class, elastic)).isEqualTo(1);
    }

    @Test
    void aGangThatComesLateButGoesFirstIsServedBeforeThoseThatWait() {
        world.contract(Site.contract("acme", 16, "gpu"));
        Job running = job("acme", "running", 2, 8).createdAt(1);
        Job first = job("acme", "first", 1, 8).createdAt(2);
        Job urgent = job("acme", "urgent", 2, 8).createdAt(9).priority(5);
        world.start(running).start(first).start(urgent);
        assertThat(world.code(first)).isEqualTo(Reason.Code.QUOTA_REACHED);
        // Half of the quota becomes free: it is kept for the urgent one.
        Pod one = world.podsOf(running.id()).get(0);
        world.withdraw(running);
        world.terminated().settle();
        assertThat(world.isPlaced(urgent)).isTrue();
        assertThat(world.isPlaced(first)).isFalse();
        assertThat(one.state).isNotEqualTo(PodFacts.State.GATED);
    }

    private void startTogether(Job... jobs) {
        for (Job job : jobs) {
            world.submit(job).arrive(job, job.podSet().count());
        }
        world.settle();
    }

    private void finishAll(Job job) {
        world.podsOf(job.id()).forEach(world::finish);
        world.withdraw(job).settle();
    }
}
