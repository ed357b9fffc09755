package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.fleet.Requirement;
import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who has to leave a node that becomes a spare is waited for as others are whose nodes are taken. Three of four are sold. */
class SparesInPlansTest {
    private final World world = new World()
            .pool(Site.pool(Site.H100, 1))
            .rack("r1")
            .contract(Site.contract("owner", 24, "gpu"))
            .contract(Site.contract("guest", "guest", Site.commitment("base", Site.H100, 0, "gpu", 0)));

    private static Job on(Job job, String... nodes) {
        Requirement requirement = new Requirement("kubernetes.io/hostname", Requirement.Operator.IN, List.of(nodes));
        return job.filter(new NodeFilter(List.of(requirement), List.of(), List.of()));
    }

    private static Job spot(String name, int gpus, String node) {
        return on(job("guest", name, 1, gpus).tiers(Tier.SPOT), node);
    }

    private final Job old = spot("old", 4, "r1n1");
    private final Job young = spot("young", 4, "r1n2");
    private final Job claim = on(job("owner", "claim", 1, 8), "r1n4").createdAt(Site.START.plus(Duration.ofHours(2)));

    @BeforeEach
    void asManyNodesAreInUseAsTheRackGives() {
        world.start(old).start(spot("older", 8, "r1n3")).later(Duration.ofHours(1));
        world.start(young).later(Duration.ofHours(1));
    }

    private List<GangId> evicted() {
        return world.log.stream()
                .flatMap(d -> d instanceof Decision.Evict evict ? Stream.of(evict.gang()) : Stream.empty())
                .distinct()
                .toList();
    }

    private boolean isReleased(Job job) {
        return world.log.stream()
                .anyMatch(d ->
                        d instanceof Decision.Release release && release.gang().equals(job.id()));
    }

    @Test
    void aClaimOnTheSpareStartsWhenAnotherNodeHasBeenLeft() {
        world.terminationHangs = true;
        world.start(claim);
        assertThat(evicted()).containsExactly(young.id());
        assertThat(isReleased(claim)).isFalse();

        world.terminated().settle();
        assertThat(isReleased(claim)).isTrue();
        assertThat(world.nodesOf(claim)).containsExactly("r1n4");
        assertThat(evicted()).containsExactly(young.id());
    }

    @Test
    void itDoesSoAfterARestart() {
        world.terminationHangs = true;
        world.start(claim);
        world.restart();
        world.settle();
        assertThat(isReleased(claim)).isFalse();

        world.terminated().settle();
        assertThat(isReleased(claim)).isTrue();
        assertThat(evicted()).containsExactly(young.id());
    }

    @Test
    void whatIsLeftForThatIsNotLentAgain() {
        world.terminationHangs = true;
        world.start(claim);
        Job late = job("guest", "late", 1, 4).tiers(Tier.SPOT).createdAt(world.now);
        world.start(late);
        assertThat(world.isPlaced(late)).isFalse();

        world.terminated().settle();
        assertThat(world.nodesOf(late)).containsExactly("r1n1");
    }

    @Test
    void aVictimThatStaysMakesAnotherNodeTheSpare() {
        world.terminationHangs = true;
        world.start(claim);
        world.later(Duration.ofHours(1));
        world.later(Duration.ofMinutes(1));
        assertThat(evicted()).containsExactly(young.id(), old.id());
        assertThat(isReleased(claim)).isFalse();
    }

    @Test
    void whereANodeComesBackWithWorkOnItNobodyGoesUntilAClaimNeedsTheRack() {
        world.node("r1n3", n -> Site.ready(n, false)).settle();
        Job instead = spot("instead", 8, "r1n4");
        world.start(instead);
        assertThat(world.isPlaced(instead)).isTrue();
        world.node("r1n3", n -> Site.ready(n, true)).later(Duration.ofHours(1));
        assertThat(evicted()).isEmpty();
        Job late = job("guest", "late", 1, 4).tiers(Tier.SPOT).createdAt(world.now);
        world.start(late);
        assertThat(world.isPlaced(late)).isFalse();
        world.withdraw(late);

        // One node for the claim, and as many lent ones as the rack gives beside it.
        world.start(job("owner", "any", 1, 8).createdAt(world.now));
        assertThat(evicted()).hasSize(2);
        assertThat(world.gpusInUse().values()).filteredOn(gpus -> gpus > 0).hasSize(3);
    }
}
