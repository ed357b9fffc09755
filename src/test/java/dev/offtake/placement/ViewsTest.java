package dev.offtake.placement;

import static dev.offtake.placement.Ask.pod;
import static dev.offtake.placement.Ask.pods;
import static dev.offtake.placement.PlacementWorld.onDemand;
import static dev.offtake.placement.PlacementWorld.reserved;
import static dev.offtake.placement.Site.nvl72;
import static dev.offtake.placement.Site.site;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.PoolView.LevelView;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The numbers that statuses show. */
class ViewsTest {
    private static PoolView pool(PlacementWorld world) {
        return Views.of(world.cluster).pools().get("east");
    }

    private static LevelView level(PlacementWorld world, String name) {
        return pool(world).levels().stream()
                .filter(l -> l.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static AccountView account(PlacementWorld world, String name) {
        return Views.of(world.cluster).accounts().get(name);
    }

    @Test
    void anEmptyPoolIsWholeAtEachLevel() {
        PlacementWorld world = new PlacementWorld(site().racks(2).half(4));
        assertThat(pool(world).levels())
                .containsExactly(
                        new LevelView("rack", 2, 2, 2, 32),
                        new LevelView("node", 8, 8, 8, 8),
                        new LevelView("half", 16, 16, 16, 4),
                        new LevelView("gpu", 64, 64, 64, 1));
        assertThat(pool(world).freeGpus()).isEqualTo(64);
    }

    @Test
    void freeSparesAreNeitherSellableNorFree() {
        PlacementWorld world = new PlacementWorld(nvl72(2));
        assertThat(pool(world).report().sellableGpus()).isEqualTo(128);
        assertThat(pool(world).freeGpus()).isEqualTo(128);
        assertThat(level(world, "rack")).isEqualTo(new LevelView("rack", 2, 2, 2, 64));
        assertThat(level(world, "node")).isEqualTo(new LevelView("node", 36, 36, 32, 4));
    }

    @Test
    void aBrokenRackIsThereAndGivesWhatIsLeft() {
        PlacementWorld world = new PlacementWorld(site().racks(2));
        world.fail("r0-n0");
        world.degrade("r0-n1", 6);
        assertThat(level(world, "rack")).isEqualTo(new LevelView("rack", 2, 1, 1, 32));
        assertThat(level(world, "node")).isEqualTo(new LevelView("node", 8, 6, 6, 8));
        assertThat(level(world, "gpu")).isEqualTo(new LevelView("gpu", 64, 54, 54, 1));
    }

    @Test
    void theRestOfABoundRackIsNobodyElses() {
        PlacementWorld world = new PlacementWorld(site().racks(2));
        world.account("acme", "rack", 1, 0);
        world.placed("a", reserved("acme"), pods(2).gpus(4));
        assertThat(level(world, "rack")).isEqualTo(new LevelView("rack", 2, 2, 1, 32));
        assertThat(level(world, "node").whole()).isEqualTo(4);
        assertThat(account(world, "acme")).isEqualTo(new AccountView("acme", 32, 1, 1, 1, 1, 24, 8, 0));
        assertThat(pool(world).usedGpus()).isEqualTo(8);
        assertThat(pool(world).committedGpus()).isEqualTo(32);
        assertThat(pool(world).freeGpus()).isEqualTo(56);
    }

    @Test
    void aUnitThatIsTakenWholeIsNotBound() {
        PlacementWorld world = new PlacementWorld(site().racks(2));
        world.account("acme", "rack", 2, 0);
        world.placed("a", reserved("acme"), pods(4).gpus(8).within("rack"));
        world.placed("b", reserved("acme"), pod());
        assertThat(account(world, "acme")).isEqualTo(new AccountView("acme", 32, 2, 2, 2, 1, 31, 33, 0));
    }

    @Test
    void partsOfNodesAreBoundAsWell() {
        PlacementWorld world = new PlacementWorld(site().half(4));
        world.account("halves", "half", 3, 0);
        world.account("nodes", "node", 1, 0);
        world.placed("a", reserved("halves"), pod().gpus(3));
        world.placed("b", reserved("nodes"), pod().gpus(6));
        assertThat(account(world, "halves")).isEqualTo(new AccountView("halves", 4, 3, 3, 1, 1, 1, 3, 0));
        assertThat(account(world, "nodes")).isEqualTo(new AccountView("nodes", 8, 1, 1, 1, 1, 2, 6, 0));
    }

    @Test
    void workAboveTheCommitmentAndOutsideOfContractsIsUsedToo() {
        PlacementWorld world = new PlacementWorld(site());
        world.account("acme", "gpu", 4, 8);
        world.placed("a", onDemand("acme"), pod().gpus(8));
        world.occupy("daemon", "r0-n3", pod().gpus(2));
        assertThat(account(world, "acme")).isEqualTo(new AccountView("acme", 1, 4, 4, 0, 0, 0, 0, 8));
        assertThat(pool(world).usedGpus()).isEqualTo(10);
        assertThat(pool(world).freeGpus()).isEqualTo(22);
        assertThat(pool(world).committedGpus()).isEqualTo(4);
    }

    @Test
    void moreIsCommittedThanAnIntHolds() {
        PlacementWorld world = new PlacementWorld(site());
        world.account("typo", "node", 1_000_000_000, 0);
        assertThat(pool(world).committedGpus()).isEqualTo(8_000_000_000L);
    }

    @Test
    void whatCannotBeKeptIsCommittedAllTheSame() {
        PlacementWorld world =
                new PlacementWorld(site().racks(1), site().named("west").racks(1));
        world.account("acme", "rack", 5, 0);
        Views views = Views.of(world.cluster);
        assertThat(views.accounts().get("acme").entitled()).isEqualTo(2);
        assertThat(new ArrayList<>(views.pools().values()))
                .extracting(PoolView::committedGpus)
                .isEqualTo(List.of(4 * 32L, 32L));
    }

    @Test
    void anAccountWithoutAPoolHasNothing() {
        PlacementWorld world = new PlacementWorld(site());
        world.account("acme", "b200", "gpu", 4, 0);
        assertThat(account(world, "acme")).isEqualTo(new AccountView("acme", 0, 4, 0, 0, 0, 0, 0, 0));
    }
}
