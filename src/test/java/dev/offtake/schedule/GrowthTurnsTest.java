package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.contract.Contract;
import dev.offtake.placement.Tier;
import org.junit.jupiter.api.Test;

/** Elastic gangs that would grow into the same GPUs share them as those do that wait. Pods take a node of 8 GPUs each. */
class GrowthTurnsTest {
    private static World world(Contract... contracts) {
        World world = World.h100(4);
        for (Contract contract : contracts) {
            world.contract(contract);
        }
        return world;
    }

    private static Job elastic(String tenant, String name, int createdAt) {
        return job(tenant, name, 16, 8).elasticFrom(1).sparesPods().createdAt(createdAt);
    }

    private static void assertRuns(World world, Job job, int pods) {
        assertThat(world.podsOf(job, PodFacts.State.BOUND)).as(job.id().name()).hasSize(pods);
    }

    // --- What is lent ----------------------------------------------------------------------------------------------

    /** Both run with one pod, as 14 of the 16 nodes are in use; then these become idle. */
    private static World lend(int committedToA, int committedToB, Job a, Job b) {
        World world = world(
                Site.contract("a", committedToA, "gpu"),
                Site.contract("b", committedToB, "gpu"),
                Site.contract("owner", 120, "gpu"));
        Job most = job("owner", "most", 14, 8);
        Job one = job("owner", "one", 1, 8);
        world.start(most).start(one).start(a);
        world.submit(b).arrive(b, b.podSet().count()).withdraw(one).settle();
        assertRuns(world, a, 1);
        assertRuns(world, b, 1);
        return world.withdraw(most).settle();
    }

    @Test
    void tenantsWithAsMuchCommittedAreLentAsMuch() {
        Job a = elastic("a", "first", 1).tiers(Tier.SPOT);
        Job b = elastic("b", "second", 2).tiers(Tier.SPOT);
        World world = lend(1, 1, a, b);
        assertRuns(world, a, 8);
        assertRuns(world, b, 8);
    }

    @Test
    void whatIsLentGoesByWhatIsCommitted() {
        Job a = elastic("a", "first", 1).tiers(Tier.SPOT);
        Job b = elastic("b", "second", 2).tiers(Tier.SPOT);
        World world = lend(1, 3, a, b);
        assertRuns(world, a, 4);
        assertRuns(world, b, 12);
    }

    @Test
    void whatOneCannotUseTheOtherGetsInOneStep() {
        Job a = elastic("a", "first", 1).tiers(Tier.SPOT);
        Job b = elastic("b", "second", 2).tiers(Tier.SPOT).pods(4);
        World world = lend(1, 1, a, b);
        assertRuns(world, a, 12);
        assertRuns(world, b, 4);
        assertThat(world.decided(Decision.Record.class, a)).isEqualTo(2);
        assertThat(world.decided(Decision.Record.class, b)).isEqualTo(2);
    }

    @Test
    void slicesAreSharedAsAWhole() {
        Job a = elastic("a", "first", 1).slice("rack", 4).elasticFrom(4).tiers(Tier.SPOT);
        Job b = elastic("b", "second", 2).slice("rack", 4).elasticFrom(4).tiers(Tier.SPOT);
        World world =
                world(Site.contract("a", 1, "gpu"), Site.contract("b", 1, "gpu"), Site.contract("owner", 120, "gpu"));
        Job half = job("owner", "half", 8, 8);
        Job one = job("owner", "one", 4, 8);
        world.start(half).start(one).start(a);
        world.submit(b).arrive(b, 16).withdraw(one).settle();
        world.withdraw(half).settle();
        assertRuns(world, a, 8);
        assertRuns(world, b, 8);
    }

    // --- On the account of all -------------------------------------------------------------------------------------

    private static World share(Job a, Job b, int weightOfA, int weightOfB) {
        World world = world(Site.shared(
                Site.contract("acme", 64, "gpu"), Site.subTenant("s1", weightOfA), Site.subTenant("s2", weightOfB)));
        Job most = job("acme", "most", 6, 8);
        Job one = job("acme", "one", 1, 8);
        world.start(most).start(one).start(a);
        world.submit(b).arrive(b, 16).withdraw(one).settle();
        assertRuns(world, a, 1);
        assertRuns(world, b, 1);
        return world.withdraw(most).settle();
    }

    @Test
    void subTenantsOfOneWeightGrowToEqualShares() {
        Job a = elastic("acme", "first", 1).subTenant("s1");
        Job b = elastic("acme", "second", 2).subTenant("s2");
        World world = share(a, b, 1, 1);
        assertRuns(world, a, 4);
        assertRuns(world, b, 4);
    }

    @Test
    void sharesAreByWeight() {
        Job a = elastic("acme", "first", 1).subTenant("s1");
        Job b = elastic("acme", "second", 2).subTenant("s2");
        World world = share(a, b, 1, 3);
        assertRuns(world, a, 2);
        assertRuns(world, b, 6);
    }

    @Test
    void insideASubTenantTheOlderOneGrowsFirst() {
        Job a = elastic("acme", "first", 1).subTenant("s1");
        Job b = elastic("acme", "second", 2).subTenant("s1");
        World world = share(a, b, 1, 1);
        assertRuns(world, a, 7);
        assertRuns(world, b, 1);
    }

    @Test
    void aHigherPriorityGrowsFirstWhateverTheShares() {
        Job a = elastic("acme", "first", 1).subTenant("s1");
        Job b = elastic("acme", "second", 2).subTenant("s2").priority(5);
        World world = share(a, b, 1, 1);
        assertRuns(world, a, 1);
        assertRuns(world, b, 7);
    }

    @Test
    void whatIsTakenBackForThemIsNoMoreThanTheGangCanSpare() {
        World world = world(
                Site.shared(Site.contract("acme", 128, "gpu"), Site.subTenant("s1", 1), Site.subTenant("s2", 1)),
                Site.contract("guest", "guest", Site.commitment("base", Site.H100, 0, "gpu", 0)));
        Job a = elastic("acme", "first", 1).subTenant("s1").pods(7);
        Job b = elastic("acme", "second", 2).subTenant("s2").pods(7);
        Job lent = job("guest", "lent", 14, 8).elasticFrom(2).sparesPods().tiers(Tier.SPOT);
        world.submit(a).arrive(a, 1).submit(b).arrive(b, 1).settle();
        world.start(lent);
        assertRuns(world, lent, 14);

        world.arrive(a, 6).arrive(b, 6).settle();

        assertRuns(world, a, 7);
        assertRuns(world, b, 7);
        assertRuns(world, lent, 2);
        assertThat(world.decided(Decision.Evict.class, lent)).isZero();
        assertThat(world.decided(Decision.PlanFailed.class, a)).isZero();
        assertThat(world.decided(Decision.PlanFailed.class, b)).isZero();
        assertThat(world.decided(Decision.Shrink.class, lent))
                .as("one plan for each")
                .isEqualTo(2);
    }

    @Test
    void beyondThatItIsEvictedOnceForBothOfThem() {
        World world = world(
                Site.shared(Site.contract("acme", 128, "gpu"), Site.subTenant("s1", 1), Site.subTenant("s2", 1)),
                Site.contract("guest", "guest", Site.commitment("base", Site.H100, 0, "gpu", 0)));
        Job a = elastic("acme", "first", 1).subTenant("s1").pods(8);
        Job b = elastic("acme", "second", 2).subTenant("s2").pods(8);
        Job lent = job("guest", "lent", 14, 8).elasticFrom(2).sparesPods().tiers(Tier.SPOT);
        world.submit(a).arrive(a, 1).submit(b).arrive(b, 1).settle();
        world.start(lent);

        world.arrive(a, 7).arrive(b, 7).settle();

        assertRuns(world, a, 8);
        assertRuns(world, b, 8);
        assertThat(world.isPlaced(lent)).isFalse();
        assertThat(world.decided(Decision.Evict.class, lent)).isEqualTo(1);
    }
}
