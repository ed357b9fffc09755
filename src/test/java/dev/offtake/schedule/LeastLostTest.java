package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Shape;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rule 4: of the places that a claim can take back it takes the one at which the least work is lost. */
class LeastLostTest {
    /** Two racks of four nodes of 8 GPUs. */
    private final World world = World.h100(2);

    private final Map<String, Job> byNode = new TreeMap<>();
    private int guests;

    private void contracts(String unit, int quantity) {
        world.contract(Site.contract("owner", quantity, unit))
                .contract(Site.contract("guest", "guest", Site.commitment("base", Site.H100, 0, unit, 0)));
    }

    private Job spot(int gpus) {
        return start(job("guest", "guest-" + guests, 1, gpus));
    }

    /** @param restart what it takes to start again, minutes */
    private Job spot(int gpus, int interval, int restart) {
        return start(job("guest", "guest-" + guests, 1, gpus)
                .checkpoints(Duration.ofMinutes(interval), Duration.ofMinutes(restart)));
    }

    private Job start(Job guest) {
        Job spot = guest.tiers(Tier.SPOT).createdAt(guests++);
        world.start(spot);
        return spot;
    }

    /** Each node is lent to a gang of its own. */
    private void lendNodes() {
        for (int i = 0; i < 8; i++) {
            Job guest = spot(8);
            byNode.put(world.nodesOf(guest).get(0), guest);
        }
    }

    /** Who is on these nodes ends, and others begin there. */
    private void renew(String... nodes) {
        for (String node : nodes) {
            world.withdraw(byNode.get(node)).settle();
            Job fresh = spot(8);
            assertThat(world.nodesOf(fresh)).containsExactly(node);
            byNode.put(node, fresh);
        }
    }

    private TreeSet<String> nodesOf(Job claim) {
        world.start(claim);
        return new TreeSet<>(world.nodesOf(claim));
    }

    @ParameterizedTest
    @ValueSource(strings = {"node", "gpu"})
    void aGangWithoutAWishTakesTheCheapestNodesOfSeveralRacks(String unit) {
        contracts(unit, unit.equals("node") ? 8 : 64);
        lendNodes();
        world.later(Duration.ofHours(10));
        renew("r1n2", "r2n3");
        world.later(Duration.ofMinutes(1));

        assertThat(nodesOf(job("owner", "claim", 2, 8).createdAt(300))).containsExactly("r1n2", "r2n3");
    }

    @Test
    void nobodyIsSparedForARestartThatTakesLongerThanAnHourByHisOwnWords() {
        contracts("node", 8);
        lendNodes();
        world.withdraw(byNode.get("r2n3")).settle();
        assertThat(world.nodesOf(spot(8, 30, 60 * 24 * 365))).containsExactly("r2n3");
        world.later(Duration.ofHours(2));

        assertThat(nodesOf(job("owner", "claim", 1, 8).createdAt(300)))
                .as("an hour is less than the two that the others lose")
                .containsExactly("r2n3");
    }

    @Test
    void ofSmallPodsAsManyGoOnANodeAsCostLeast() {
        contracts("gpu", 64);
        lendNodes();
        world.later(Duration.ofHours(10));
        renew("r1n2", "r2n3");
        world.later(Duration.ofMinutes(1));

        assertThat(nodesOf(job("owner", "claim", 4, 4).createdAt(300))).containsExactly("r1n2", "r2n3");
    }

    @Test
    void podsThatFitOneNodeTakeHalfOfEachOfTwoIfThatIsCheaper() {
        contracts("gpu", 64);
        // A rack is full for good; of the other one node is lent as a whole for long, two are lent by half of late.
        world.start(job("owner", "rack", 4, 8)).start(job("owner", "node", 1, 8));
        Job old = spot(8);
        Job ends = job("owner", "ends", 1, 4);
        world.start(job("owner", "stays", 1, 4)).start(ends).start(job("owner", "stays-too", 1, 4));
        world.later(Duration.ofHours(10)).withdraw(ends).settle();
        Job half = spot(4);
        Job otherHalf = spot(4);
        world.later(Duration.ofMinutes(1));
        assertThat(List.of(half, otherHalf)).allMatch(world::isPlaced);

        world.start(job("owner", "claim", 2, 4).createdAt(300));

        assertThat(world.decided(Decision.Evict.class, old)).isZero();
        assertThat(world.decided(Decision.Evict.class, half)).isEqualTo(1);
        assertThat(world.decided(Decision.Evict.class, otherHalf)).isEqualTo(1);
    }

    /** Each of them 27 minutes after its last checkpoint, or 26: the one that was evicted made none while it started again. */
    @Test
    void aGangThatStartsAgainHasItsCheckpointsLaterByWhatThatCosts() {
        contracts("node", 8);
        world.start(job("owner", "most", 6, 8));
        Job again = spot(8, 30, 5);
        world.later(Duration.ofMinutes(1));
        Job owner = job("owner", "claim", 2, 8).createdAt(300);
        world.start(owner);
        assertThat(world.isPlaced(again)).isFalse();
        world.later(Duration.ofMinutes(1)).withdraw(owner).settle();
        assertThat(world.isPlaced(again)).isTrue();
        world.later(Duration.ofMinutes(6));
        Job first = spot(8, 30, 5);
        world.later(Duration.ofMinutes(26));

        world.start(job("owner", "claim-again", 1, 8).createdAt(400));

        assertThat(world.decided(Decision.Evict.class, first)).isEqualTo(1);
        assertThat(world.decided(Decision.Evict.class, again)).isEqualTo(1);
    }

    @Test
    void aGangOfTwoNodesGoesInsteadOfTwoGangsThatCostMoreTogether() {
        Job large = aGangOfTwoNodesBesideTwoOfOne();

        nodesOf(job("owner", "claim", 2, 8).createdAt(300));

        assertThat(world.log.stream().filter(Decision.Evict.class::isInstance).map(Decision::gang))
                .containsOnly(large.id());
    }

    @Test
    void aGangOfTwoNodesStaysWhereOneIsNeeded() {
        Job large = aGangOfTwoNodesBesideTwoOfOne();

        nodesOf(job("owner", "claim", 1, 8).createdAt(300));

        assertThat(world.decided(Decision.Evict.class, large)).isZero();
    }

    /** It loses a little more than each of the others, and less than both of them; so each node of it by itself costs more. */
    private Job aGangOfTwoNodesBesideTwoOfOne() {
        contracts("node", 8);
        world.start(job("owner", "rack", 4, 8));
        Job large = start(job("guest", "large", 2, 8).checkpoints(Duration.ofMinutes(10)));
        spot(8);
        spot(8);
        world.later(Duration.ofMinutes(12));
        return large;
    }

    @Test
    void aRequiredLevelIsKept() {
        contracts("node", 8);
        lendNodes();
        world.later(Duration.ofHours(10));
        renew("r1n2", "r2n3");
        world.later(Duration.ofMinutes(1));

        assertThat(nodesOf(job("owner", "claim", 2, 8).required("rack").createdAt(300)))
                .allMatch(node -> node.startsWith("r1"))
                .contains("r1n2");
    }

    @Test
    void thePreferredLevelIsWorthTenMinutesOfEachGpu() {
        contracts("node", 8);
        lendNodes();
        world.later(Duration.ofMinutes(15));
        renew("r1n2", "r2n3");
        world.later(Duration.ofMinutes(1));

        // One node more for 15 minutes is less than two times ten.
        assertThat(nodesOf(job("owner", "near", 2, 8).preferred("rack").createdAt(300)))
                .allMatch(node -> node.startsWith("r1"))
                .contains("r1n2");
    }

    @Test
    void aUnitIsNotBrokenForWhatIsCheaperInTwoOfThem() {
        contracts("rack", 2);
        lendNodes();
        world.later(Duration.ofHours(10));
        renew("r1n2", "r2n3");
        world.later(Duration.ofMinutes(1));

        assertThat(nodesOf(job("owner", "claim", 2, 8).createdAt(300)))
                .as("two racks would be its own for two nodes")
                .allMatch(node -> node.startsWith("r1"))
                .contains("r1n2");
    }

    @Test
    void whereEverythingCostsTheSameOneRackHoldsTheGang() {
        contracts("node", 8);
        lendNodes();
        world.later(Duration.ofHours(1));

        assertThat(List.copyOf(nodesOf(job("owner", "claim", 3, 8).createdAt(300))))
                .allMatch(node -> node.startsWith("r1"));
    }

    /** A leader and its three workers, either of them the first pod set, in one rack. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theRackIsTakenInWhichTheLeaderAndItsWorkersTogetherCostLeast(boolean leaderFirst) {
        contracts("node", 8);
        lendNodes();
        world.later(Duration.ofHours(9));
        renew("r2n1", "r2n2", "r2n3", "r2n4");
        world.later(Duration.ofHours(1));
        renew("r1n1");
        GangSpec.PodSet leader = podSet("leader", 1, 9000);
        GangSpec.PodSet workers = podSet("workers", 3, 8000);
        List<GangSpec.PodSet> podSets = leaderFirst ? List.of(leader, workers) : List.of(workers, leader);
        GangSpec of =
                job("owner", "claim", 4, 8).required("rack").createdAt(300).spec();
        GangSpec claim = new GangSpec(
                of.id(),
                of.tenant(),
                of.contract(),
                of.gpuClasses(),
                of.tiers(),
                of.resource(),
                podSets,
                of.required(),
                of.preferred(),
                of.duration(),
                of.priority(),
                of.createdAt(),
                of.problem());
        world.scheduler.submit(claim);
        for (GangSpec.PodSet podSet : podSets) {
            for (int i = 0; i < podSet.count(); i++) {
                String uid = podSet.name() + i;
                world.scheduler.pod(new PodFacts(
                        uid,
                        uid,
                        claim.id(),
                        podSet.name(),
                        i,
                        PodFacts.State.GATED,
                        Optional.empty(),
                        "",
                        podSet.shape()));
            }
        }

        Plan plan = world.scheduler.decide(world.now).stream()
                .filter(Decision.Record.class::isInstance)
                .flatMap(d -> ((Decision.Record) d).plan().stream())
                .findFirst()
                .orElseThrow();

        assertThat(plan.victims())
                .containsExactlyInAnyOrderElementsOf(Stream.of("r2n1", "r2n2", "r2n3", "r2n4")
                        .map(node -> byNode.get(node).id())
                        .toList());
    }

    private static GangSpec.PodSet podSet(String name, int count, long cpu) {
        Shape shape = new Shape(8, Map.of("cpu", cpu, "memory", 1L << 30, "pods", 1L));
        return new GangSpec.PodSet(name, count, count, shape, NodeFilter.ANY, Optional.empty());
    }
}
