package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A gang is moved on a commitment that is used up, and on which priorities evict; {@link Invariants} hold throughout. */
class MovesTest {
    private final World world = World.h100(2);
    private final Job whole = job("globex", "whole", 2, 8).required("rack").createdAt(50);

    @BeforeEach
    void setUp() {
        world.contract(Site.contract(
                "acme", "acme", Site.movable(Site.preempting(Site.commitment("base", Site.H100, 6, "node", 0)))));
        world.contract(Site.contract("globex", 2, "node"));
        world.terminationHangs = true;
    }

    /** Two free nodes are in different racks: whoever wants both in one has a gang moved, which has not left yet. */
    private void moveOneFor(Job moved) {
        world.start(moved);
        String second = world.nodes.keySet().stream()
                .filter(node -> !world.nodesOf(moved).contains(node)
                        && node.substring(0, 2)
                                .equals(world.nodesOf(moved).get(0).substring(0, 2)))
                .findFirst()
                .orElseThrow();
        world.node(second, node -> Site.cordoned(node, true));
        world.start(job("acme", "three", 3, 8).required("rack").priority(9));
        world.start(job("acme", "two", 2, 8).required("rack").priority(9));
        world.node(second, node -> Site.cordoned(node, false));
        world.start(whole);
        assertThat(world.code(whole)).isEqualTo(Reason.Code.INSUFFICIENT_WHOLE_CELLS);
        world.later(Duration.ofMinutes(1));
        assertThat(world.decided(Decision.Evict.class, moved)).isEqualTo(1);
    }

    @Test
    void ifThePlanFailsWhoIsLeavingHasWhatItLeavesAndNobodyUsesTheCellThatIsHeldForItBesides() {
        Job moved = job("acme", "moved", 1, 1);
        moveOneFor(moved);
        String left = world.podsOf(moved.id()).get(0).node.orElseThrow();
        world.later(Duration.ofMinutes(3));
        assertThat(world.decided(Decision.PlanFailed.class, whole)).isEqualTo(1);

        Job late = job("acme", "late", 1, 1).createdAt(60);
        world.start(late);
        assertThat(world.nodesOf(late)).isSubsetOf(left);

        world.terminated().settle();
        assertThat(world.nodesOf(moved)).hasSize(1);
        assertThat(world.nodesOf(late)).hasSize(1);
    }

    @Test
    void whoComesBackToTheHeldPlaceLeavesItToHigherPriorityThatWaits() {
        Job moved = job("acme", "moved", 1, 8);
        moveOneFor(moved);
        Job senior = job("acme", "senior", 1, 8).createdAt(60).priority(1);
        world.start(senior);
        assertThat(world.code(senior)).isEqualTo(Reason.Code.QUOTA_REACHED);

        world.terminated().settle();
        world.terminated().settle();

        assertThat(world.nodesOf(whole)).hasSize(2);
        assertThat(world.nodesOf(senior)).hasSize(1);
        assertThat(world.isPlaced(moved)).isFalse();
    }

    @Test
    void afterARestartWhoHasComeBackElsewhereIsNotMovedAgainForTheSamePlan() {
        Job moved = job("acme", "moved", 1, 8);
        moveOneFor(moved);
        world.restart().settle();
        assertThat(world.decided(Decision.Evict.class, moved)).isEqualTo(1);

        world.recordsHang = true;
        world.terminated().settle();
        world.restart().settle();
        world.writesComeThrough().settle();

        assertThat(world.decided(Decision.Evict.class, moved)).isEqualTo(1);
        assertThat(world.nodesOf(whole)).hasSize(2);
        assertThat(world.nodesOf(moved)).hasSize(1);
    }
}
