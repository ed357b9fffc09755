package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Tier;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** Several take back at once what is lent to elastic gangs. */
class ElasticSpotProperties {
    /** Pods of so many GPUs; of an owner {@code least} is not looked at. */
    record Pods(int count, int gpus, int least) {}

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF, seed = Steps.SEED)
    void whoeverTakesBackInTheSameRoundNoPlanCountsOnWhatAnotherLeavesNoMore(
            @ForAll("pods") List<Pods> lent, @ForAll("pods") List<Pods> taken) {
        World world =
                World.h100(2).contract(Site.contract("owner", 64, "gpu")).contract(Site.contract("guest", 0, "gpu"));
        for (Pods pods : lent) {
            String name = "lent-" + world.workloads.size();
            world.start(job("guest", name, pods.count(), pods.gpus())
                    .elasticFrom(Math.min(pods.count(), pods.least()))
                    .tiers(Tier.SPOT)
                    .sparesPods());
        }
        List<Job> owners = new ArrayList<>();
        for (Pods pods : taken) {
            Job owner = job("owner", "own-" + owners.size(), pods.count(), pods.gpus())
                    .createdAt(owners.size());
            owners.add(owner);
            world.submit(owner).arrive(owner, pods.count());
        }
        world.settle();
        assertThat(world.log).noneMatch(Decision.PlanFailed.class::isInstance);
    }

    @Provide
    Arbitrary<List<Pods>> pods() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 6),
                        Arbitraries.of(1, 2, 3, 4, 8),
                        Arbitraries.integers().between(1, 6))
                .as(Pods::new)
                .list()
                .ofMinSize(2)
                .ofMaxSize(7);
    }
}
