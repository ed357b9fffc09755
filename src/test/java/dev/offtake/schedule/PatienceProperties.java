package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Tier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** Nobody starves: who has waited for {@code reserveAfter} is passed by nobody of his account any more, and starts. */
class PatienceProperties {
    private static final Duration PATIENCE = Duration.ofHours(2);
    private static final int QUOTA = 48;

    /** A gang comes, one that runs ends, or time passes. */
    record Step(int what, int which, int pods, int gpus, int priority, boolean borrows) {}

    private static final class Run {
        final World world = World.h100(2).reserveAfter(PATIENCE);
        final Map<GangId, Job> jobs = new LinkedHashMap<>();
        int passed;

        Run() {
            world.contract(Site.contract("acme", QUOTA, "gpu"));
        }

        void take(Step step, int number) {
            if (step.what() < 4) {
                Job job = job("acme", "job-" + number, step.pods(), step.gpus())
                        .createdAt(world.now)
                        .priority(step.priority());
                job = step.borrows() ? job.tiers(Tier.RESERVED, Tier.SPOT) : job;
                jobs.put(job.id(), job);
                world.submit(job).arrive(job, step.pods());
            } else if (step.what() < 7) {
                List<Job> running = running();
                if (!running.isEmpty()) {
                    end(running.get(step.which() % running.size()));
                }
            } else {
                world.now = world.now.plus(Duration.ofMinutes(step.which() % 60));
            }
            settle();
        }

        List<Job> running() {
            return jobs.values().stream().filter(world::isPlaced).toList();
        }

        void end(Job job) {
            jobs.remove(job.id());
            world.podsOf(job.id()).forEach(world::finish);
            world.withdraw(job);
        }

        private void settle() {
            int known = world.log.size();
            world.settle();
            List<Decision> decisions = new ArrayList<>(world.log.subList(known, world.log.size()));
            for (Decision decision : decisions) {
                if (decision instanceof Decision.Record record && record.grant().tier() == Tier.RESERVED) {
                    checkThatNobodyWasPassed(record);
                }
            }
        }

        /** Who never had a place, as the time that others had one on loan does not count. */
        private void checkThatNobodyWasPassed(Decision.Record record) {
            Gang placed = new Gang(jobs.get(record.gang()).spec());
            for (Job job : jobs.values()) {
                boolean waits = !world.isPlaced(job)
                        && world.decided(Decision.Record.class, job) == 0
                        && job.spec().gpus() <= QUOTA
                        && (world.code(job) == Reason.Code.QUOTA_REACHED
                                || world.code(job) == Reason.Code.BEHIND_IN_QUEUE);
                if (waits && Queue.isBefore(new Gang(job.spec()), placed)) {
                    passed++;
                    assertThat(world.now)
                            .as("%s passes %s", record, job.spec())
                            .isBefore(job.spec().createdAt().plus(PATIENCE));
                    assertThat(job.spec().priority())
                            .as("%s passes more urgent %s", record, job.spec())
                            .isLessThanOrEqualTo(placed.spec().priority());
                }
            }
        }

        /** Whoever runs ends, one after the other. */
        void end() {
            for (int i = 0; i < 200 && !running().isEmpty(); i++) {
                end(running().get(0));
                settle();
            }
            assertThat(jobs.values()).allMatch(job -> job.spec().gpus() > QUOTA);
        }
    }

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void whoHasWaitedForLongEnoughIsPassedByNobodyAndStarts(@ForAll("steps") List<Step> steps) {
        Run run = new Run();
        for (int i = 0; i < steps.size(); i++) {
            run.take(steps.get(i), i);
        }
        run.end();
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 9),
                        Arbitraries.integers().between(0, 1_000),
                        Arbitraries.of(1, 1, 1, 2, 3, 6),
                        Arbitraries.of(1, 4, 8, 8),
                        Arbitraries.of(0, 0, 0, 1),
                        Arbitraries.of(true, false, false))
                .as(Step::new)
                .list()
                .ofMinSize(30)
                .ofMaxSize(120);
    }
}
