package dev.offtake.fleet;

import static dev.offtake.fleet.Nodes.h100;
import static dev.offtake.fleet.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.fleet.NodeState.Health;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FleetMembershipTest {
    private static final String GFD = "nvidia.com/gpu.product";
    private static final String COREWEAVE = "gpu.nvidia.com/model";
    private static final String NEBIUS = "nebius.com/gpu-name";

    private final Fleet fleet = new Fleet();

    @BeforeEach
    void anH100Pool() {
        fleet.putPool(GpuClasses.find("h100-sxm").orElseThrow().pool("h100"));
    }

    @ParameterizedTest
    @CsvSource({
        "nvidia.com/gpu.product, NVIDIA-H100-80GB-HBM3, true",
        "nvidia.com/gpu.product, NVIDIA-H100-80GB-HBM3-SHARED, false",
        "nvidia.com/gpu.product, NVIDIA-H100-80GB-HBM3-MIG-1g.10gb, false",
        "nvidia.com/gpu.product, NVIDIA-H100-80GB-HBM3-MIG-1g.10gb-SHARED, false",
        "nvidia.com/gpu.product, NVIDIA-H100-PCIe, false",
        "nvidia.com/gpu.product, NVIDIA-H200, false",
        "gpu.nvidia.com/model, H100, true",
        "gpu.nvidia.com/model, H100_PCIE_80GB, false",
        "cloud.google.com/gke-accelerator, nvidia-h100-mega-80gb, true",
        "nebius.com/gpu-name, H100, true",
        "nebius.com/gpu-name, B200, false",
        "karpenter.k8s.aws/instance-gpu-name, h100, true",
        "eks.amazonaws.com/instance-gpu-name, h100, true",
        "example.com/gpu, H100, false",
    })
    void aNodeBelongsByTheExactValueOfAKnownProductKey(String key, String value, boolean belongs) {
        fleet.putNode(node("n").label(key, value).facts());

        assertThat(poolOf("n").isPresent()).isEqualTo(belongs);
    }

    @Test
    void theFirstProductKeyThatANodeCarriesDecides() {
        fleet.putNode(node("shared")
                .label(GFD, "NVIDIA-H100-80GB-HBM3-SHARED")
                .label(NEBIUS, "H100")
                .facts());

        assertThat(poolOf("shared")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "cloud.google.com/gke-gpu-partition-size, 1g.10gb",
        "cloud.google.com/gke-gpu-sharing-strategy, time-sharing",
        "cloud.google.com/gke-max-shared-clients-per-gpu, 4",
    })
    void gkeNamesTheWholeGpuWhereItIsSharedAndTheNodeIsLeftOutAllTheSame(String key, String value) {
        Nodes whole = node("n").label("cloud.google.com/gke-accelerator", "nvidia-h100-80gb");
        fleet.putNode(whole.facts());
        assertThat(poolOf("n")).contains("h100");

        fleet.putNode(whole.label(key, value).facts());

        assertThat(poolOf("n")).isEmpty();
        assertThat(fleet.whyNoPool(whole.label(key, value).facts()))
                .contains("pool h100: label " + key + " says that its GPUs are shared or partitioned");
    }

    @Test
    void aPoolListsItsNodesByName() {
        List.of("c", "a", "b").forEach(name -> fleet.putNode(h100(name).facts()));
        fleet.putNode(node("cpu").facts());

        assertThat(fleet.nodes("h100"))
                .extracting(state -> state.facts().name())
                .containsExactly("a", "b", "c");
        assertThat(fleet.nodes("unheard of")).isEmpty();
    }

    @Test
    void anEmptyProductLabelIsNone() {
        fleet.putNode(node("cpu").label(COREWEAVE, "").facts());
        fleet.putNode(node("late").label(COREWEAVE, "").label(NEBIUS, "H100").facts());

        assertThat(poolOf("cpu")).isEmpty();
        assertThat(poolOf("late")).contains("h100");
    }

    @Test
    void aCoreWeaveNodeNeedsNoGfdLabel() {
        fleet.putNode(node("cw").label(COREWEAVE, "H100_NVLINK_80GB").facts());

        assertThat(poolOf("cw")).contains("h100");
    }

    @Test
    void aLabelThatArrivesLateAndAgreesChangesNothing() {
        fleet.putNode(node("n").label(NEBIUS, "H100").facts());

        List<NodeState> changed = fleet.putNode(node("n")
                .label(NEBIUS, "H100")
                .label(GFD, "NVIDIA-H100-80GB-HBM3")
                .facts());

        assertThat(changed)
                .singleElement()
                .satisfies(state -> assertThat(state.pool()).contains("h100"));
    }

    @Test
    void aLabelThatArrivesLateAndSaysOtherwiseTakesTheNodeOut() {
        fleet.putNode(node("n").label(NEBIUS, "H100").facts());
        fleet.putNode(node("n")
                .label(NEBIUS, "H100")
                .label(GFD, "NVIDIA-H100-80GB-HBM3-SHARED")
                .facts());

        assertThat(poolOf("n")).isEmpty();
    }

    @Test
    void aNodeStaysWhileItsLabelsAreGone() {
        fleet.putNode(h100("n").facts());
        fleet.putNode(h100("n").without(GFD).facts());
        assertThat(poolOf("n")).contains("h100");

        fleet.putNode(h100("n").without(GFD).cordoned().facts());
        fleet.putNode(h100("n").without(GFD).facts());

        assertThat(poolOf("n")).contains("h100");
        assertThat(health("n")).isEqualTo(Health.USABLE);
    }

    @Test
    void aNodeThatNeverCarriedALabelIsNotHeld() {
        fleet.putNode(node("n").facts());

        assertThat(poolOf("n")).isEmpty();
    }

    @Test
    void aForeignWordOfAnotherVocabularyThatWasAlwaysThereDoesNotTakeAHeldNodeOut() {
        Nodes always = node("n").label(NEBIUS, "H100-SOMETHING");
        fleet.putNode(always.label(GFD, "NVIDIA-H100-80GB-HBM3").facts());

        fleet.putNode(always.facts());

        assertThat(poolOf("n")).contains("h100");
    }

    @Test
    void anotherProductThatArrivesWhileTheLabelIsGoneTakesTheNodeOut() {
        fleet.putNode(h100("n").facts());
        fleet.putNode(node("n").facts());
        fleet.putNode(node("n").label(NEBIUS, "B200").facts());

        assertThat(poolOf("n")).isEmpty();
    }

    @Test
    void aHeldNodeAgreesWithAVocabularyThatReplacesTheOld() {
        fleet.putNode(h100("n").facts());
        fleet.putNode(node("n").label(COREWEAVE, "H100").facts());

        assertThat(poolOf("n")).contains("h100");
    }

    @Test
    void anotherUidIsAnotherNodeOfWhichNothingIsHeld() {
        fleet.putNode(h100("n").facts());
        fleet.putNode(node("n").uid("made anew").facts());

        assertThat(poolOf("n")).isEmpty();
    }

    @Test
    void aNodeThatLeftAndComesBackWithoutLabelsIsNotHeld() {
        fleet.putNode(h100("n").facts());
        fleet.removeNode("n");
        fleet.putNode(node("n").facts());

        assertThat(poolOf("n")).isEmpty();
    }

    @Test
    void aSelectorThatNoLongerHoldsTakesTheNodeOut() {
        fleet.putPool(narrowed("h100", "site", "vineland"));
        fleet.putNode(h100("n").label("site", "vineland").facts());
        assertThat(poolOf("n")).contains("h100");

        fleet.putNode(h100("n").label("site", "elsewhere").facts());

        assertThat(poolOf("n")).isEmpty();
    }

    @Test
    void aNodeThatTwoPoolsClaimIsDisputedAndStaysWithThePoolThatHadIt() {
        fleet.putNode(h100("n").facts());

        List<NodeState> changed =
                fleet.putPool(GpuClasses.find("h100-sxm").orElseThrow().pool("another"));

        assertThat(changed).extracting(NodeState::health).containsExactly(Health.DISPUTED);
        assertThat(poolOf("n")).contains("h100");
        assertThat(report("h100").disputes()).containsExactly(new PoolReport.Dispute("n", "another"));
        assertThat(report("another").disputes()).containsExactly(new PoolReport.Dispute("n", "h100"));
        assertThat(report("another").matched()).isZero();
        assertThat(report("another").disputed()).isEqualTo(1);
        assertThat(fleet.whyNotUsable("n")).contains("claimed by pools another, h100");
    }

    @Test
    void aNodeThatTwoPoolsClaimFromTheStartGoesToTheFirstByName() {
        fleet.putPool(GpuClasses.find("h100-sxm").orElseThrow().pool("another"));
        fleet.putNode(h100("n").facts());

        assertThat(poolOf("n")).contains("another");
        assertThat(health("n")).isEqualTo(Health.DISPUTED);
    }

    @Test
    void aDisputeOutlivesLabelsThatAreGone() {
        fleet.putPool(GpuClasses.find("h100-sxm").orElseThrow().pool("another"));
        fleet.putNode(h100("n").facts());
        fleet.putNode(node("n").facts());

        assertThat(health("n")).isEqualTo(Health.DISPUTED);
    }

    @Test
    void aDisputeEndsWhenOnePoolNarrowsItsSelector() {
        fleet.putPool(GpuClasses.find("h100-sxm").orElseThrow().pool("another"));
        fleet.putNode(h100("n").facts());

        List<NodeState> changed = fleet.putPool(narrowed("another", "site", "vineland"));

        assertThat(changed).extracting(NodeState::health).containsExactly(Health.USABLE);
        assertThat(poolOf("n")).contains("h100");
        assertThat(report("h100").disputed()).isZero();
        assertThat(report("another").disputed()).isZero();
    }

    @Test
    void removingAPoolLetsAnotherHaveItsNodes() {
        fleet.putNode(h100("n").facts());
        fleet.putPool(GpuClasses.find("h100-sxm").orElseThrow().pool("another"));

        List<NodeState> changed = fleet.removePool("h100");

        assertThat(changed).hasSize(1);
        assertThat(poolOf("n")).contains("another");
        assertThat(health("n")).isEqualTo(Health.USABLE);
        assertThat(report("another").matched()).isEqualTo(1);
        assertThat(fleet.report("h100")).isEmpty();
        assertThat(fleet.pools()).extracting(Pool::name).containsExactly("another");
    }

    @Test
    void removingTheOnlyPoolLeavesItsNodesInNone() {
        fleet.putNode(h100("n").facts());

        assertThat(fleet.removePool("h100")).extracting(NodeState::pool).containsExactly(Optional.empty());
        assertThat(fleet.removePool("h100")).isEmpty();
    }

    @Test
    void aHeldNodeStaysWhenItsPoolChangesButStillTakesItsProduct() {
        fleet.putNode(h100("n").facts());
        fleet.putNode(node("n").facts());

        fleet.putPool(narrowed("h100", GFD + "-absent", null));
        assertThat(poolOf("n")).contains("h100");

        fleet.putPool(GpuClasses.find("b200-sxm").orElseThrow().pool("h100"));
        assertThat(poolOf("n")).isEmpty();
    }

    @Test
    void anUpdateThatChangesNothingAnswersNothing() {
        fleet.putNode(h100("n").facts());

        assertThat(fleet.putNode(h100("n").facts())).isEmpty();
        assertThat(fleet.putPool(GpuClasses.find("h100-sxm").orElseThrow().pool("h100")))
                .isEmpty();
        assertThat(fleet.removeNode("unheard of")).isEmpty();
    }

    @Test
    void changedNodesComeInTheOrderOfTheirNames() {
        Fleet late = new Fleet();
        List.of("c", "a", "b").forEach(name -> late.putNode(h100(name).facts()));

        assertThat(late.putPool(GpuClasses.find("h100-sxm").orElseThrow().pool("p")))
                .extracting(state -> state.facts().name())
                .containsExactly("a", "b", "c");
    }

    @Test
    void aNodeInNoPoolIsToldWhy() {
        assertThat(new Fleet().whyNoPool(h100("n").facts())).contains("there is no pool");
        assertThat(fleet.whyNoPool(h100("n").facts())).isEmpty();
        assertThat(fleet.whyNoPool(
                        node("n").label(GFD, "NVIDIA-H100-80GB-HBM3-SHARED").facts()))
                .contains("pool h100: label nvidia.com/gpu.product is NVIDIA-H100-80GB-HBM3-SHARED, which is shared or "
                        + "partitioned and so not whole GPUs; it takes NVIDIA-H100-80GB-HBM3");
        assertThat(fleet.whyNoPool(node("n").facts()).orElseThrow())
                .startsWith("pool h100: the node carries none of its product labels nvidia.com/gpu.product, ");
        fleet.putPool(narrowed("h100", "site", "vineland"));
        assertThat(fleet.whyNoPool(h100("n").label("site", "x").facts()))
                .contains("pool h100: its selector asks for site in vineland, the node has site=x");
    }

    private static Pool narrowed(String name, String key, String value) {
        Pool preset = GpuClasses.find("h100-sxm").orElseThrow().pool(name);
        Requirement requirement = value == null
                ? new Requirement(key, Requirement.Operator.DOES_NOT_EXIST, List.of())
                : new Requirement(key, Requirement.Operator.IN, List.of(value));
        return new Pool(
                name,
                preset.gpuClass(),
                List.of(requirement),
                preset.product(),
                preset.resourceName(),
                preset.gpusPerNode(),
                preset.levels(),
                preset.unhealthyConditions(),
                preset.unhealthyTaints());
    }

    private Optional<String> poolOf(String node) {
        return fleet.node(node).flatMap(NodeState::pool);
    }

    private Health health(String node) {
        return fleet.node(node).orElseThrow().health();
    }

    private PoolReport report(String pool) {
        return fleet.report(pool).orElseThrow();
    }
}
