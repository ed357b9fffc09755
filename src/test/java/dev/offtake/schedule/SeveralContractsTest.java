package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.contract.Contract;
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

    @Test
    void theJuniorWithTheLeastToLoseGoesInWhicheverContract() {
        World world = World.h100(2);
        world.contract(preempting("first", 4)).contract(preempting("second", 4));
        Job dear = job("acme", "dear", 4, 8).contract("first");
        world.start(dear).later(Duration.ofDays(3));
        Job cheap = job("acme", "cheap", 4, 8).contract("second");
        world.start(cheap).later(Duration.ofHours(2));

        Job claim = job("acme", "claim", 4, 8).priority(10).createdAt(world.now);
        world.start(claim);
        assertThat(world.decided(Decision.Evict.class, dear)).isZero();
        assertThat(world.view(claim).commitment().orElseThrow().contract()).isEqualTo("second");
    }

    @Test
    void whoNamesAContractEvictsNobodyOfAnother() {
        World world = World.h100(2);
        world.contract(preempting("first", 4)).contract(preempting("second", 4));
        Job dear = job("acme", "dear", 4, 8).contract("first");
        world.start(dear).later(Duration.ofDays(3));
        Job cheap = job("acme", "cheap", 4, 8).contract("second");
        world.start(cheap).later(Duration.ofHours(2));

        world.start(job("acme", "claim", 4, 8).contract("first").priority(10).createdAt(world.now));
        assertThat(world.decided(Decision.Evict.class, cheap)).isZero();
        assertThat(world.decided(Decision.Evict.class, dear)).isOne();
    }

    private static Contract preempting(String name, int nodes) {
        return Site.contract(name, "acme", Site.preempting(Site.commitment("base", Site.H100, nodes, "node", 0)));
    }

    @Test
    void theBorrowerWithTheLeastToLoseGoesWhicheverCommitmentItIsFor() {
        World world = World.h100(2);
        world.contract(racksAndGpus(1, 16)).contract(Site.contract("guest", 1, "gpu"));
        world.contract(Site.contract("other", 1, "node"));
        Job old = in(job("guest", "old", 4, 8).tiers(Tier.SPOT), "r1");
        world.start(in(job("other", "breaks-a-rack", 1, 8), "r2")).start(old);
        world.later(Duration.ofDays(3));
        Job young = in(job("guest", "young", 3, 8).tiers(Tier.SPOT), "r2");
        world.start(young).later(Duration.ofHours(2));

        Job claim = job("acme", "claim", 1, 8);
        world.start(claim);
        assertThat(world.decided(Decision.Evict.class, old)).isZero();
        assertThat(world.decided(Decision.Evict.class, young)).isOne();
        assertThat(commitment(world, claim)).isEqualTo("gpus");
    }

    @Test
    void anElasticGangGoesWhereItGetsMost() {
        World world = World.h100(2);
        world.contract(Site.contract("first", "acme", Site.commitment("base", Site.H100, 2, "node", 0)));
        world.contract(Site.contract("second", "acme", Site.commitment("base", Site.H100, 6, "node", 0)));

        Job elastic = job("acme", "elastic", 6, 8).elasticFrom(2);
        world.start(elastic);
        assertThat(world.nodesOf(elastic)).hasSize(6);
    }

    @Test
    void anElasticBorrowerBecomesTheOwnerOfAllThatItHasWhereThatCanBe() {
        World world = World.h100(4);
        world.contract(Site.contract("first", "acme", Site.commitment("base", Site.H100, 2, "node", 0)));
        world.contract(Site.contract("second", "acme", Site.commitment("base", Site.H100, 6, "node", 0)));
        Job one = job("acme", "one", 2, 8).contract("first");
        Job other = job("acme", "other", 6, 8).contract("second");
        world.start(one).start(other);
        Job elastic = job("acme", "elastic", 6, 8)
                .elasticFrom(2)
                .sparesPods()
                .tiers(Tier.RESERVED, Tier.SPOT)
                .createdAt(1);
        world.start(elastic);
        assertThat(world.view(elastic).tier()).contains(Tier.SPOT);

        world.withdraw(one).withdraw(other).settle();
        assertThat(world.view(elastic).commitment().orElseThrow().contract()).isEqualTo("second");
    }

    @Test
    void aSmallGangBindsNoRackWhereGpusOfItsTenantHaveRoom() {
        World world = World.h100(2).contract(racksAndGpus(1, 8));

        Job small = job("acme", "small", 1, 1);
        world.start(small);
        assertThat(commitment(world, small)).isEqualTo("gpus");
        Job rack = job("acme", "rack", 4, 8).required("rack");
        world.start(rack);
        assertThat(commitment(world, rack)).isEqualTo("racks");
    }

    @Test
    void aSmallGangFillsABoundRackBeforeItTakesGpus() {
        World world = World.h100(2).contract(racksAndGpus(1, 8));
        world.start(job("acme", "more-than-the-gpus", 2, 8));

        Job small = job("acme", "small", 1, 8);
        world.start(small);
        assertThat(commitment(world, small)).isEqualTo("racks");
    }

    @Test
    void whereOnePlaceDoesForBothTheSmallerUnitIsClaimed() {
        World world = World.h100(2).contract(racksAndGpus(1, 32));

        Job whole = job("acme", "whole", 4, 8).required("rack");
        world.start(whole);
        assertThat(commitment(world, whole)).isEqualTo("gpus");
        Job next = job("acme", "next", 4, 8).required("rack");
        world.start(next);
        assertThat(commitment(world, next)).isEqualTo("racks");
    }

    @Test
    void whatIsLentOfABoundRackIsTakenBackBeforeItsCommitmentBindsAnother() {
        World world = World.h100(3).contract(racksAndGpus(2, 8));
        world.contract(Site.contract("guest", 1, "gpu"));
        Job lent = in(job("guest", "lent", 2, 8).tiers(Tier.SPOT), "r1");
        world.start(in(job("acme", "binds", 2, 8), "r1")).start(lent);

        Job idle = job("acme", "idle-gpus-come-first", 1, 8);
        world.start(idle);
        assertThat(commitment(world, idle)).isEqualTo("gpus");
        assertThat(world.decided(Decision.Evict.class, lent)).isZero();
        Job claim = job("acme", "claim", 2, 8);
        world.start(claim);
        assertThat(world.decided(Decision.Evict.class, lent)).isOne();
        assertThat(world.nodesOf(claim)).allMatch(node -> node.startsWith("r1"));
    }

    @Test
    void nobodyGoesFromABoundRackOfOneContractWhereARackOfAnotherIsIdle() {
        World world = World.h100(3).contract(Site.contract("guest", 1, "gpu"));
        world.contract(Site.contract("first", "acme", Site.commitment("base", Site.H100, 1, "rack", 0)));
        world.contract(Site.contract("second", "acme", Site.commitment("base", Site.H100, 1, "rack", 0)));
        Job lent = in(job("guest", "lent", 2, 8).tiers(Tier.SPOT), "r1");
        world.start(in(job("acme", "binds", 2, 8), "r1")).start(lent);

        Job claim = job("acme", "claim", 2, 8);
        world.start(claim);
        assertThat(world.decided(Decision.Evict.class, lent)).isZero();
        assertThat(world.view(claim).commitment().orElseThrow().contract()).isEqualTo("second");
    }

    @Test
    void theOrderOfTiersComesBeforeThePlace() {
        World world = World.h100(2);
        world.contract(Site.contract(
                "acme",
                "acme",
                Site.commitment("racks", Site.H100, 1, "rack", 0),
                Site.commitment("gpus", Site.H100, 0, "gpu", 8)));

        Job small = job("acme", "small", 1, 1).tiers(Tier.RESERVED, Tier.ON_DEMAND);
        world.start(small);
        assertThat(world.view(small).tier()).contains(Tier.RESERVED);
    }

    private static Contract racksAndGpus(int racks, int gpus) {
        return Site.contract(
                "acme",
                "acme",
                Site.commitment("racks", Site.H100, racks, "rack", 0),
                Site.commitment("gpus", Site.H100, gpus, "gpu", 0));
    }

    private static String commitment(World world, Job job) {
        return world.view(job).commitment().orElseThrow().commitment();
    }
}
