package dev.offtake.placement;

import static dev.offtake.placement.Ask.pod;
import static dev.offtake.placement.Ask.pods;
import static dev.offtake.placement.PlacementWorld.onDemand;
import static dev.offtake.placement.PlacementWorld.reserved;
import static dev.offtake.placement.Site.nvl72;
import static dev.offtake.placement.Site.site;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PlacementTest {
    @Test
    void aLonePodGetsAGpu() {
        PlacementWorld world = new PlacementWorld(site());
        world.account("acme", "gpu", 8, 0);

        assertThat(world.placed("pod", reserved("acme"), pod())).isEqualTo(Map.of("r0-n0", 1));
        assertThat(world.claimed("acme")).isEqualTo(1);
        world.release("pod");
        assertThat(world.claimed("acme")).isZero();
    }

    @Test
    void aGangOfSixtyFourGpusIsInOneRackOfAnNvl72Pool() {
        PlacementWorld world = new PlacementWorld(nvl72(4));
        world.account("acme", "gb300", "rack", 2, 0);

        assertThat(world.placed("train", reserved("acme"), pods(64))).hasSize(16);
        assertThat(world.racksOf("train")).hasSize(1);
        world.placed("more", reserved("acme"), pods(16).gpus(4));
        assertThat(world.claimed("acme")).isEqualTo(2);
        assertThat(world.racksOf("more")).hasSize(1).isNotEqualTo(world.racksOf("train"));
    }

    @Test
    void podSetsThatEachFitANodeButNotTogetherGetTwo() {
        PlacementWorld world = new PlacementWorld(site().trays(2));
        world.account("acme", "gpu", 16, 0);

        GangDemand gang = pod().gpus(4).with(pod().gpus(8));
        assertThat(world.placed("job", reserved("acme"), gang)).isEqualTo(Map.of("r0-n0", 1, "r0-n1", 1));
    }

    @Test
    void aNodeThatIsRequiredHoldsAllPodSetsOrIsNotTaken() {
        PlacementWorld world = new PlacementWorld(site().trays(3));
        world.account("acme", "gpu", 24, 0);

        assertThat(world.placed(
                        "fits", reserved("acme"), pod().gpus(3).within("node").with(pod().gpus(5))))
                .isEqualTo(Map.of("r0-n0", 2));
        Outcome outcome = world.place(
                "job", reserved("acme"), pod().gpus(4).within("node").with(pod().gpus(5)), 0);
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void podsThatTakeMuchOfANodeByTheirMemoryArePlacedBeforeSmallerOnes() {
        PlacementWorld world = new PlacementWorld(site().trays(3));
        world.account("acme", "node", 3, 0);

        Ask small = pods(3).gpus(3).slices("rack", 3);
        Ask large = pods(3).gpus(2).gibibytes(5 * 256).slices("rack", 3);
        assertThat(world.placed("job", reserved("acme"), small.with(large))).hasSize(3);
    }

    @Test
    void slicesArePlacedBeforeLargerPodsThatMayBeAnywhere() {
        PlacementWorld world = new PlacementWorld(site().racks(2));
        world.account("acme", "gpu", 64, 0);

        GangDemand gang = pods(2).gpus(8).with(pods(6).gpus(6).slices("rack", 3));
        assertThat(world.placed("job", reserved("acme"), gang)).hasSize(8);
    }

    @Test
    void aSliceBindsNoMoreUnitsThanAreLeft() {
        PlacementWorld world = new PlacementWorld(site().racks(2));
        world.account("acme", "node", 4, 0);
        world.placed("first", reserved("acme"), pod().gpus(2));
        world.occupy("stray1", "r0-n1", pod().gpus(8));
        world.occupy("stray2", "r0-n2", pod().gpus(8));

        Ask large = pods(3).gpus(5).slices("rack", 3);
        Ask small = pods(3).gpus(3).slices("rack", 3);
        assertThat(world.placed("job", reserved("acme"), large.with(small))).hasSize(3);
        assertThat(world.claimed("acme")).isEqualTo(4);
    }

    @Test
    void accountsOfEveryUnitShareAPool() {
        PlacementWorld world = new PlacementWorld(site().racks(4).half(4));
        world.account("racks", "rack", 1, 0);
        world.account("nodes", "node", 2, 0);
        world.account("halves", "half", 3, 0);
        world.account("gpus", "gpu", 5, 4);
        for (String account : world.accounts.keySet()) {
            assertThat(world.entitled(account))
                    .isEqualTo(world.accounts.get(account).committed());
        }
        world.placed("a", reserved("gpus"), pods(5));
        world.placed("b", reserved("halves"), pods(3).gpus(3));
        world.placed("c", reserved("nodes"), pods(2).gpus(8));
        world.placed("d", reserved("racks"), pods(4).gpus(8));
        world.placed("e", onDemand("gpus"), pods(4));
        assertThat(world.racksOf("d")).hasSize(1);
        for (String name : java.util.List.copyOf(world.work.keySet())) {
            world.release(name);
        }
    }
}
