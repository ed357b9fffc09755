package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.contract.Commitment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Assume;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Racks of four nodes that gangs of whole nodes have left in fragments, in a pool that has idle racks beside. */
class FragmentsProperties {
    private static final int NODES = 4;

    private final Job whole = job("acme", "whole", NODES, 8).required("rack").createdAt(50);

    /** The gangs of single nodes that stay; each rack of the commitment has some. */
    private World world(int racks, int idle, List<Boolean> stays, Commitment commitment) {
        World world = World.h100(racks + idle);
        world.contract(Site.contract("acme", "acme", commitment));
        List<Job> gangs = new ArrayList<>();
        for (int i = 0; i < racks * NODES; i++) {
            gangs.add(job("acme", "gang-" + i, 1, 8));
            world.start(gangs.get(i));
        }
        Map<String, Integer> left = new HashMap<>();
        for (int i = 0; i < gangs.size(); i++) {
            String rack = world.nodesOf(gangs.get(i)).get(0).substring(0, 2);
            left.merge(rack, stays.get(i) ? 1 : 0, Integer::sum);
            if (!stays.get(i)) {
                world.withdraw(gangs.get(i));
            }
        }
        Assume.that(!left.containsValue(0));
        // Gangs of one node fit wherever there are nodes enough: so there is a way just if this many are free.
        Assume.that(left.values().stream().mapToInt(used -> NODES - used).sum() >= NODES);
        world.settle().start(whole);
        assertThat(world.code(whole)).isEqualTo(Reason.Code.OWN_FRAGMENTATION);
        return world.later(Duration.ofMinutes(2));
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void aWayIsProposed(
            @ForAll @IntRange(min = 2, max = 4) int racks,
            @ForAll @IntRange(max = 2) int idle,
            @ForAll @Size(4 * NODES) List<Boolean> stays) {
        World world = world(racks, idle, stays, Site.commitment("base", Site.H100, racks, "rack", 0));

        assertThat(world.scheduler.moveProposals()).hasSize(1);
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void itIsTakenWhereTheCommitmentLetsItsGangsBeMoved(
            @ForAll @IntRange(min = 2, max = 4) int racks,
            @ForAll @IntRange(max = 2) int idle,
            @ForAll @Size(4 * NODES) List<Boolean> stays) {
        Commitment movable = Site.movable(Site.commitment("base", Site.H100, racks, "rack", 0));

        World world = world(racks, idle, stays, movable);

        assertThat(world.nodesOf(whole)).hasSize(NODES);
    }

    /** Gangs of whole nodes fit wherever there are nodes enough, so counting them tells whether there is a way. */
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void aWayIsProposedBesideIdleRacksThatAreOwedToOthers(
            @ForAll @IntRange(min = 2, max = 5) int racks,
            @ForAll @IntRange(max = 3) int owed,
            @ForAll boolean byNode,
            @ForAll @Size(5 * NODES) List<@IntRange(min = 1, max = 3) Integer> sizes,
            @ForAll @Size(5 * NODES) List<Boolean> stays) {
        int own = racks - owed;
        Assume.that(own >= 2);
        World world = World.h100(racks);
        if (owed > 0) {
            world.contract(Site.contract("globex", owed, "rack"));
        }
        world.contract(Site.contract("acme", own * NODES * (byNode ? 1 : 8), byNode ? "node" : "gpu"));
        List<Job> gangs = new ArrayList<>();
        int started = 0;
        for (int i = 0; started < own * NODES; i++) {
            int nodes = Math.min(sizes.get(i), own * NODES - started);
            gangs.add(job("acme", "gang-" + i, nodes, 8));
            world.start(gangs.get(i));
            started += nodes;
        }
        int used = 0;
        for (int i = 0; i < gangs.size(); i++) {
            used += stays.get(i) ? world.nodesOf(gangs.get(i)).size() : 0;
            if (!stays.get(i)) {
                world.withdraw(gangs.get(i));
            }
        }
        world.settle().start(whole);
        Assume.that(!world.isPlaced(whole) && world.code(whole) == Reason.Code.INSUFFICIENT_WHOLE_CELLS);

        world.later(Duration.ofMinutes(2));

        assertThat(world.scheduler.moveProposals()).hasSize(used <= (own - 1) * NODES ? 1 : 0);
    }
}
