package dev.offtake.placement;

import static dev.offtake.placement.Ask.pods;
import static dev.offtake.placement.PlacementWorld.onDemand;
import static dev.offtake.placement.PlacementWorld.reserved;
import static dev.offtake.placement.PlacementWorld.spot;
import static dev.offtake.placement.Site.nvl72;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is lent becomes its borrower's own where it lies, if it could have been placed just there for him. */
class InPlaceTest {
    /** Two racks of 18 trays of 4 GPUs, 2 of them spares. */
    private final PlacementWorld world = new PlacementWorld(nvl72(2));

    @Test
    void workWithinTheQuotaIsClaimedWhereItIs() {
        world.account("acme", "gb300", "gpu", 8, 0);
        world.placed("lent", spot("acme"), pods(2).gpus(4));
        assertThat(world.claim("lent", reserved("acme"))).isTrue();
        assertThat(world.claimed("acme")).isEqualTo(8);
    }

    @Test
    void itStaysLentIfItIsMoreThanTheQuota() {
        world.account("acme", "gb300", "gpu", 7, 0);
        world.placed("lent", spot("acme"), pods(2).gpus(4));
        assertThat(world.claim("lent", reserved("acme"))).isFalse();
        assertThat(world.claimed("acme")).isZero();
    }

    @Test
    void itStaysLentWhereTheCellIsNotWholeThatWouldBeBound() {
        world.account("acme", "gb300", "rack", 1, 0);
        world.account("globex", "gb300", "gpu", 4, 0);
        world.placed("lent", spot("acme"), pods(2).gpus(4).within("rack"));
        String beside = world.racksOf("lent").get(0);
        world.placed("tray", reserved("globex"), pods(1).gpus(4).on("rack", beside));
        assertThat(world.racksOf("tray")).isEqualTo(world.racksOf("lent"));
        assertThat(world.claim("lent", reserved("acme"))).isFalse();
        world.release("tray");
        assertThat(world.claim("lent", reserved("acme"))).isTrue();
        assertThat(world.claimed("acme")).isEqualTo(1);
    }

    @Test
    void itStaysLentInACellThatAnotherHasBound() {
        world.account("owner", "gb300", "rack", 2, 0);
        world.account("guest", "gb300", "gpu", 0, 8);
        world.placed("binds", reserved("owner"), pods(17).gpus(4));
        world.placed("lent", spot("guest"), pods(1).gpus(4));
        assertThat(world.claim("lent", onDemand("guest"))).isFalse();
        assertThat(world.claim("lent", reserved("owner"))).isTrue();
    }

    @Test
    void itStaysLentWhereItWouldTakeWhatOthersAreOwed() {
        world.account("owner", "gb300", "rack", 2, 0);
        world.account("guest", "gb300", "gpu", 0, 8);
        world.placed("lent", spot("guest"), pods(2).gpus(4));
        assertThat(world.claim("lent", onDemand("guest"))).isFalse();
        world.account("owner", "gb300", "rack", 1, 0);
        assertThat(world.claim("lent", onDemand("guest"))).isTrue();
    }

    @Test
    void itStaysLentOnANodeThatTakesNoWork() {
        world.account("acme", "gb300", "gpu", 8, 0);
        world.placed("lent", spot("acme"), pods(2).gpus(4));
        world.cordon(world.nodesOf("lent").keySet().iterator().next());
        assertThat(world.claim("lent", reserved("acme"))).isFalse();
    }

    @Test
    void itStaysLentWhereAClaimHasTakenItsPlaceAlready() {
        world.account("acme", "gb300", "gpu", 200, 0);
        world.placed("lent", spot("acme"), pods(32).gpus(4));
        world.evictions.clear();
        String node = world.nodesOf("lent").keySet().iterator().next();
        world.cluster.seat(node, reserved("acme"), pods(1).gpus(4).shape(), 1);
        assertThat(world.placer.mostClaimable(spot("acme"))).isGreaterThanOrEqualTo(128);
        assertThat(world.placer.claim(
                        world.nodesOf("lent").entrySet().stream()
                                .map(e -> new Placer.Lying(
                                        e.getKey(), pods(1).gpus(4).shape(), e.getValue()))
                                .toList(),
                        spot("acme"),
                        reserved("acme"),
                        Site.RESOURCE,
                        Keep.NOTHING))
                .isFalse();
    }
}
