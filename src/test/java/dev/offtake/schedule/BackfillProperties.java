package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.contract.Commitment;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/**
 * Rule 5 where all declare their ends and keep to them, and only quota is short: the first in order starts no later than it
 * would if nobody had come after it, and nobody starts sooner than he was told.
 */
class BackfillProperties {
    private static final int QUOTA = 48;

    private static final int MOST_WAITING = 6;

    /** A gang that comes so many minutes after the one before it. */
    record Coming(int minutes, int size, int lasts, int priority) {}

    /** On what they draw, and how many GPUs a pod has. */
    enum Account {
        GPUS(1, Tier.RESERVED),
        NODES(8, Tier.RESERVED),
        ON_DEMAND(1, Tier.ON_DEMAND);

        private final int gpusPerPod;
        private final Tier tier;

        Account(int gpusPerPod, Tier tier) {
            this.gpusPerPod = gpusPerPod;
            this.tier = tier;
        }

        Commitment commitment() {
            return switch (this) {
                case GPUS -> Site.commitment("base", Site.H100, QUOTA, "gpu", 0);
                case NODES -> Site.commitment("base", Site.H100, QUOTA / 8, "node", 0);
                case ON_DEMAND -> Site.onDemandOnly("base", QUOTA);
            };
        }
    }

    private record Running(Job job, Instant end) {}

    @Property(tries = 120, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void nobodyWhoComesLaterDelaysTheFirst(@ForAll Account account, @ForAll("coming") List<Coming> coming) {
        new Run(account).play(coming);
    }

    private static final class Run {
        private final Account account;
        private final World world = World.h100(2).reserveAfter(Duration.ofDays(30));
        private final Map<GangId, Job> waiting = new LinkedHashMap<>();
        private final List<Running> running = new ArrayList<>();
        /** When those could start that were the first in order, as those who ran then end. */
        private final Map<GangId, Instant> latest = new HashMap<>();

        private final Map<GangId, Instant> told = new HashMap<>();
        private int made;

        Run(Account account) {
            this.account = account;
            world.contract(Site.contract("acme", "acme", account.commitment()));
        }

        void play(List<Coming> coming) {
            Instant at = world.now;
            for (Coming next : coming) {
                at = at.plus(Duration.ofMinutes(next.minutes()));
                endAllUntil(at);
                world.now = at;
                if (waiting.size() < MOST_WAITING) {
                    submit(next);
                }
                settle();
            }
            endAllUntil(Instant.MAX);
            assertThat(waiting).isEmpty();
        }

        private void submit(Coming next) {
            int pods = 1 + next.size() % (QUOTA / account.gpusPerPod);
            Job job = job("acme", "job-" + made++, pods, account.gpusPerPod)
                    .createdAt(world.now)
                    .tiers(account.tier)
                    .priority(next.priority())
                    .duration(Duration.ofMinutes(next.lasts()));
            // What is more urgent may delay all that is less so.
            waiting.values().stream()
                    .filter(other -> other.spec().priority() < next.priority())
                    .forEach(other -> latest.remove(other.id()));
            waiting.put(job.id(), job);
            world.submit(job).arrive(job, pods);
        }

        private void endAllUntil(Instant until) {
            Optional<Instant> next = nextEnd();
            while (next.isPresent() && !next.get().isAfter(until)) {
                Instant end = next.get();
                world.now = end;
                running.stream().filter(of -> of.end().equals(end)).forEach(of -> {
                    world.podsOf(of.job().id()).forEach(world::finish);
                    world.withdraw(of.job());
                });
                running.removeIf(of -> of.end().equals(end));
                settle();
                next = nextEnd();
            }
        }

        private Optional<Instant> nextEnd() {
            return running.stream().map(Running::end).min(Comparator.naturalOrder());
        }

        private void settle() {
            world.settle();
            for (Job job : List.copyOf(waiting.values())) {
                if (world.isPlaced(job)) {
                    waiting.remove(job.id());
                    running.add(new Running(
                            job, world.now.plus(job.spec().duration().orElseThrow())));
                    assertThat(world.now)
                            .as("start of %s", job.spec())
                            .isBetween(
                                    told.getOrDefault(job.id(), Instant.MIN),
                                    latest.getOrDefault(job.id(), Instant.MAX));
                } else {
                    Map<String, String> numbers =
                            world.view(job).waiting().orElseThrow().numbers();
                    Optional.ofNullable(numbers.get("start"))
                            .ifPresent(start -> told.put(job.id(), Instant.parse(start)));
                }
            }
            waiting.values().stream()
                    .min(Comparator.<Job>comparingInt(job -> -job.spec().priority())
                            .thenComparing(job -> job.spec().createdAt()))
                    .ifPresent(first -> latest.merge(first.id(), alone(first), (a, b) -> a.isBefore(b) ? a : b));
        }

        /** When a gang has enough if nobody else starts. */
        private Instant alone(Job job) {
            int free = QUOTA
                    - running.stream().mapToInt(of -> of.job().spec().gpus()).sum();
            assertThat(free)
                    .as("GPUs free for %s", job.spec())
                    .isLessThan(job.spec().gpus());
            Instant at = world.now;
            for (Running next :
                    running.stream().sorted(Comparator.comparing(Running::end)).toList()) {
                if (free < job.spec().gpus()) {
                    free += next.job().spec().gpus();
                    at = next.end();
                }
            }
            return at;
        }
    }

    @Provide
    Arbitrary<List<Coming>> coming() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 30),
                        Arbitraries.integers().between(0, 30),
                        Arbitraries.integers().between(10, 240),
                        Arbitraries.of(0, 0, 0, 0, 1, 2))
                .as(Coming::new)
                .list()
                .ofMinSize(20)
                .ofMaxSize(60);
    }
}
