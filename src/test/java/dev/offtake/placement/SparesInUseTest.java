package dev.offtake.placement;

import static dev.offtake.placement.Ask.pod;
import static dev.offtake.placement.Ask.pods;
import static dev.offtake.placement.PlacementWorld.onDemand;
import static dev.offtake.placement.PlacementWorld.reserved;
import static dev.offtake.placement.PlacementWorld.spot;
import static dev.offtake.placement.Site.site;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** "Free spares carry no Spot": a claim that takes the one idle node of a cell makes another one a spare. */
class SparesInUseTest {
    /** Racks of so many trays of which so many are spares, and a tenant who may borrow. */
    private static PlacementWorld racks(int racks, int trays, int spares) {
        PlacementWorld world =
                new PlacementWorld(site().racks(racks).trays(trays).spares(spares));
        world.account("owner", "gpu", racks * (trays - spares) * 8, 0);
        world.account("guest", "gpu", 0, 0);
        return world;
    }

    /** A pod for each of these nodes, which accepts no others. */
    private static Ask on(PlacementWorld world, String... nodes) {
        Set<String> others = new TreeSet<>(world.nodes.keySet());
        others.removeAll(List.of(nodes));
        return pods(nodes.length).gpus(8).avoiding(others.toArray(String[]::new));
    }

    @Test
    void aClaimThatAcceptsOnlyTheSpareEvictsWorkFromAnotherNode() {
        PlacementWorld world = racks(1, 2, 1);
        world.placed("lent", spot("guest"), pod().gpus(8));
        String other = world.nodesOf("lent").containsKey("r0-n0") ? "r0-n1" : "r0-n0";

        assertThat(world.placed("claim", reserved("owner"), on(world, other))).containsOnlyKeys(other);
        assertThat(world.evictions).containsExactly("lent");
    }

    @Test
    void workOnDemandDoesAsWell() {
        PlacementWorld world = new PlacementWorld(site().racks(1).trays(2).spares(1));
        world.account("buyer", "gpu", 0, 8);
        world.placed("lent", spot("buyer"), on(world, "r0-n0"));

        world.placed("surplus", onDemand("buyer"), on(world, "r0-n1"));
        assertThat(world.evictions).containsExactly("lent");
    }

    @Test
    void thatWhichLosesLeastGoes() {
        PlacementWorld world = racks(1, 4, 1);
        world.placed("old", spot("guest"), on(world, "r0-n0"));
        world.placed("young", spot("guest"), on(world, "r0-n1"));
        world.placed("own", reserved("owner"), on(world, "r0-n2"));

        world.placed("claim", reserved("owner"), on(world, "r0-n3"));
        assertThat(world.evictions).containsExactly("young");
    }

    @Test
    void aPlaceForWhichNobodyHasToGoIsPreferred() {
        PlacementWorld world = racks(2, 2, 1);
        world.placed("lent", spot("guest"), on(world, "r0-n0"));

        world.placed("claim", reserved("owner"), pod().gpus(8));
        assertThat(world.evictions).isEmpty();
        assertThat(world.racksOf("claim")).containsExactly("r1");
    }

    @Test
    void whatHasToGoBesideAPlaceIsAPartOfItsCost() {
        PlacementWorld world = racks(2, 2, 1);
        world.placed("dear", spot("guest"), on(world, "r0-n0"));
        world.placed("cheap", spot("guest"), on(world, "r1-n0"));

        // An idle node for which the old one has to go, or the node of the young one.
        Ask either = pod().gpus(8).avoiding("r0-n0", "r1-n1");
        assertThat(world.placed("claim", reserved("owner"), either)).containsOnlyKeys("r1-n0");
        assertThat(world.evictions).containsExactly("cheap");
    }

    @Test
    void asManyNodesAreLeftAsTheRackGives() {
        PlacementWorld world = racks(1, 6, 2);
        for (int i = 0; i < 4; i++) {
            world.placed("lent" + i, spot("guest"), on(world, "r0-n" + i));
        }

        Ask three = pods(3).gpus(8).avoiding("r0-n0");
        world.placed("claim", reserved("owner"), three);
        assertThat(world.evictions).containsExactlyInAnyOrder("lent1", "lent2", "lent3");
    }

    @Test
    void aGangOnTwoNodesIsEvictedOnce() {
        PlacementWorld world = racks(1, 4, 2);
        world.placed("lent", spot("guest"), pods(2).gpus(8));

        String[] lent = world.nodesOf("lent").keySet().toArray(String[]::new);
        world.placed("claim", reserved("owner"), pods(2).gpus(8).avoiding(lent));
        assertThat(world.evictions).containsExactly("lent");
    }

    @Test
    void aRackThatIsBoundTakesAllThatItsBlockMayGiveOfIt() {
        // Sold as two racks of two nodes; there is a third one.
        Site site = site().blocks(1).racks(2).trays(2);
        PlacementWorld world = new PlacementWorld(site);
        world.put(site.node(0, 2, 0));
        world.put(site.node(0, 2, 1));
        world.account("owner", "rack", 2, 0);
        world.account("guest", "gpu", 0, 0);
        world.placed("full", spot("guest"), pods(2).gpus(8).on("rack", "b0-r0"));
        world.placed("part", spot("guest"), pod().gpus(8).on("rack", "b0-r1"));

        // With the third rack bound two nodes are left to give, and three are lent.
        world.placed("claim", reserved("owner"), pod().gpus(8).on("rack", "b0-r2"));
        assertThat(world.evictions).containsExactly("part");
    }

    @Test
    void aBorrowerDoesNotBindARackBesideWorkThatIsLent() {
        Site site = site().blocks(1).racks(2).trays(2);
        PlacementWorld world = new PlacementWorld(site);
        world.put(site.node(0, 2, 0));
        world.put(site.node(0, 2, 1));
        world.account("owner", "rack", 2, 0);
        world.account("guest", "gpu", 0, 0);
        world.placed("full", spot("guest"), pods(2).gpus(8).on("rack", "b0-r0"));
        world.placed("part", spot("guest"), pod().gpus(8).on("rack", "b0-r1"));
        world.placed("own", spot("owner"), pod().gpus(8).on("rack", "b0-r2"));

        assertThat(world.claim("own", reserved("owner"))).isFalse();
        world.release("part");
        assertThat(world.claim("own", reserved("owner"))).isTrue();
    }

    @Test
    void whatIsIdleInBoundRacksIsLentThoughTheirBlockHasNothingElseToGive() {
        PlacementWorld world = new PlacementWorld(site().blocks(1).racks(2).trays(2));
        world.account("owner", "rack", 2, 0);
        world.account("guest", "gpu", 0, 0);
        world.placed("one", reserved("owner"), pod().gpus(8).on("rack", "b0-r0"));
        world.placed("two", reserved("owner"), pod().gpus(8).on("rack", "b0-r1"));

        world.placed("lent", spot("guest"), pods(2).gpus(8));
    }

    @Test
    void nothingMoreIsPutOnNodesOfWhichSomeHaveToBeSpares() {
        PlacementWorld world = racks(1, 3, 1);
        world.placed("first", spot("guest"), on(world, "r0-n0").gpus(4));
        world.placed("second", spot("guest"), on(world, "r0-n1").gpus(4));
        // A pod outside contracts comes onto the spare.
        world.occupy("stray", "r0-n2", pod().gpus(8));

        world.refused(spot("guest"), pod());
        world.release("second");
        assertThat(world.placed("third", spot("guest"), pod())).containsOnlyKeys("r0-n0");
    }
}
