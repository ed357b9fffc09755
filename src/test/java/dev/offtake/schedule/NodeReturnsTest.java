package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.fleet.NodeFacts;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Nodes of a plan that take no work for a while: whoever has to leave them may still be there when they do again, and
 * nobody comes beside him (I1; {@link Invariants} look at each release).
 */
class NodeReturnsTest {
    private final World world = World.h100(2);
    private final Job own = job("owner", "own", 4, 8).elasticFrom(2);
    private final Job guest = job("guest", "guest", 5, 8).tiers(Tier.SPOT);

    @BeforeEach
    void twoTenants() {
        world.contract(Site.contract("owner", 1, "rack"));
        world.contract(Site.contract("guest", 1, "gpu"));
    }

    /** A gang that has three nodes of its rack, and a plan for the fourth, which its victim is about to leave. */
    private String growing() {
        world.submit(own).arrive(own, 3).settle();
        world.start(guest);
        world.terminationHangs = true;
        world.arrive(own, 1).settle();
        return planned(own);
    }

    private String planned(Job claimant) {
        List<String> seats = world.workloads.get(claimant.id()).seats();
        return seats.get(seats.size() - 1);
    }

    private void cordon(String node, boolean cordoned) {
        world.node(node, n -> Site.cordoned(n, cordoned));
    }

    private void assertThatItRunsOnAllOfItsNodesWhenTheVictimIsGone() {
        world.terminated().settle();
        assertThat(world.nodesOf(own)).hasSize(4).doesNotHaveDuplicates();
        assertThat(world.view(own).plan()).isEmpty();
    }

    @Test
    void aGangThatGrowsDoesNotComeOntoANodeThatWasCordonedBeforeTheVictimIsGone() {
        String node = growing();
        cordon(node, true);
        world.settle();
        cordon(node, false);
        world.settle();
        assertThat(world.nodesOf(own)).hasSize(3);
        assertThatItRunsOnAllOfItsNodesWhenTheVictimIsGone();
    }

    @Test
    void norWhereTheNodeReturnsBeforeTheRecordSaysThatThePlanIsOver() {
        String node = growing();
        world.recordsHang = true;
        cordon(node, true);
        world.settle();
        cordon(node, false);
        world.settle().writesComeThrough().settle();
        assertThat(world.nodesOf(own)).hasSize(3);
        assertThatItRunsOnAllOfItsNodesWhenTheVictimIsGone();
    }

    @Test
    void norWhereThatRecordFailsFirst() {
        String node = growing();
        world.recordsHang = true;
        cordon(node, true);
        world.settle();
        world.recordsThatFail = 1;
        world.writesComeThrough();
        cordon(node, false);
        world.settle();
        assertThat(world.nodesOf(own)).hasSize(3);
        assertThatItRunsOnAllOfItsNodesWhenTheVictimIsGone();
    }

    @Test
    void norAfterARestartBeforeTheNodeIsCordoned() {
        String node = growing();
        world.restart();
        cordon(node, true);
        world.settle();
        cordon(node, false);
        world.settle();
        assertThat(world.nodesOf(own)).hasSize(3);
        assertThatItRunsOnAllOfItsNodesWhenTheVictimIsGone();
    }

    @Test
    void norAfterARestartWhileTheNodeIsCordoned() {
        String node = growing();
        cordon(node, true);
        world.settle().restart().settle();
        cordon(node, false);
        world.settle();
        assertThat(world.nodesOf(own)).hasSize(3);
        assertThatItRunsOnAllOfItsNodesWhenTheVictimIsGone();
    }

    @Test
    void norAfterARestartBeforeTheRecordSaysThatThePlanIsOver() {
        String node = growing();
        world.recordsHang = true;
        cordon(node, true);
        world.settle();
        world.recordsHang = false;
        world.restart().settle();
        cordon(node, false);
        world.settle();
        assertThat(world.nodesOf(own)).hasSize(3);
        assertThatItRunsOnAllOfItsNodesWhenTheVictimIsGone();
    }

    @Test
    void norWhereTheNodeWasAwayAltogether() {
        String node = growing();
        NodeFacts facts = world.nodes.get(node);
        world.removeNode(node).settle();
        world.node(facts).settle();
        assertThat(world.nodesOf(own)).hasSize(3);
        assertThatItRunsOnAllOfItsNodesWhenTheVictimIsGone();
    }

    @Test
    void norWhereThePlanIsGivenUpMeanwhile() {
        world.submit(own).arrive(own, 2).settle();
        world.start(job("guest", "one", 1, 8).tiers(Tier.SPOT));
        world.start(job("guest", "guest", 5, 8).tiers(Tier.SPOT));
        world.terminationHangs = true;
        world.arrive(own, 2).settle();
        String node = planned(own);
        cordon(node, true);
        world.later(Duration.ofHours(1));
        cordon(node, false);
        world.settle();
        assertThat(world.nodesOf(own)).hasSize(2);
        assertThatItRunsOnAllOfItsNodesWhenTheVictimIsGone();
    }

    @Test
    void norWhereTheVictimWasNotToldYet() {
        world.submit(own).arrive(own, 3).settle();
        world.start(guest);
        world.terminationHangs = true;
        world.recordsHang = true;
        world.arrive(own, 1).settle();
        String node = world.workloads.get(own.id()).pending.orElseThrow().seats().stream()
                .flatMap(run -> run.nodes().stream())
                .reduce((first, second) -> second)
                .orElseThrow();
        cordon(node, true);
        world.settle().writesComeThrough().settle();
        assertThat(world.nodesOf(guest)).hasSize(5);
        cordon(node, false);
        world.settle();
        assertThat(world.nodesOf(own)).hasSize(3);
        assertThatItRunsOnAllOfItsNodesWhenTheVictimIsGone();
    }

    @Test
    void aGangThatStartsByAPlanDoesNotComeThereEither() {
        world.start(job("guest", "guest", 8, 8).tiers(Tier.SPOT));
        world.terminationHangs = true;
        Job all = job("owner", "all", 4, 8);
        world.start(all);
        String node = planned(all);
        cordon(node, true);
        world.settle();
        cordon(node, false);
        world.settle();
        assertThat(world.nodesOf(all)).isEmpty();
        world.terminated().settle();
        assertThat(world.nodesOf(all)).hasSize(4).doesNotHaveDuplicates();
    }

    /** A gang that has lost a node, and has a plan for another one. */
    private String repaired(Job gang) {
        world.contract(Site.contract("owner", 3, "node"));
        world.start(gang);
        world.start(job("owner", "beside", 1, 8).required("rack"));
        world.start(guest);
        world.terminationHangs = true;
        Pod pod = world.podsOf(gang.id()).get(0);
        cordon(pod.node.orElseThrow(), true);
        world.gone(pod);
        world.arrive(gang, 1).settle();
        return world.workloads.get(gang.id()).durable.orElseThrow().seats().stream()
                .flatMap(run -> run.nodes().stream())
                .filter(node -> !world.nodesOf(gang).contains(node))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aGangThatIsRepairedDoesNotComeThereEither() {
        Job gang = job("owner", "gang", 2, 8).required("rack");
        String node = repaired(gang);
        cordon(node, true);
        world.settle();
        cordon(node, false);
        world.settle();
        assertThat(world.nodesOf(gang)).hasSize(1);
        world.terminated().settle();
        assertThat(world.nodesOf(gang)).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void aGangThatIsRepairedDoesNotComeThereAfterARestartEither() {
        Job gang = job("owner", "gang", 2, 8).required("rack");
        String node = repaired(gang);
        cordon(node, true);
        world.restart().settle().restart();
        cordon(node, false);
        world.settle();
        assertThat(world.nodesOf(gang)).hasSize(1);
        world.terminated().settle();
        assertThat(world.nodesOf(gang)).hasSize(2).doesNotHaveDuplicates();
    }
}
