package dev.offtake.fleet;

import static dev.offtake.fleet.Nodes.h100;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.fleet.NodeState.Health;
import dev.offtake.fleet.Taint.Effect;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FleetHealthTest {
    private final Fleet fleet = new Fleet();

    @BeforeEach
    void anH100Pool() {
        fleet.putPool(GpuClasses.find("h100-sxm").orElseThrow().pool("h100"));
    }

    @ParameterizedTest
    @CsvSource({
        "GpuNvlinkWatch, True, UNHEALTHY",
        "GpuNvlinkWatch, False, USABLE",
        "GpuNvlinkWatch, Unknown, USABLE",
        "AcceleratedHardwareReady, False, UNHEALTHY",
        "AcceleratedHardwareReady, True, USABLE",
        "XIDErrors, True, UNHEALTHY",
        "NebiusMaintenanceScheduled, True, UNHEALTHY",
        "MemoryPressure, True, USABLE",
    })
    void aConditionIsBadByItsOwnPolarity(String type, String status, Health expected) {
        assertThat(healthOf(h100("n").condition(type, status))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "node.kubernetes.io/unschedulable, NO_SCHEDULE, CORDONED",
        "node.kubernetes.io/not-ready, NO_EXECUTE, NOT_READY",
        "node.kubernetes.io/disk-pressure, NO_SCHEDULE, NOT_READY",
        "node.kubernetes.io/disk-pressure, PREFER_NO_SCHEDULE, USABLE",
        "node.cloudprovider.kubernetes.io/uninitialized, NO_SCHEDULE, NOT_READY",
        "nvidia.com/gpu-xid-error, NO_SCHEDULE, UNHEALTHY",
        "nvidia.com/gpu-xid-error, PREFER_NO_SCHEDULE, UNHEALTHY",
        "nvidia.com/gpu, NO_SCHEDULE, USABLE",
        "kubernetes.io/arch, NO_SCHEDULE, USABLE",
    })
    void aTaintOfKubernetesOrOfAMonitorCountsAndOthersAreForPodsToTolerate(String key, Effect effect, Health expected) {
        assertThat(healthOf(h100("n").taint(key, effect))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"8, 8, USABLE", "7, 7, DEGRADED", "1, 1, DEGRADED", "0, 0, UNHEALTHY", "32, 8, USABLE"})
    void gpusAreThoseAllocatableAtMostThoseOfAWholeNode(long allocatable, int gpus, Health expected) {
        assertThat(healthOf(h100("n").gpus(allocatable))).isEqualTo(expected);
        assertThat(fleet.node("n").orElseThrow().gpus()).isEqualTo(gpus);
    }

    @Test
    void nodesWithMoreThanAWholeOneAreNamedAsLongAsTheyHaveMore() {
        fleet.putNode(h100("large").gpus(16).facts());
        fleet.putNode(h100("whole").gpus(8).facts());
        fleet.putNode(h100("degraded").gpus(7).facts());
        assertThat(report().namesOfSurplus()).containsExactly("large");
        assertThat(report().surplusNodes()).isEqualTo(1);

        fleet.putNode(h100("large").gpus(8).facts());
        assertThat(report().namesOfSurplus()).isEmpty();

        fleet.putNode(h100("large").gpus(16).facts());
        fleet.removeNode("large");
        assertThat(report().surplusNodes()).isZero();
    }

    private PoolReport report() {
        return fleet.report("h100").orElseThrow();
    }

    @Test
    void theFirstReasonInOrderIsTheHealth() {
        Nodes degraded = h100("n").gpus(7);
        assertThat(healthOf(degraded)).isEqualTo(Health.DEGRADED);
        Nodes unhealthy = degraded.condition("GpuMemWatch", "True");
        assertThat(healthOf(unhealthy)).isEqualTo(Health.UNHEALTHY);
        Nodes cordoned = unhealthy.cordoned();
        assertThat(healthOf(cordoned)).isEqualTo(Health.CORDONED);
        Nodes notReady = cordoned.notReady();
        assertThat(healthOf(notReady)).isEqualTo(Health.NOT_READY);
        fleet.putPool(GpuClasses.find("h100-sxm").orElseThrow().pool("another"));
        assertThat(healthOf(notReady)).isEqualTo(Health.DISPUTED);
    }

    @Test
    void onlyUsableAndDegradedNodesTakeWork() {
        assertThat(Health.values()).filteredOn(Health::takesWork).containsExactly(Health.DEGRADED, Health.USABLE);
    }

    @Test
    void theReportCountsEachNodeOnceAndSellsWhatTakesWork() {
        fleet.putNode(h100("a").facts());
        fleet.putNode(h100("b").gpus(7).facts());
        fleet.putNode(h100("c").condition("GpuMemWatch", "True").facts());
        fleet.putNode(h100("d").cordoned().facts());
        fleet.putNode(h100("e").notReady().facts());
        fleet.putNode(h100("gone").facts());
        fleet.removeNode("gone");

        PoolReport report = fleet.report("h100").orElseThrow();

        assertThat(report.matched()).isEqualTo(5);
        assertThat(report.usable()).isEqualTo(1);
        assertThat(report.degraded()).isEqualTo(1);
        assertThat(report.unhealthy()).isEqualTo(1);
        assertThat(report.cordoned()).isEqualTo(1);
        assertThat(report.notReady()).isEqualTo(1);
        assertThat(report.disputed()).isZero();
        assertThat(report.sellableGpus()).isEqualTo(15);
    }

    @ParameterizedTest
    @CsvSource({"0, 36", "1, 36", "2, 36", "3, 32"})
    void aRackWithTwoSparesSellsTheSameUntilThreeFail(int failed, long sellable) {
        Pool preset = GpuClasses.find("h100-sxm").orElseThrow().pool("h100");
        fleet.putPool(new Pool(
                "h100",
                preset.gpuClass(),
                preset.selector(),
                preset.product(),
                preset.resourceName(),
                4,
                java.util.List.of(Level.keyed("rack", java.util.List.of("rack"), 11, 2)),
                preset.unhealthyConditions(),
                preset.unhealthyTaints()));
        for (int i = 0; i < 11; i++) {
            Nodes node = h100("n" + i).gpus(4).label("rack", "r");
            fleet.putNode((i < failed ? node.notReady() : node).facts());
        }

        assertThat(fleet.report("h100").orElseThrow().sellableGpus()).isEqualTo(sellable);
    }

    @ParameterizedTest
    @CsvSource({
        "ready, condition Ready is not True",
        "cordon, cordoned",
        "condition, condition AcceleratedHardwareReady is False",
        "taint, taint nvidia.com/gpu-error",
        "pressure, taint node.kubernetes.io/pid-pressure",
        "gpus, 5 of 8 nvidia.com/gpu allocatable",
    })
    void anUnusableNodeSaysWhy(String what, String words) {
        Nodes node = switch (what) {
            case "ready" -> h100("n").notReady();
            case "cordon" -> h100("n").cordoned();
            case "condition" -> h100("n").condition("AcceleratedHardwareReady", "False");
            case "taint" -> h100("n").taint("nvidia.com/gpu-error", Effect.NO_SCHEDULE);
            case "pressure" -> h100("n").taint("node.kubernetes.io/pid-pressure", Effect.NO_SCHEDULE);
            default -> h100("n").gpus(5);
        };
        fleet.putNode(node.facts());

        assertThat(fleet.whyNotUsable("n")).contains(words);
    }

    @Test
    void aUsableNodeAndOneOfNoPoolHaveNothingToExplain() {
        fleet.putNode(h100("n").facts());
        fleet.putNode(Nodes.node("cpu").notReady().facts());

        assertThat(fleet.whyNotUsable("n")).isEmpty();
        assertThat(fleet.whyNotUsable("cpu")).isEmpty();
        assertThat(fleet.whyNotUsable("unheard of")).isEmpty();
        assertThat(fleet.node("cpu").orElseThrow().health()).isEqualTo(Health.NOT_READY);
    }

    private Health healthOf(Nodes node) {
        fleet.putNode(node.facts());
        return fleet.node("n").orElseThrow().health();
    }
}
