package dev.offtake.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.contract.Commitment;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/**
 * Nobody starves by the shape of what is free: while smaller gangs come whenever one has ended, whoever has waited for
 * {@code reserveAfter} starts, on commitments in any unit and beside drains of others, or borrows.
 */
class DrainProperties {
    private static final Duration PATIENCE = Duration.ofHours(2);

    private static final int STEPS = 120;

    /** So often one may end and one come before the first that drains has its place, where others may have to end, too. */
    private static final int MOST = 80;

    /** A gang of one of two tenants. */
    record Step(boolean second, int pods, int gpus, boolean together, boolean slices, int hours, Tier tier) {
        Job job(int number, World world) {
            Job job = Job.job(second ? "globex" : "acme", "job-" + number, pods, gpus)
                    .createdAt(world.now)
                    .tiers(tier == Tier.ON_DEMAND ? new Tier[] {Tier.RESERVED, Tier.ON_DEMAND} : new Tier[] {tier});
            job = together ? job.required("rack") : job;
            job = slices && pods % 2 == 0 ? job.slice("rack", 2) : job;
            return hours == 0 ? job : job.duration(Duration.ofHours(hours));
        }
    }

    /** How often one has ended and one come while a gang was the first of those who wait. */
    private static final class Turns {
        final int most;
        int count;

        Turns(int most) {
            this.most = most;
        }
    }

    /** @param steps are taken over and over */
    @Property(tries = 25, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void whoeverHasWaitedForLongEnoughStartsWhileOthersCome(
            @ForAll("units") List<String> units, @ForAll("steps") List<Step> steps) {
        whoeverHasWaitedStarts(4, units, steps, running -> MOST);
    }

    /** Nobody tells when he ends, so nobody may pass: when those have ended who run by then, or nearly all, it starts. */
    @Property(tries = 25, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void whoeverHasWaitedForLongEnoughBorrowsWhileOthersCome(
            @ForAll("units") List<String> units, @ForAll("borrowers") List<Step> steps) {
        whoeverHasWaitedStarts(2, units, steps, running -> 2 * (running + 2));
    }

    /** @param most how often one may end and one come before the first starts, if so many run when its patience is over */
    private static void whoeverHasWaitedStarts(int racks, List<String> units, List<Step> steps, IntUnaryOperator most) {
        World world = World.h100(racks).reserveAfter(PATIENCE);
        world.contract(Site.contract("acme", "acme", commitment(units.get(0), racks)));
        world.contract(Site.contract("globex", "globex", commitment(units.get(1), racks)));
        Map<GangId, Job> running = new LinkedHashMap<>();
        Map<GangId, Job> jobs = new LinkedHashMap<>();
        Map<GangId, Turns> turns = new LinkedHashMap<>();
        for (int i = 0; i < STEPS; i++) {
            if (jobs.size() - running.size() < 6) {
                Job job = steps.get(i % steps.size()).job(i, world);
                jobs.put(job.id(), job);
                world.submit(job).arrive(job, job.podSet().count());
            }
            world.later(Duration.ofMinutes(20));
            jobs.values().stream().filter(world::isPlaced).forEach(placed -> running.putIfAbsent(placed.id(), placed));
            Optional<Job> first = first(jobs, world);
            if (first.isPresent() && !running.isEmpty()) {
                Job oldest = running.values().iterator().next();
                running.remove(oldest.id());
                jobs.remove(oldest.id());
                world.podsOf(oldest.id()).forEach(world::finish);
                world.withdraw(oldest);
                if (isOver(first.get(), world)) {
                    Turns of =
                            turns.computeIfAbsent(first.get().id(), id -> new Turns(most.applyAsInt(running.size())));
                    assertThat(++of.count)
                            .as(() -> "turns of " + first.get() + ": "
                                    + world.view(first.get()).waiting())
                            .isLessThanOrEqualTo(of.most);
                }
            }
        }
    }

    private static boolean isOver(Job job, World world) {
        return !world.now.isBefore(job.spec().createdAt().plus(PATIENCE));
    }

    /** The oldest of those who wait and could have a place one day. */
    private static Optional<Job> first(Map<GangId, Job> jobs, World world) {
        return jobs.values().stream()
                .filter(job -> !world.isPlaced(job)
                        && world.view(job).waiting().isPresent()
                        && world.code(job) != Reason.Code.NEVER_FITS)
                .findFirst();
    }

    private static Commitment commitment(String unit, int racks) {
        int gpus = switch (unit) {
            case "rack" -> 32;
            case "node" -> 8;
            case "half" -> 4;
            default -> 1;
        };
        return Site.commitment("base", Site.H100, racks * 16 / gpus, unit, 8);
    }

    @Provide
    Arbitrary<List<String>> units() {
        return Arbitraries.of("rack", "node", "half", "gpu").list().ofSize(2);
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return steps(Arbitraries.of(0, 0, 1, 4, 24), Arbitraries.of(Tier.RESERVED, Tier.RESERVED, Tier.ON_DEMAND));
    }

    @Provide
    Arbitrary<List<Step>> borrowers() {
        return steps(Arbitraries.just(0), Arbitraries.just(Tier.SPOT));
    }

    private static Arbitrary<List<Step>> steps(Arbitrary<Integer> hours, Arbitrary<Tier> tiers) {
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.of(1, 1, 1, 2, 3, 4),
                        Arbitraries.of(1, 2, 4, 8),
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false, false),
                        hours,
                        tiers)
                .as(Step::new)
                .list()
                .ofMinSize(5)
                .ofMaxSize(40);
    }
}
