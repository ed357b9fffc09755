package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.fleet.Requirement;
import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * What is proposed is done by hand: who is to be moved is ended, the gang that waits is started on the nodes of the
 * proposal, then they are, one by one, on the nodes that it names for them.
 */
class MoveProposalProperties {
    /** Racks that are full of work of two tenants, and of what is lent, after some of it has ended. */
    private static final class Fragments {
        final World world = World.h100(3);
        final Random random;
        final Map<GangId, Job> jobs = new LinkedHashMap<>();

        Fragments(long seed) {
            random = new Random(seed);
            int racks = 2 + random.nextInt(2);
            contract("acme", racks);
            contract("globex", 3 - racks);
            world.contract(Site.contract("guest", 0, "gpu"));
            for (int i = 0; i < 12; i++) {
                start(owned(i));
            }
            world.later(Duration.ofMinutes(random.nextInt(600)));
            List.copyOf(jobs.values()).stream()
                    .filter(job -> random.nextBoolean() || !world.isPlaced(job))
                    .forEach(this::end);
            world.settle();
            for (int i = random.nextInt(10); i > 0; i--) {
                start(job("guest", "lent-" + i, 1, 1 + random.nextInt(8)).tiers(Tier.SPOT));
            }
            world.later(Duration.ofMinutes(random.nextInt(600)));
        }

        private void contract(String tenant, int racks) {
            String unit = List.of("rack", "node", "half", "gpu").get(random.nextInt(4));
            int ofRack = Map.of("rack", 1, "node", 4, "half", 8, "gpu", 32).get(unit);
            world.contract(Site.contract(tenant, racks * ofRack, unit));
        }

        private Job owned(int number) {
            int gpus = random.nextInt(3) == 0 ? 1 + random.nextInt(8) : 8;
            Job job = job(random.nextInt(4) == 0 ? "globex" : "acme", "job-" + number, 1 + random.nextInt(3), gpus);
            Job narrow = random.nextInt(4) == 0 ? job.required("rack") : job;
            return random.nextBoolean() ? narrow.checkpoints(Duration.ofMinutes(1 + random.nextInt(90))) : narrow;
        }

        private void start(Job job) {
            jobs.put(job.id(), job);
            world.start(job.createdAt(world.now));
        }

        private void end(Job job) {
            jobs.remove(job.id());
            world.withdraw(job);
        }

        /** Starts it just there; who is evicted for it does not come back. Answers what those lose, in GPU seconds. */
        long startOn(List<String> nodes, Job job) {
            Map<GangId, Long> lost = new LinkedHashMap<>();
            jobs.keySet().forEach(id -> lost.put(id, lost(id)));
            int before = world.log.size();
            world.start(job.filter(new NodeFilter(
                    List.of(new Requirement("kubernetes.io/hostname", Requirement.Operator.IN, nodes)),
                    List.of(),
                    List.of())));
            List<GangId> evicted = world.log.subList(before, world.log.size()).stream()
                    .filter(Decision.Evict.class::isInstance)
                    .map(Decision::gang)
                    .toList();
            evicted.forEach(id -> end(jobs.get(id)));
            world.settle();
            assertThat(new HashSet<>(world.nodesOf(job)))
                    .as("nodes of %s", job.id())
                    .isEqualTo(new HashSet<>(nodes));
            return evicted.stream().mapToLong(lost::get).sum();
        }

        /** Of a gang without checkpoints: all that it did, and ten minutes. */
        private long lost(GangId id) {
            return world.podsOf(id).stream()
                    .flatMap(pod -> pod.claim.stream())
                    .mapToLong(
                            claim -> Duration.between(claim.since(), world.now).toSeconds() + 600)
                    .map(seconds -> seconds * jobs.get(id).podSet().shape().gpus())
                    .sum();
        }
    }

    @Property(tries = 70, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF, seed = Steps.SEED)
    void aProposalComesOutMoveByMoveAndLosesWhatItSays(@ForAll long seed) {
        Fragments of = new Fragments(seed);
        World world = of.world;
        Job claimant = job("acme", "claimant", 2 + of.random.nextInt(3), 8)
                .required("rack")
                .createdAt(world.now);
        world.start(claimant);
        world.later(Duration.ofMinutes(1));
        for (MoveProposal proposal : world.scheduler.moveProposals()) {
            int running = of.jobs.size();
            world.withdraw(claimant);
            long lost = 0;
            for (MoveProposal.Move move : proposal.moves()) {
                assertThat(move.from()).as("some of it is for the claimant").anyMatch(proposal.nodes()::contains);
                lost += move.lostGpuSeconds();
                world.withdraw(of.jobs.get(move.gang()));
            }
            lost += of.startOn(proposal.nodes(), claimant);
            for (MoveProposal.Move move : proposal.moves()) {
                lost += of.startOn(move.to(), of.jobs.get(move.gang()));
            }
            assertThat(running - of.jobs.size()).as("evicted by %s", proposal).isEqualTo(proposal.evicted());
            assertThat(lost).as("lost by %s", proposal).isEqualTo(proposal.lostGpuSeconds());
        }
    }
}
