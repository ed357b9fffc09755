package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.fleet.NodeFacts;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A node that leaves its pool while somebody waits there for others to go. */
class PoolLeftTest {
    private final World world = World.h100(1);
    private final Job guest = job("guest", "guest", 4, 8).tiers(Tier.SPOT);
    private final Job own = job("owner", "own", 4, 8);

    private void reclaimUnderWay() {
        world.contract(Site.contract("owner", 4, "node"))
                .contract(Site.contract("guest", "guest", Site.commitment("base", Site.H100, 0, "gpu", 0)));
        world.start(guest);
        assertThat(world.nodesOf(guest)).hasSize(4);
        world.later(Duration.ofMinutes(10));
        world.terminationHangs = true;
        world.start(own);
        assertThat(world.podsOf(guest, PodFacts.State.TERMINATING)).hasSize(4);
        assertThat(world.decided(Decision.Release.class, own)).isZero();
    }

    private static NodeFacts unlabelled(NodeFacts n) {
        Map<String, String> labels = new HashMap<>(n.labels());
        labels.put("class", "other");
        return new NodeFacts(
                n.name(), n.uid(), labels, n.taints(), n.ready(), n.unschedulable(), n.conditions(), n.allocatable());
    }

    @Test
    void theLabelOfItsClassGoesFromANodeOfThePlan() {
        reclaimUnderWay();
        for (String node : List.copyOf(world.nodes.keySet())) {
            world.node(node, PoolLeftTest::unlabelled);
        }
        world.settle();
        assertThat(world.decided(Decision.Release.class, own))
                .as("released beside victims that are still there")
                .isZero();
    }

    @Test
    void thePoolIsDeletedDuringTheNotice() {
        reclaimUnderWay();
        world.pools.clear();
        world.scheduler.removePool("h100-pool");
        world.settle();
        assertThat(world.decided(Decision.Release.class, own))
                .as("released beside victims that are still there")
                .isZero();
    }

    @Test
    void onlyOneNodeOfThePlanLeavesThePool() {
        reclaimUnderWay();
        world.node("r1n2", PoolLeftTest::unlabelled);
        // All others are gone.
        world.podsOf(guest.id()).stream()
                .filter(p -> !p.node.orElseThrow().equals("r1n2"))
                .forEach(world::gone);
        world.settle();
        assertThat(world.podsOf(own.id()).stream()
                        .filter(p -> p.node.filter("r1n2"::equals).isPresent())
                        .toList())
                .as("pods on a node of no pool on which the victim still is")
                .isEmpty();
    }

    /** A gang that runs has lost a pod, and the node of it is in no pool any more; answers with that. */
    private String lostNode(Job two) {
        world.contract(Site.contract("owner", 4, "node"));
        world.start(two);
        Pod pod = world.podsOf(two.id()).get(0);
        String node = pod.node.orElseThrow();
        world.node(node, PoolLeftTest::unlabelled);
        world.gone(pod);
        return node;
    }

    @Test
    void aSuccessorDoesNotGoToANodeThatIsInNoPool() {
        Job two = job("owner", "two", 2, 8);
        String node = lostNode(two);
        world.arrive(two, 1).settle();
        assertThat(world.nodesOf(two)).hasSize(2).doesNotContain(node);
    }

    @Test
    void aSuccessorDoesNotGoBesideAStrangerOnANodeThatIsInNoPool() {
        Job two = job("owner", "two", 2, 8);
        String node = lostNode(two);
        world.stranger("other", node, Job.shape(8));
        world.arrive(two, 1).settle();
        assertThat(world.nodesOf(two)).hasSize(2).doesNotContain(node);
    }
}
