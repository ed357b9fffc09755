package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Who goes for higher priority where all pods are alike and only the quota is short. */
class ElasticPreemptionProperties {
    /** A gang that runs: of one that is not elastic {@code least} is its size. */
    record Low(int pods, int least) {
        int spare() {
            return pods - least;
        }
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE, seed = Steps.SEED)
    void nobodyIsEvictedWhereItIsEnoughThatGangsGiveWhatTheyCanDoWithout(
            @ForAll("lows") @Size(min = 1, max = 8) List<Low> lows, @ForAll @IntRange(min = 1, max = 12) int urgent) {
        int quota = lows.stream().mapToInt(Low::pods).sum();
        int spare = lows.stream().mapToInt(Low::spare).sum();
        World world = World.h100(2);
        world.contract(
                Site.contract("acme", "acme", Site.preempting(Site.commitment("base", Site.H100, quota, "gpu", 0))));
        List<Job> jobs = new ArrayList<>();
        for (Low low : lows) {
            Job job = job("acme", "low-" + jobs.size(), low.pods(), 1)
                    .elasticFrom(low.least())
                    .sparesPods();
            jobs.add(job);
            world.start(job);
        }

        world.start(job("acme", "urgent", urgent, 1).createdAt(1).priority(1));

        long evicted =
                world.log.stream().filter(Decision.Evict.class::isInstance).count();
        int given = world.log.stream()
                .mapToInt(
                        d -> d instanceof Decision.Shrink shrink ? shrink.pods().size() : 0)
                .sum();
        if (urgent <= spare) {
            assertThat(evicted).as("gangs evicted").isZero();
            assertThat(given).as("pods given").isEqualTo(urgent);
        } else {
            assertThat(evicted > 0).as("some are evicted").isEqualTo(urgent <= quota);
        }
    }

    @Provide
    Arbitrary<List<Low>> lows() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 5),
                        Arbitraries.integers().between(1, 5))
                .as((pods, least) -> new Low(pods, Math.min(pods, least)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(8);
    }
}
