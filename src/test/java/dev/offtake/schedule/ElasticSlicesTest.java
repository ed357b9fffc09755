package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Tier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An elastic gang of slices starts with whole slices, and grows by whole ones. There are four racks of four nodes of 8
 * GPUs, and pods of 8.
 */
class ElasticSlicesTest {
    private World world = World.h100(4).contract(Site.contract("acme", 128, "gpu"));
    private final Job sliced =
            job("acme", "sliced", 16, 8).elasticFrom(4).slice("rack", 4).createdAt(5);

    private List<String> racksOfSeats(Job job) {
        List<String> racks = new ArrayList<>();
        for (Decision.Seats run :
                world.workloads.get(job.id()).durable.orElseThrow().seats()) {
            run.nodes().forEach(node -> racks.addAll(Collections.nCopies(run.podsPerNode(), node.substring(0, 2))));
        }
        return racks;
    }

    /** So many slices run, and each of them, in the order of the pods, lies in one rack. */
    private void assertSlices(Job job, int slices) {
        int pods = job.podSet().step();
        List<String> racks = racksOfSeats(job);
        assertThat(racks).hasSize(slices * pods);
        for (int first = 0; first < racks.size(); first += pods) {
            assertThat(racks.subList(first, first + pods)).containsOnly(racks.get(first));
        }
        assertThat(world.podsOf(job, PodFacts.State.BOUND)).hasSize(slices * pods);
    }

    @ParameterizedTest
    @EnumSource(Tier.class)
    void itStartsWithAllSlicesThatFitAndGrowsByTheRest(Tier tier) {
        int committed = tier == Tier.RESERVED ? 128 : 0;
        world = World.h100(4)
                .contract(Site.contract("acme", "acme", Site.commitment("base", Site.H100, committed, "gpu", 128)));
        Job one = job("acme", "one", 4, 8).tiers(tier);
        Job job = sliced.tiers(tier);
        world.start(one).start(job);
        assertSlices(job, 3);

        world.withdraw(one).settle();

        assertSlices(job, 4);
    }

    @Test
    void itWaitsUntilThePodsOfASliceAreThere() {
        world.submit(sliced).arrive(sliced, 7).settle();
        assertSlices(sliced, 1);

        world.arrive(sliced, 1).settle();
        assertSlices(sliced, 2);
    }

    @Test
    void podsThatAreTooFewForASliceSaySo() {
        world.submit(sliced).arrive(sliced, 7).settle();

        assertThat(world.view(sliced).waiting().orElseThrow())
                .isEqualTo(Reason.of(Reason.Code.PODS_NOT_CREATED, "created", "3", "needed", "4"));
    }

    @Test
    void whatHasRoomForHalfASliceStaysIdle() {
        Job pairs = job("acme", "pairs", 8, 8).elasticFrom(2).slice("rack", 2).createdAt(5);
        world.start(job("acme", "others", 13, 8)).start(pairs);
        assertSlices(pairs, 1);
    }

    @Test
    void whereAllOfItsNodesAreLostItGoesOnWithWholeSlices() {
        world.start(sliced);
        assertSlices(sliced, 4);

        racksOfSeats(sliced).stream().distinct().forEach(rack -> {
            for (int n = 1; n <= 4; n++) {
                world.removeNode(rack + "n" + n);
            }
        });
        world.podsOf(sliced.id()).forEach(world::gone);
        world.rack("r5").rack("r6");
        world.node(Site.node(Site.H100, "r7", "r7n1")).node(Site.node(Site.H100, "r7", "r7n2"));
        world.arrive(sliced, 16).settle();

        assertThat(world.nodesOf(sliced)).hasSize(8).allMatch(node -> node.startsWith("r5") || node.startsWith("r6"));
    }
}
