package dev.offtake.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.fleet.Pool;
import dev.offtake.schedule.GangSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LevelsTest {
    private static final Pool GB300 = Pools.of(Yaml.pool(
                    "a", "gpuClass: gb300-nvl72", "topology: [{name: block}, {name: rack}, {name: half, gpus: 2}]"))
            .toOptional()
            .orElseThrow();
    private static final Pool ROWS = Pools.of(
                    Yaml.pool("b", "gpuClass: h100-sxm", "topology: [{name: row, keys: [r]}]"))
            .toOptional()
            .orElseThrow();

    @Test
    void levelsThatAPoolOfTheClassHasAreRight() {
        GangSpec gang = gang("gb300-nvl72", "topology: block", "topology-preferred: node", "slice: rack=2");

        assertThat(Levels.problems(gang, List.of(GB300, ROWS))).isEmpty();
        assertThat(Levels.checked(gang, List.of(GB300, ROWS))).isSameAs(gang);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            topology: racks         | topology: "racks" names a level that no GPUPool of the class has (did you mean rack?); use one of block, rack, node
            topology: row           | topology: "row" names a level that no GPUPool of the class has; use one of block, rack, node
            topology-preferred: row | topology-preferred: "row" names a level that no GPUPool of the class has; use one of block, rack, node
            slice: row=2            | slice: "row=2" names a level that no GPUPool of the class has; use one of block, rack, node
            topology: half          | topology: "half" names a part of a node, and Kubernetes lets no pod choose its part; use one of block, rack, node
            topology: gpu           | topology: "gpu" names a part of a node, and Kubernetes lets no pod choose its part; use one of block, rack, node
            """)
    void aLevelThatNoPoolOfTheClassHasIsToldWithThoseThatThereAre(String wish, String message) {
        GangSpec gang = gang("gb300-nvl72", wish);
        String told = "offtake.dev/" + message;

        assertThat(Levels.problems(gang, List.of(GB300, ROWS)))
                .extracting(Problem::message)
                .containsExactly(told);
        assertThat(Levels.checked(gang, List.of(GB300, ROWS)).problem()).contains(told);
    }

    @Test
    void withoutAClassAnyPoolsLevelsAreRight() {
        GangSpec gang = Gangs.ofJob(job("offtake.dev/topology: row"), Optional.empty(), acme(), Set.of())
                .orElseThrow();

        assertThat(Levels.problems(gang, List.of(GB300, ROWS))).isEmpty();
        assertThat(Levels.problems(gang, List.of(GB300))).hasSize(1);
    }

    @Test
    void aClassWithoutPoolsIsToldElsewhere() {
        assertThat(Levels.problems(gang("l40s", "topology: nowhere"), List.of(GB300, ROWS)))
                .isEmpty();
    }

    @Test
    void whatIsWrongWithTheLevelsComesBesideWhatElseIsWrong() {
        GangSpec gang = gang("gb300-nvl72", "topology: row", "tier: Cheap");

        assertThat(Levels.checked(gang, List.of(GB300)).problem().orElseThrow())
                .startsWith("offtake.dev/tier: ")
                .contains(". offtake.dev/topology: \"row\"");
    }

    private static GangSpec gang(String gpuClass, String... wishes) {
        String annotations =
                "offtake.dev/gpu-class: " + gpuClass + ", offtake.dev/" + String.join(", offtake.dev/", wishes);
        return Gangs.ofJob(job(annotations), Optional.empty(), acme(), Set.of()).orElseThrow();
    }

    private static Tenancy acme() {
        return new Tenancy("acme", Optional.empty());
    }

    private static io.fabric8.kubernetes.api.model.batch.v1.Job job(String annotations) {
        return Yaml.job("metadata: {name: j, namespace: n, annotations: {" + annotations
                + "}}\nspec: {parallelism: 4, template: {spec: {containers: [{name: c, resources: {limits:"
                + " {nvidia.com/gpu: 1}}}]}}}");
    }
}
