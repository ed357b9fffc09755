package dev.offtake.placement;

import static dev.offtake.placement.Ask.pod;
import static dev.offtake.placement.Ask.pods;
import static dev.offtake.placement.PlacementWorld.onDemand;
import static dev.offtake.placement.PlacementWorld.reserved;
import static dev.offtake.placement.Site.site;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Refusal.Code;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** "A pod takes max(its GPUs, its share of the node's CPU, of its memory), in whole GPUs." */
class ChargeTest {
    /** 8 GPUs, 128 CPUs and 2048 GiB per node. */
    private final PlacementWorld world = new PlacementWorld(site().racks(1).trays(2));

    @Test
    void aPodThatAsksForMoreThanItsShareOfCpuIsChargedMoreGpus() {
        world.account("acme", "gpu", 8, 0);

        world.placed("heavy", reserved("acme"), pod().cpus(40));
        assertThat(world.claimed("acme")).as("40 of 128 CPUs are 2.5 of 8 GPUs").isEqualTo(3);
    }

    @Test
    void aPodThatAsksForMoreThanItsShareOfMemoryIsChargedMoreGpus() {
        world.account("acme", "gpu", 8, 0);

        world.placed("heavy", reserved("acme"), pod().gibibytes(513));
        assertThat(world.claimed("acme")).isEqualTo(3);
    }

    @Test
    void aPodWithinItsShareIsChargedItsGpus() {
        world.account("acme", "gpu", 8, 0);

        world.placed("light", reserved("acme"), pods(2).gpus(2).cpus(32).gibibytes(512));
        assertThat(world.claimed("acme")).isEqualTo(4);
    }

    @Test
    void workThatNeedsMuchCpuGoesToTheNodeThatIsRichInIt() {
        world.put(site().racks(1).trays(2).cpusPerGpu(32).node(0, 0, 1));
        world.account("acme", "gpu", 16, 0);

        world.placed("heavy", reserved("acme"), pod().cpus(32));
        assertThat(world.nodesOf("heavy")).isEqualTo(Map.of("r0-n1", 1));
        assertThat(world.claimed("acme")).as("on the other it would be 2").isEqualTo(1);

        world.placed("light", reserved("acme"), pod().cpus(8));
        assertThat(world.nodesOf("light"))
                .as("which is charged the same on both, and breaks no second node")
                .isEqualTo(Map.of("r0-n1", 1));
    }

    @Test
    void theChargeAndNotTheGpusCountsTowardsTheOnDemandLimit() {
        world.account("acme", "gpu", 0, 4);

        world.placed("heavy", onDemand("acme"), pod().cpus(48));
        assertThat(world.cluster.quotas().onDemandUsed("acme")).isEqualTo(3);
        assertThat(world.refused(onDemand("acme"), pod().cpus(32)).code()).isEqualTo(Code.QUOTA_REACHED);
        world.placed("light", onDemand("acme"), pod().cpus(16));
    }

    @Test
    void gpusWhoseCpuIsTakenByPodsWithoutGpusAreNotPromised() {
        world.account("acme", "gpu", 16, 0);
        assertThat(world.entitled("acme")).isEqualTo(16);

        world.occupy("daemon", "r0-n0", pod().gpus(0).cpus(15));
        assertThat(world.entitled("acme"))
                .as("less than the CPUs of one GPU costs nothing")
                .isEqualTo(16);
        world.occupy("database", "r0-n0", pod().gpus(0).cpus(64));
        assertThat(world.entitled("acme")).as("79 of 128 CPUs are 4 GPUs").isEqualTo(12);
        world.vacate("database");
        assertThat(world.entitled("acme")).isEqualTo(16);
    }

    @Test
    void whatPodsWithoutGpusTakeOfANodeIsKnownAtOnceEvenIfItCostsNoGpu() {
        world.account("acme", "gpu", 16, 0);
        world.placed("first", reserved("acme"), pod().cpus(120));
        assertThat(world.nodesOf("first")).isEqualTo(Map.of("r0-n0", 1));
        world.release("first");

        world.occupy("daemon", "r0-n0", pod().gpus(0).cpus(15));
        world.placed("second", reserved("acme"), pod().cpus(120));
        assertThat(world.nodesOf("second")).as("113 CPUs are left on the other").isEqualTo(Map.of("r0-n1", 1));

        world.vacate("daemon");
        world.placed("third", reserved("acme"), pod().cpus(120));
        assertThat(world.nodesOf("third")).isEqualTo(Map.of("r0-n0", 1));
    }

    @Test
    void podsOutsideContractsThatHoldGpusAreALossOfSupply() {
        world.account("nodes", "node", 2, 0);

        world.occupy("stray", "r0-n1", pod());
        assertThat(world.entitled("nodes")).isEqualTo(1);
        world.placed("job", reserved("nodes"), pod().gpus(8));
        assertThat(world.nodesOf("job")).isEqualTo(Map.of("r0-n0", 1));
        world.vacate("stray");
        assertThat(world.entitled("nodes")).isEqualTo(2);
    }
}
