package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.contract.SubTenant;
import dev.offtake.placement.Tier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Who of one contract has the next GPU, told by a few lines that know nothing of the scheduler. */
class SubTenantOrderProperties {
    private static final int STEPS = 60;
    private static final List<String> LABELS = List.of("research", "batch", "nightly", "unlisted", "");

    /** One contract of GPUs, in which every pod takes one. */
    private static final class Run {
        final World world = World.h100(1);
        final Random random;
        final List<SubTenant> listed = new ArrayList<>();
        final Map<String, Job> alive = new LinkedHashMap<>();
        final Set<String> runs = new TreeSet<>();
        int quota;
        int onDemand;
        int made;

        Run(long seed) {
            random = new Random(seed);
            changeContract();
        }

        void changeContract() {
            quota = random.nextInt(8);
            onDemand = random.nextInt(6);
            listed.clear();
            for (String name : List.of("research", "batch", "nightly")) {
                if (random.nextInt(4) > 0) {
                    listed.add(new SubTenant(
                            name,
                            1 + random.nextInt(4),
                            random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(random.nextInt(3))));
                }
            }
            world.contract(Site.shared(
                    Site.contract("acme", "acme", Site.commitment("base", Site.H100, quota, "gpu", onDemand)),
                    listed.toArray(SubTenant[]::new)));
        }

        Optional<SubTenant> subTenant(Job job) {
            if (listed.isEmpty()) {
                return Optional.empty();
            }
            String label = job.spec().subTenant().orElse("");
            return Optional.of(listed.stream()
                    .filter(s -> s.name().equals(label))
                    .findFirst()
                    .orElse(SubTenant.OTHERS));
        }

        int priority(Job job) {
            int asked = job.spec().priority();
            return subTenant(job)
                    .map(s -> Math.min(asked, s.maxPriority().orElse(asked)))
                    .orElse(asked);
        }

        void step() {
            world.now = world.now.plusSeconds(1);
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3 -> {
                    for (int i = random.nextInt(4); i >= 0; i--) {
                        submit();
                    }
                }
                case 4, 5, 6, 7 ->
                    pick(runs).ifPresent(name -> {
                        world.withdraw(alive.remove(name));
                        runs.remove(name);
                    });
                case 8 -> pick(alive.keySet()).ifPresent(this::relabel);
                default -> changeContract();
            }
        }

        private void submit() {
            Job job = job("acme", "job-" + made, 1, 1)
                    .createdAt(world.now.plusNanos(random.nextInt(1000)))
                    .priority(random.nextInt(3) == 0 ? random.nextInt(3) : 0)
                    .tiers(random.nextInt(3) == 0 ? Tier.ON_DEMAND : Tier.RESERVED)
                    .subTenant(LABELS.get(random.nextInt(LABELS.size())));
            made++;
            alive.put(job.id().name(), job);
            world.submit(job).arrive(job, 1);
        }

        private void relabel(String name) {
            Job job = alive.get(name).subTenant(LABELS.get(random.nextInt(LABELS.size())));
            alive.put(name, job);
            world.submit(job);
        }

        private Optional<String> pick(Set<String> names) {
            List<String> all = List.copyOf(names);
            return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
        }

        /** What Rule 5 says: the higher priority, then the least of its share, then the older. */
        void expectTurns() {
            for (Tier tier : List.of(Tier.RESERVED, Tier.ON_DEMAND)) {
                while (runs.stream().filter(name -> isOf(name, tier)).count()
                        < (tier == Tier.RESERVED ? quota : onDemand)) {
                    Optional<Job> next = alive.values().stream()
                            .filter(job -> isOf(job.id().name(), tier)
                                    && !runs.contains(job.id().name()))
                            .min(Comparator.comparingInt((Job job) -> -priority(job))
                                    .thenComparingDouble(this::portion)
                                    .thenComparing(job -> job.spec().createdAt())
                                    .thenComparing(job -> job.id()));
                    if (next.isEmpty()) {
                        break;
                    }
                    runs.add(next.get().id().name());
                }
            }
        }

        private boolean isOf(String name, Tier tier) {
            return alive.get(name).spec().tiers().contains(tier);
        }

        private double portion(Job job) {
            Optional<SubTenant> of = subTenant(job);
            long used = runs.stream()
                    .filter(name -> subTenant(alive.get(name)).equals(of))
                    .count();
            return of.map(s -> (double) used / s.weight()).orElse(0.0);
        }
    }

    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF, seed = Steps.SEED)
    void theNextGpuIsHisWhoHasTheLeastOfHisShare(@ForAll long seed) {
        Run run = new Run(seed);
        for (int i = 0; i < STEPS; i++) {
            run.step();
            run.expectTurns();
            run.world.settle();
            Set<String> placed = new TreeSet<>();
            run.alive.forEach((name, job) -> {
                if (run.world.isPlaced(job)) {
                    placed.add(name);
                }
            });
            assertThat(placed).as("after step %d", i).isEqualTo(run.runs);
        }
    }
}
