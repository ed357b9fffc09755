package dev.offtake.placement;

import static dev.offtake.placement.Ask.pod;
import static dev.offtake.placement.Ask.pods;
import static dev.offtake.placement.PlacementWorld.onDemand;
import static dev.offtake.placement.PlacementWorld.reserved;
import static dev.offtake.placement.PlacementWorld.spot;
import static dev.offtake.placement.Site.site;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.offtake.placement.Refusal.Code;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every code with its numbers. */
class RefusalTest {
    private final PlacementWorld world = new PlacementWorld(site().racks(2));

    private static Map<String, String> numbers(String... pairs) {
        Map<String, String> numbers = new java.util.LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            numbers.put(pairs[i], pairs[i + 1]);
        }
        return numbers;
    }

    private static void isRefusal(Refusal refusal, Code code, String... pairs) {
        assertThat(refusal).isEqualTo(new Refusal(code, numbers(pairs)));
    }

    @Test
    void theQuotaIsReachedOnlyWhenWhatIsCommittedIsUsed() {
        world.account("acme", "node", 3, 0);
        world.placed("job", reserved("acme"), pods(2).gpus(8));

        isRefusal(
                world.refused(reserved("acme"), pods(2).gpus(8)),
                Code.QUOTA_REACHED,
                "tier",
                "Reserved",
                "unit",
                "node",
                "needed",
                "2",
                "free",
                "1",
                "claimed",
                "2",
                "committed",
                "3");
    }

    @Test
    void podsThatDoNotShareAUnitCountAsUnits() {
        world.account("acme", "node", 2, 0);

        Refusal refusal = world.refused(reserved("acme"), pods(3).gpus(5));
        assertThat(refusal.code()).isEqualTo(Code.QUOTA_REACHED);
        assertThat(refusal.numbers()).contains(entry("needed", "3"), entry("free", "2"));
    }

    @Test
    void theOnDemandLimitIsAQuotaOfItsOwn() {
        world.account("acme", "node", 1, 4);
        world.placed("job", onDemand("acme"), pods(3));

        isRefusal(
                world.refused(onDemand("acme"), pod().gpus(2)),
                Code.QUOTA_REACHED,
                "tier",
                "OnDemand",
                "unit",
                "gpu",
                "needed",
                "2",
                "free",
                "1",
                "claimed",
                "3",
                "committed",
                "4");
    }

    @Test
    void aGangIsBehindInTheQueueIfOnlyWhatIsKeptStandsInItsWay() {
        world.account("acme", "node", 3, 8);

        isRefusal(
                world.refused(reserved("acme"), pods(2).gpus(8), 2),
                Code.BEHIND_IN_QUEUE,
                "unit",
                "node",
                "needed",
                "2",
                "free",
                "3",
                "kept",
                "2");
        isRefusal(
                world.refused(onDemand("acme"), pods(2), 7),
                Code.BEHIND_IN_QUEUE,
                "unit",
                "gpu",
                "needed",
                "2",
                "free",
                "8",
                "kept",
                "7");
        assertThat(world.refused(reserved("acme"), pods(4).gpus(8), 2).code())
                .as("it would not have a place anyway")
                .isEqualTo(Code.QUOTA_REACHED);
        assertThat(world.place("job", reserved("acme"), pods(1).gpus(8).demand(), 2))
                .isInstanceOf(Outcome.Placed.class);
        assertThat(world.place("in its bound node", reserved("acme"), pods(1).demand(), 3))
                .isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void whatIsKeptDoesNotKeepAGangFromItsBoundCells() {
        world.account("acme", "node", 3, 0);
        world.placed("job", reserved("acme"), pod().gpus(6));

        assertThat(world.place("beside", reserved("acme"), pods(2).demand(), 2)).isInstanceOf(Outcome.Placed.class);
        assertThat(world.nodesOf("beside")).hasSize(1);
    }

    @Test
    void committedNodesThatAreNotThereAreMissingWholeCells() {
        world.account("acme", "node", 8, 0);
        world.fail("r0-n0", "r0-n1", "r0-n2");

        isRefusal(
                world.refused(reserved("acme"), pods(6).gpus(8)),
                Code.INSUFFICIENT_WHOLE_CELLS,
                "level",
                "node",
                "needed",
                "6",
                "whole",
                "5",
                "entitled",
                "5",
                "committed",
                "8");
    }

    @Test
    void committedGpusThatAreNotThereAreMissingGpus() {
        world.account("acme", "gpu", 64, 0);
        world.fail("r0-n0");

        isRefusal(
                world.refused(reserved("acme"), pods(57)),
                Code.INSUFFICIENT_GPUS,
                "level",
                "gpu",
                "needed",
                "57",
                "whole",
                "56",
                "entitled",
                "56",
                "committed",
                "64");
    }

    @Test
    void onDemandDoesNotGetWhatIsPromised() {
        world.account("acme", "node", 7, 0);
        world.account("burst", "gpu", 0, 16);

        isRefusal(
                world.refused(onDemand("burst"), pods(9)),
                Code.INSUFFICIENT_GPUS,
                "needed",
                "9",
                "free",
                "64",
                "promised",
                "56");
        world.placed("job", onDemand("burst"), pods(8));
    }

    @Test
    void whatIsFreeOnAvoidedNodesIsNotSaidToBePromisedToOthers() {
        world.account("acme", "gpu", 64, 0);
        for (String node : List.copyOf(world.nodes.keySet()).subList(4, 8)) {
            world.occupy("on " + node, node, pod().gpus(7));
        }
        String[] first = List.copyOf(world.nodes.keySet()).subList(0, 4).toArray(String[]::new);

        isRefusal(
                world.refused(reserved("acme"), pods(8).avoiding(first)),
                Code.INSUFFICIENT_GPUS,
                "needed",
                "8",
                "free",
                "36",
                "promised",
                "0",
                "avoided",
                "4");
    }

    /** Of each node one GPU is gone. */
    private void breakEachNode() {
        for (String node : List.copyOf(world.nodes.keySet())) {
            world.occupy("on " + node, node, pod());
        }
    }

    @Test
    void whatContractsDoNotLendIsNotFreeForBorrowers() {
        world.account(new Account("keeps", "h100", "rack", 1, 0, false));
        world.account("acme", "gpu", 0, 0);

        isRefusal(
                world.refused(spot("acme"), pods(5).gpus(8)),
                Code.INSUFFICIENT_GPUS,
                "needed",
                "40",
                "free",
                "64",
                "promised",
                "0",
                "unlent",
                "32");
        world.placed("four", spot("acme"), pods(4).gpus(8));
    }

    @Test
    void wholeCellsOfOthersStandInTheWayThoughThereIsRoomForEachPod() {
        PlacementWorld three = new PlacementWorld(site().racks(3));
        three.account("racks", "rack", 1, 0);
        three.account("burst", "gpu", 0, 96);
        three.occupy("a", "r0-n0", pod());
        three.occupy("b", "r1-n0", pod());

        Refusal refusal = three.refused(onDemand("burst"), pods(7).gpus(8));
        assertThat(refusal.code()).isEqualTo(Code.INSUFFICIENT_WHOLE_CELLS);
        assertThat(refusal.numbers())
                .contains(
                        entry("level", "node"),
                        entry("within", "pool"),
                        entry("podsThatFit", "10"),
                        entry("promised", "32"));
        three.placed("six", onDemand("burst"), pods(6).gpus(8));
    }

    @Test
    void freeGpusInTheWrongShapeAreMissingWholeCells() {
        world.account("burst", "gpu", 0, 64);
        breakEachNode();

        isRefusal(
                world.refused(onDemand("burst"), pod().gpus(8)),
                Code.INSUFFICIENT_WHOLE_CELLS,
                "level",
                "node",
                "within",
                "pool",
                "neededPods",
                "1",
                "podsThatFit",
                "0",
                "freeGpus",
                "56",
                "promised",
                "0",
                "unit",
                "gpu");
    }

    @Test
    void whatIsPromisedToItIsNotPromisedToOthers() {
        world.account("acme", "gpu", 40, 0);
        world.account("other", "gpu", 16, 0);
        breakEachNode();

        // Of 56 that are free 16 are others', and 40 its own, but not in this shape.
        isRefusal(
                world.refused(reserved("acme"), pod().gpus(8)),
                Code.INSUFFICIENT_WHOLE_CELLS,
                "level",
                "node",
                "within",
                "pool",
                "neededPods",
                "1",
                "podsThatFit",
                "0",
                "freeGpus",
                "56",
                "promised",
                "16",
                "unit",
                "gpu");
    }

    @Test
    void aShapeAboveTheUnitIsBestEffortAndTheWaitNamesTheUnit() {
        world.account("acme", "node", 4, 0);
        world.occupy("a", "r0-n0", pod());
        world.occupy("b", "r1-n0", pod());

        isRefusal(
                world.refused(reserved("acme"), pods(4).gpus(8).within("rack")),
                Code.INSUFFICIENT_WHOLE_CELLS,
                "level",
                "rack",
                "within",
                "rack",
                "neededPods",
                "4",
                "podsThatFit",
                "3",
                "freeGpus",
                "62",
                "promised",
                "0",
                "unit",
                "node");
        world.placed("anywhere", reserved("acme"), pods(4).gpus(8));
    }

    @Test
    void theResourceThatIsShortIsNamed() {
        world.account("acme", "gpu", 64, 0);
        for (String node : List.copyOf(world.nodes.keySet())) {
            world.occupy("on " + node, node, pod().gpus(0).cpus(14));
        }

        isRefusal(
                world.refused(reserved("acme"), pods(8).gpus(8).cpus(120)),
                Code.INSUFFICIENT_RESOURCES,
                "resource",
                "cpu",
                "neededPerPod",
                "120000",
                "mostFreeOnANode",
                "114000",
                "podsThatFit",
                "0",
                "podsWithoutIt",
                "8");
        world.placed("light", reserved("acme"), pods(8).gpus(8).cpus(100));
    }

    @Test
    void aResourceThatNoNodeHasNeverFits() {
        world.account("acme", "gpu", 64, 0);

        isRefusal(
                world.refused(reserved("acme"), pod().requesting("example.com/fpga", 1)),
                Code.NEVER_FITS,
                "resource",
                "example.com/fpga",
                "neededPerPod",
                "1",
                "mostOnANode",
                "0",
                "level",
                "pool",
                "neededPods",
                "1",
                "neededGpus",
                "1",
                "mostPods",
                "0",
                "mostGpus",
                "0");
    }

    @Test
    void constraintsThatMatchNoNodeAreTold() {
        world.account("acme", "gpu", 64, 0);

        isRefusal(
                world.refused(reserved("acme"), pod().on("zone", "mars")),
                Code.CONSTRAINTS_MATCH_NO_NODE,
                "podSet",
                "main",
                "nodes",
                "8",
                "avoided",
                "0");
        isRefusal(
                world.refused(reserved("acme"), pod().on("rack", "r0").avoiding("r0-n0", "r0-n1", "r0-n2", "r0-n3")),
                Code.CONSTRAINTS_MATCH_NO_NODE,
                "podSet",
                "main",
                "nodes",
                "8",
                "avoided",
                "4");
    }

    @Test
    void aGangLargerThanItsLevelNeverFits() {
        world.account("acme", "gpu", 64, 0);

        isRefusal(
                world.refused(reserved("acme"), pods(5).gpus(8).within("rack")),
                Code.NEVER_FITS,
                "level",
                "rack",
                "neededPods",
                "5",
                "neededGpus",
                "40",
                "mostPods",
                "4",
                "mostGpus",
                "32");
        isRefusal(
                world.refused(reserved("acme"), pods(65)),
                Code.NEVER_FITS,
                "level",
                "pool",
                "neededPods",
                "65",
                "neededGpus",
                "65",
                "mostPods",
                "64",
                "mostGpus",
                "64");
        assertThat(world.refused(reserved("acme"), pod().gpus(9)).numbers())
                .containsEntry("resource", "nvidia.com/gpu")
                .containsEntry("neededPerPod", "9")
                .containsEntry("mostOnANode", "8");
        assertThat(world.refused(reserved("acme"), pod().cpus(1000)).numbers())
                .containsEntry("resource", "cpu")
                .containsEntry("neededPerPod", "1000000")
                .doesNotContainEntry("mostOnANode", "1000000");
    }

    @Test
    void whatIsBrokenTodayIsNotNever() {
        world.account("acme", "gpu", 64, 0);
        world.fail("r0-n0");
        for (int n = 0; n < 4; n++) {
            world.degrade("r1-n" + n, 7);
        }

        assertThat(world.refused(reserved("acme"), pods(8).gpus(8)).code()).isEqualTo(Code.INSUFFICIENT_GPUS);
        assertThat(world.refused(reserved("acme"), pods(4).gpus(8).within("rack"))
                        .code())
                .isEqualTo(Code.INSUFFICIENT_WHOLE_CELLS);
    }

    @Test
    void podSetsThatFitOneByOneButNotTogetherNeverFit() {
        world.account("acme", "gpu", 64, 0);

        Outcome outcome = world.place(
                "both", reserved("acme"), pods(4).gpus(8).within("rack").with(pods(1).gpus(1)), 0);
        assertThat(outcome)
                .isEqualTo(new Outcome.Refused(new Refusal(
                        Code.NEVER_FITS,
                        numbers("level", "rack", "neededPods", "5", "neededGpus", "33", "mostGpus", "32"))));
    }

    @Test
    void aClassOrUnitWithoutAPoolIsTold() {
        world.account("a", "h200", "node", 1, 0);
        world.account("b", "h100", "block", 1, 0);

        isRefusal(
                world.refused(reserved("a"), pod()),
                Code.NO_POOL_OF_CLASS,
                "class",
                "h200",
                "unit",
                "node",
                "resource",
                Site.RESOURCE);
        isRefusal(
                world.refused(reserved("b"), pod()),
                Code.NO_POOL_OF_CLASS,
                "class",
                "h100",
                "unit",
                "block",
                "resource",
                Site.RESOURCE);
        assertThat(world.refused(reserved("nobody"), pod()).code()).isEqualTo(Code.NO_POOL_OF_CLASS);
    }

    @Test
    void aPoolWithoutNodesIsShortOfThem() {
        PlacementWorld empty = new PlacementWorld(site().racks(0));
        empty.account("acme", "node", 1, 8);

        assertThat(empty.refused(reserved("acme"), pod()).code()).isEqualTo(Code.INSUFFICIENT_WHOLE_CELLS);
        assertThat(empty.refused(onDemand("acme"), pod()).code()).isEqualTo(Code.INSUFFICIENT_GPUS);
    }

    @Test
    void moreOfAGangThatMustNotLeaveItsRackIsToldOfThatRackWhateverIsFreeInOthers() {
        world.account("acme", "node", 8, 0);
        world.placed("job", reserved("acme"), pods(2).gpus(8).within("rack"));
        world.placed("others", reserved("acme"), pods(2).gpus(8).within("rack"));
        assertThat(world.racksOf("others")).isEqualTo(world.racksOf("job"));

        isRefusal(
                world.refusedBeside(
                        reserved("acme"),
                        pod().gpus(8).within("rack"),
                        world.nodesOf("job").keySet().iterator().next()),
                Code.INSUFFICIENT_WHOLE_CELLS,
                "level",
                "rack",
                "within",
                "rack",
                "neededPods",
                "1",
                "podsThatFit",
                "0",
                "freeGpus",
                "32",
                "promised",
                "0",
                "unit",
                "node",
                "cell",
                "r0");
    }

    @Test
    void moreOfAGangThatMustNotLeaveItsNodeIsToldOfThatNode() {
        world.account("acme", "gpu", 64, 0);
        world.placed("job", reserved("acme"), pod().gpus(8).within("node"));

        assertThat(world.refusedBeside(reserved("acme"), pod().within("node"), "r0-n0")
                        .numbers())
                .contains(entry("level", "node"), entry("cell", "r0-n0"), entry("podsThatFit", "0"));
    }

    @Test
    void whatTheAccountHasLeftInOtherRacksIsNoUseToAGangThatMustNotLeaveItsOwn() {
        world.account("acme", "node", 4, 0);
        world.placed("job", reserved("acme"), pods(3).gpus(8).within("rack").on("rack", "r0"));
        world.placed("other", reserved("acme"), pod().on("rack", "r1"));

        Refusal refusal = world.refusedBeside(reserved("acme"), pod().gpus(4).within("rack"), "r0-n0");
        assertThat(refusal.code()).isEqualTo(Code.QUOTA_REACHED);
        assertThat(refusal.numbers()).contains(entry("needed", "1"), entry("free", "0"), entry("claimed", "4"));
    }

    @Test
    void cpuThatIsShortInOtherRacksIsNotWhatAGangThatMustNotLeaveItsOwnWaitsFor() {
        world.account("acme", "node", 8, 0);
        world.placed("job", reserved("acme"), pods(4).gpus(8).within("rack").on("rack", "r0"));
        world.occupy("daemon", "r1-n0", pods(1).gpus(0).cpus(8));

        Refusal refusal =
                world.refusedBeside(reserved("acme"), pod().gpus(8).cpus(64).within("rack"), "r0-n0");
        assertThat(refusal.code()).isEqualTo(Code.INSUFFICIENT_WHOLE_CELLS);
        assertThat(refusal.numbers()).contains(entry("cell", "r0"));
    }
}
