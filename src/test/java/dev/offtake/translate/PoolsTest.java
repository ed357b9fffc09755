package dev.offtake.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.fleet.ConditionSignal;
import dev.offtake.fleet.GpuClasses;
import dev.offtake.fleet.Level;
import dev.offtake.fleet.Pool;
import dev.offtake.fleet.ProductKey;
import dev.offtake.fleet.Requirement;
import dev.offtake.fleet.Vocabularies;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PoolsTest {
    private static final String PRODUCT = "nodes: {product: [{key: gpu, values: [x1]}], gpusPerNode: 8}";

    @Test
    void theSmallestPoolIsMadeOfThePresetsOfItsClass() {
        assertThat(pool("gpuClass: gb300-nvl72"))
                .isEqualTo(GpuClasses.find("gb300-nvl72").orElseThrow().pool("p"));
    }

    @Test
    void whatThePoolSaysReplacesThePresets() {
        Pool pool = pool(
                "gpuClass: gb300-nvl72",
                "nodes:",
                "  selector: {matchLabels: {site: v}, matchExpressions: [{key: old, operator: DoesNotExist}]}",
                "  product: [{key: gpu, values: [x1, x2]}]",
                "  resourceName: example.com/gpu",
                "  gpusPerNode: 8",
                "topology: [{name: rack, keys: [r], nodes: 18, spareNodes: 2}, {name: half, gpus: 4}, {name: pair, gpus: 2}]",
                "unhealthyConditions: [{type: Bad, status: \"True\"}, {type: Good, status: Unknown}]",
                "unhealthyTaints: [broken]");

        assertThat(pool)
                .isEqualTo(new Pool(
                        "p",
                        "gb300-nvl72",
                        List.of(
                                new Requirement("site", Requirement.Operator.IN, List.of("v")),
                                new Requirement("old", Requirement.Operator.DOES_NOT_EXIST, List.of())),
                        List.of(new ProductKey("gpu", List.of("x1", "x2"))),
                        "example.com/gpu",
                        8,
                        List.of(
                                Level.keyed("rack", List.of("r"), 18, 2),
                                Level.split("half", 4),
                                Level.split("pair", 2)),
                        List.of(new ConditionSignal("Bad", "True"), new ConditionSignal("Good", "Unknown")),
                        List.of("broken")));
    }

    @Test
    void aClassOfOnesOwnWorksIfThePoolSaysWhatItIs() {
        Pool pool = pool("gpuClass: mine", PRODUCT);

        assertThat(pool.gpusPerNode()).isEqualTo(8);
        assertThat(pool.resourceName()).isEqualTo("nvidia.com/gpu");
        assertThat(pool.levelNames()).containsExactly("block", "rack", "node", "gpu");
        assertThat(pool.levels().get(1).keys()).isEqualTo(Vocabularies.keys("rack", false));
    }

    @Test
    void aLevelOfWhichOnlyTheNameIsGivenIsThePresetOfThatName() {
        Pool pool = pool("gpuClass: gb300-nvl72", "topology: [{name: rack}]");

        assertThat(pool.levels()).containsExactly(Level.keyed("rack", Vocabularies.keys("rack", true), 18, 0));
    }

    @Test
    void aLevelWithKeysOfItsOwnHasNoSizeUnlessItSaysOne() {
        Pool pool = pool("gpuClass: gb300-nvl72", "topology: [{name: rack, keys: [r]}]");

        assertThat(pool.levels()).containsExactly(Level.keyed("rack", List.of("r")));
    }

    static Stream<Arguments> badPools() {
        String classes = String.join(", ", GpuClasses.names());
        return Stream.of(
                Arguments.of(
                        List.of("gpuClass: gb300-nvl27"),
                        "UnknownClass",
                        "spec.gpuClass: \"gb300-nvl27\" is not a known class (did you mean gb300-nvl72?); use one of "
                                + classes + ", or give spec.nodes.product and spec.nodes.gpusPerNode"),
                Arguments.of(
                        List.of("gpuClass: mine", "nodes: {gpusPerNode: 8}"),
                        "UnknownClass",
                        "spec.gpuClass: \"mine\" is not a known class; use one of " + classes
                                + ", or give spec.nodes.product"),
                Arguments.of(
                        List.of("gpuClass: l40s", "nodes: {product: [{key: gpu, values: []}]}"),
                        "InvalidNodes",
                        "spec.nodes.product: \"gpu\" has no values: list the exact values of the label that belong to"
                                + " the pool"),
                Arguments.of(
                        List.of("gpuClass: l40s", "nodes: {gpusPerNode: 0}"),
                        "InvalidNodes",
                        "spec.nodes.gpusPerNode: \"0\" is below 1: say how many GPUs a whole node has"),
                topology(
                        "{name: gpu, keys: [r]}", "\"gpu\" is always there: remove it, or give the level another name"),
                topology(
                        "{name: rack, keys: [r]}, {name: rack, keys: [s]}",
                        "\"rack\" is named twice: give each level its own name"),
                topology(
                        "{name: row}",
                        "\"row\" has neither keys nor gpus, and only block and rack have known keys: give keys to group"
                                + " nodes, or gpus to split a node"),
                topology(
                        "{name: rack, keys: [r], gpus: 4}",
                        "\"rack\" has both keys and gpus: give keys to group nodes, or gpus to split a node"),
                topology(
                        "{name: half, gpus: 4}, {name: rack, keys: [r]}",
                        "\"rack\" groups nodes and comes after half, which splits a node: list the levels outermost"
                                + " first, those with gpus last"),
                topology(
                        "{name: third, gpus: 3}",
                        "\"third\" has gpus 3, which does not split the 8 GPUs of a node: take a smaller number that"
                                + " divides it, larger levels first"),
                topology(
                        "{name: whole, gpus: 8}",
                        "\"whole\" has gpus 8, which does not split the 8 GPUs of a node: take a smaller number that"
                                + " divides it, larger levels first"),
                topology(
                        "{name: pair, gpus: 2}, {name: half, gpus: 4}",
                        "\"half\" has gpus 4, which does not split the 2 GPUs of level pair: take a smaller number that"
                                + " divides it, larger levels first"),
                topology("{name: none, gpus: 0}", "\"none\" has gpus 0: give a number that divides the GPUs of a node"),
                topology(
                        "{name: rack, keys: [r], nodes: 4, spareNodes: 4}",
                        "\"rack\" has spareNodes 4 of nodes 4: keep fewer spares than the cell has nodes"),
                topology(
                        "{name: rack, keys: [r], spareNodes: 1}",
                        "\"rack\" has spareNodes 1 of nodes 0: keep fewer spares than the cell has nodes"));
    }

    private static Arguments topology(String levels, String message) {
        return Arguments.of(
                List.of("gpuClass: l40s", "topology: [" + levels + "]"),
                "InvalidTopology",
                "spec.topology: " + message);
    }

    @ParameterizedTest
    @MethodSource("badPools")
    void aBadPoolIsToldWithFieldValueAndFix(List<String> spec, String reason, String message) {
        Checked<Pool> pool = Pools.of(Yaml.pool("p", spec.toArray(String[]::new)));

        assertThat(pool.toOptional()).isEmpty();
        assertThat(pool.problemList()).singleElement().satisfies(problem -> {
            assertThat(problem.reason()).isEqualTo(reason);
            assertThat(problem.message()).isEqualTo(message);
        });
    }

    @Test
    void allThatIsWrongIsToldAtOnce() {
        Checked<Pool> pool = Pools.of(
                Yaml.pool("p", "gpuClass: l40s", "nodes: {gpusPerNode: 0}", "topology: [{name: node, gpus: 1}]"));

        assertThat(pool.problemList())
                .extracting(Problem::field)
                .containsExactly("spec.nodes.gpusPerNode", "spec.topology");
    }

    private static Pool pool(String... spec) {
        return Pools.of(Yaml.pool("p", spec)).toOptional().orElseThrow();
    }
}
