package dev.offtake.fleet;

import static dev.offtake.fleet.Nodes.gb300;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FleetTopologyTest {
    private static final String BLOCK = "fabric.topograph.run/tier-1";
    private static final String CLIQUE = "nvidia.com/gpu.clique";
    private static final String NEBIUS_RACK = "topology.nebius.com/nvl-instance-group-id";

    private final Fleet fleet = new Fleet();

    @BeforeEach
    void aGb300Pool() {
        fleet.putPool(GpuClasses.find("gb300-nvl72").orElseThrow().pool("vineland"));
    }

    @Test
    void aNodesCellsAreTheValuesOfItsLabelsOutermostFirst() {
        put(at("n", "b1", "r1"));

        assertThat(cells("n")).containsExactly("b1", "r1");
    }

    @Test
    void theFirstKeyThatANodeCarriesNamesTheCell() {
        put(at("n", "b1", "r1").label(NEBIUS_RACK, "other"));

        assertThat(cells("n")).containsExactly("b1", "r1");
    }

    @Test
    void aMissingLabelIsUnknownFromThereOnInward() {
        put(at("whole", "b1", "r1"));
        put(gb300("no-rack").label(BLOCK, "b1"));
        put(gb300("no-block").label(CLIQUE, "r1"));

        assertThat(cells("no-rack")).containsExactly("b1", NodeState.UNKNOWN);
        assertThat(cells("no-block")).containsExactly(NodeState.UNKNOWN, NodeState.UNKNOWN);
        assertThat(report().unknownTopology()).isEqualTo(2);
        assertThat(report().unknownNodes()).containsExactly("no-block", "no-rack");
        assertThat(report().conflicts()).isEmpty();
    }

    @Test
    void aLevelThatNoNodeHasALabelForIsOneImpliedCell() {
        put(gb300("n1").label(CLIQUE, "r1"));
        put(gb300("n2").label(CLIQUE, "r2"));

        assertThat(cells("n1")).containsExactly(NodeState.IMPLIED, "r1");
        assertThat(cells("n2")).containsExactly(NodeState.IMPLIED, "r2");
        assertThat(report().impliedLevels()).containsExactly("block");
        assertThat(report().unknownTopology()).isZero();
    }

    @Test
    void theFirstLabelOfALevelEndsItsImpliedCellAndTheLastBringsItBack() {
        put(gb300("n1").label(CLIQUE, "r1"));
        put(gb300("n2").label(CLIQUE, "r2"));

        List<NodeState> changed = fleet.putNode(at("n3", "b1", "r3").facts());
        assertThat(changed).extracting(state -> state.facts().name()).containsExactly("n1", "n2", "n3");
        assertThat(cells("n1")).containsExactly(NodeState.UNKNOWN, NodeState.UNKNOWN);

        assertThat(fleet.removeNode("n3")).hasSize(2);
        assertThat(cells("n1")).containsExactly(NodeState.IMPLIED, "r1");
    }

    @Test
    void aRackOfDeclaredSizeIsNeverImplied() {
        put(gb300("n").label(BLOCK, "b1"));

        assertThat(cells("n")).containsExactly("b1", NodeState.UNKNOWN);
        assertThat(report().impliedLevels()).isEmpty();
    }

    @Test
    void anImpliedInnerLevelIsOneCellPerOuterCell() {
        fleet.putPool(GpuClasses.find("h100-sxm").orElseThrow().pool("h100"));
        put(Nodes.h100("n1").label(BLOCK, "b1"));
        put(Nodes.h100("n2").label(BLOCK, "b2"));

        assertThat(cells("n1")).containsExactly("b1", "b1/" + NodeState.IMPLIED);
        assertThat(cells("n2")).containsExactly("b2", "b2/" + NodeState.IMPLIED);
        assertThat(fleet.report("h100").orElseThrow().conflicts()).isEmpty();
    }

    @Test
    void aRackUnderTwoBlocksIsUnknownForAllItsNodes() {
        put(at("n1", "b1", "r1"));
        put(at("n2", "b1", "r1"));
        put(at("other", "b2", "r2"));

        List<NodeState> changed = fleet.putNode(at("n3", "b2", "r1").facts());

        assertThat(changed).extracting(state -> state.facts().name()).containsExactly("n1", "n2", "n3");
        assertThat(cells("n1")).containsExactly("b1", NodeState.UNKNOWN);
        assertThat(cells("n3")).containsExactly("b2", NodeState.UNKNOWN);
        assertThat(cells("other")).containsExactly("b2", "r2");
        assertThat(report().conflictCount()).isEqualTo(1);
        assertThat(report().conflicts())
                .containsExactly(
                        new PoolReport.TreeConflict("rack", "r1", "block", List.of("b1", "b2"), List.of("n1", "n3")));
        assertThat(report().conflicts().get(0).message())
                .isEqualTo("rack r1 has nodes in more than one block: b1, b2 (nodes n1, n3); give all nodes of the "
                        + "rack the same block label, or name keys in spec.topology whose values form a tree");
    }

    @Test
    void aRackIsKnownAgainWhenItsLastStrayNodeIsCorrected() {
        put(at("n1", "b1", "r1"));
        put(at("n2", "b2", "r1"));
        put(at("n3", "b2", "r1"));

        assertThat(fleet.putNode(at("n2", "b1", "r1").facts())).hasSize(1);
        List<NodeState> changed = fleet.putNode(at("n3", "b1", "r1").facts());

        assertThat(changed).extracting(state -> state.facts().name()).containsExactly("n1", "n2", "n3");
        assertThat(cells("n1")).containsExactly("b1", "r1");
        assertThat(report().conflicts()).isEmpty();
    }

    @Test
    void removingTheStrayNodeMendsTheRack() {
        put(at("n1", "b1", "r1"));
        put(at("n2", "b2", "r1"));

        assertThat(fleet.removeNode("n2"))
                .extracting(state -> state.facts().name())
                .containsExactly("n1");
        assertThat(cells("n1")).containsExactly("b1", "r1");
    }

    @Test
    void theSameValueAtTwoLevelsIsTwoCells() {
        put(at("n1", "x", "x"));
        put(at("n2", "y", "z"));

        assertThat(cells("n1")).containsExactly("x", "x");
        assertThat(report().conflicts()).isEmpty();
    }

    @Test
    void poolsDoNotShareCells() {
        fleet.putPool(GpuClasses.find("gb200-nvl72").orElseThrow().pool("older"));
        put(at("n1", "b1", "r1"));
        put(Nodes.node("n2")
                .labels(Map.of("nvidia.com/gpu.product", "NVIDIA-GB200", BLOCK, "b2", CLIQUE, "r1"))
                .gpus(4));

        assertThat(cells("n1")).containsExactly("b1", "r1");
        assertThat(cells("n2")).containsExactly("b2", "r1");
    }

    @Test
    void aTopologyLabelThatIsGoneIsHeldAtItsLastValue() {
        put(at("n", "b1", "r1").label(NEBIUS_RACK, "other"));
        put(gb300("n").label(NEBIUS_RACK, "other"));

        assertThat(cells("n")).containsExactly("b1", "r1");
    }

    @Test
    void aChangedTopologyLabelCountsAtOnce() {
        put(at("n", "b1", "r1"));
        put(at("n", "b1", "r2"));

        assertThat(cells("n")).containsExactly("b1", "r2");
    }

    @Test
    void aNewVocabularyReplacesOneThatIsGone() {
        put(at("n", "b1", "r1"));
        put(gb300("n").label(NEBIUS_RACK, "nvl-7"));

        assertThat(cells("n")).containsExactly("b1", "nvl-7");
    }

    @Test
    void aVocabularyThatChangesTwiceKeepsTheTree() {
        String v0 = "network.topology.nvidia.com/";
        for (int i = 0; i < 4; i++) {
            put(gb300("n" + i).labels(Map.of(v0 + "spine", "s" + i / 2, v0 + "accelerator", "a" + i)));
        }
        for (int i = 0; i < 4; i++) {
            put(gb300("n" + i).labels(Map.of(v0 + "tier-1", "s" + i / 2, v0 + "accelerator", "a" + i)));
        }
        for (int i = 0; i < 4; i++) {
            put(gb300("n" + i).labels(Map.of(BLOCK, "s" + i / 2, "accelerator.topograph.run/domain", "a" + i)));
        }

        assertThat(cells("n0")).containsExactly("s0", "a0");
        assertThat(cells("n3")).containsExactly("s1", "a3");
        assertThat(report().unknownTopology()).isZero();
    }

    @Test
    void aPoolThatChangesItsLevelsPlacesItsNodesAnew() {
        put(at("n", "b1", "r1").label("row", "a"));
        Pool preset = GpuClasses.find("gb300-nvl72").orElseThrow().pool("vineland");

        List<NodeState> changed = fleet.putPool(new Pool(
                "vineland",
                preset.gpuClass(),
                preset.selector(),
                preset.product(),
                preset.resourceName(),
                4,
                List.of(Level.keyed("row", List.of("row")), Level.split("half", 2)),
                preset.unhealthyConditions(),
                preset.unhealthyTaints()));

        assertThat(changed).hasSize(1);
        assertThat(cells("n")).containsExactly("a");
        assertThat(report().matched()).isEqualTo(1);
    }

    @Test
    void listsAreBoundedAndCountsAreNot() {
        for (int i = 0; i < 12; i++) {
            put(at("x" + i, "b1", "r" + i));
            put(at("y" + i, "b2", "r" + i));
        }

        assertThat(report().conflictCount()).isEqualTo(12);
        assertThat(report().conflicts()).hasSize(10);
        assertThat(report().unknownTopology()).isEqualTo(24);
        assertThat(report().unknownNodes()).hasSize(10).isSorted();
    }

    private static Nodes at(String name, String block, String rack) {
        return gb300(name).labels(Map.of(BLOCK, block, CLIQUE, rack));
    }

    private void put(Nodes node) {
        fleet.putNode(node.facts());
    }

    private List<String> cells(String node) {
        return fleet.node(node).orElseThrow().cells();
    }

    private PoolReport report() {
        return fleet.report("vineland").orElseThrow();
    }
}
