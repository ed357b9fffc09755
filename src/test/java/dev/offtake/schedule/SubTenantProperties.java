package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.contract.SubTenant;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** As work finishes, sub-tenants that always have more come to their shares, and nobody waits for ever. */
class SubTenantProperties {
    private static final int GPUS = 64;
    /** GPUs for which each has work waiting at any time. */
    private static final int MORE = 16;

    private static final List<String> NAMES = List.of("research", "batch", "");

    /** Sub-tenants that ask for more whenever something of theirs starts or ends. */
    private static final class Run {
        /** Twice what the contract has: who waits, waits for quota and not for the shape of what is free. */
        final World world = World.h100(4).reserveAfter(Duration.ofHours(48));

        final List<Integer> sizes;
        final Map<String, Deque<Job>> waiting = new HashMap<>();
        final Deque<Job> running = new ArrayDeque<>();
        final Map<Job, Integer> passes = new HashMap<>();
        int made;
        int largest;

        Run(List<Integer> weights, List<Integer> sizes) {
            this.sizes = sizes;
            largest = sizes.stream().mapToInt(s -> s).max().orElseThrow();
            world.contract(Site.shared(
                    Site.contract("acme", GPUS, "gpu"),
                    Site.subTenant("research", weights.get(0)),
                    Site.subTenant("batch", weights.get(1))));
        }

        void submit(String name) {
            Job job = job("acme", "job-" + made, 1, sizes.get(made % sizes.size()))
                    .createdAt(world.now.plusNanos(made))
                    .subTenant(name);
            made++;
            waiting.computeIfAbsent(name, n -> new ArrayDeque<>()).add(job);
            world.submit(job).arrive(job, 1);
        }

        /** Each has more waiting than the largest gang that ends can make room for. */
        void saturate() {
            for (String name : NAMES) {
                int gpus = waiting.getOrDefault(name, new ArrayDeque<>()).stream()
                        .mapToInt(j -> j.spec().gpus())
                        .sum();
                for (int g = gpus; g < MORE; g += sizes.get((made - 1) % sizes.size())) {
                    submit(name);
                }
            }
            world.settle();
            for (Deque<Job> jobs : waiting.values()) {
                List<Job> placed = jobs.stream().filter(world::isPlaced).toList();
                running.addAll(placed);
                jobs.removeAll(placed);
                jobs.forEach(job -> passes.merge(job, 1, Integer::sum));
            }
        }

        void endOldest() {
            world.now = world.now.plus(Duration.ofHours(1));
            Job job = running.remove();
            world.podsOf(job.id()).forEach(world::finish);
            world.withdraw(job);
        }

        int gpus(String name) {
            return running.stream()
                    .filter(j -> j.spec().subTenant().orElse("").equals(name))
                    .mapToInt(j -> j.spec().gpus())
                    .sum();
        }
    }

    @Property(tries = 12, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void underSaturationEachComesToItsShareWithinOneGang(
            @ForAll("weights") List<Integer> weights, @ForAll("sizes") List<Integer> sizes) {
        Run run = new Run(weights, sizes);
        // One alone has everything first.
        for (int i = 0; i * 8 < GPUS; i++) {
            run.submit("batch");
        }
        run.saturate();
        for (int i = 0; i < 150; i++) {
            run.endOldest();
            run.saturate();
        }
        Map<String, Integer> weightOf =
                Map.of("research", weights.get(0), "batch", weights.get(1), "", SubTenant.OTHERS.weight());
        int all = weightOf.values().stream().mapToInt(w -> w).sum();
        int inUse = NAMES.stream().mapToInt(run::gpus).sum();
        assertThat(inUse)
                .as("what is kept for larger gangs of those below their share")
                .isGreaterThan(GPUS - 2 * run.largest);
        for (String name : NAMES) {
            double share = (double) GPUS * weightOf.get(name) / all;
            assertThat((double) run.gpus(name))
                    .as("GPUs of %s with weights %s and sizes %s", name, weights, sizes)
                    .isBetween(share - 2 * run.largest, share + 2 * run.largest);
        }
    }

    @Property(tries = 12, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void nobodyWaitsForEver(@ForAll("weights") List<Integer> weights, @ForAll("sizes") List<Integer> sizes) {
        Run run = new Run(weights, sizes);
        run.saturate();
        for (int i = 0; i < 260; i++) {
            run.endOldest();
            run.saturate();
        }
        // The smallest share is an eleventh: what waits of it is served by then, and passed for two days at most.
        assertThat(run.waiting.values().stream().flatMap(jobs -> jobs.stream()).toList())
                .noneMatch(job -> run.passes.get(job) > 240);
    }

    @Property(tries = 5, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void theSameDemandGivesTheSameDecisions(
            @ForAll("weights") List<Integer> weights, @ForAll("sizes") List<Integer> sizes) {
        List<List<Decision>> logs = new ArrayList<>();
        for (int time = 0; time < 2; time++) {
            Run run = new Run(weights, sizes);
            run.saturate();
            for (int i = 0; i < 40; i++) {
                run.endOldest();
                run.saturate();
            }
            logs.add(run.world.log);
        }
        assertThat(logs.get(1)).isEqualTo(logs.get(0));
    }

    @Provide
    Arbitrary<List<Integer>> weights() {
        return Arbitraries.of(1, 1, 2, 3, 5).list().ofSize(2);
    }

    @Provide
    Arbitrary<List<Integer>> sizes() {
        return Arbitraries.of(1, 2, 4, 8, 8).list().ofMinSize(1).ofMaxSize(5);
    }
}
