package dev.offtake.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GpuClassesTest {
    @Test
    void aClassIsFoundByItsExactName() {
        assertThat(GpuClasses.find("gb300-nvl72")).isPresent();
        assertThat(GpuClasses.find("GB300-NVL72")).isEmpty();
        assertThat(GpuClasses.names())
                .containsExactly(
                        "gb300-nvl72",
                        "gb200-nvl72",
                        "b300-sxm",
                        "b200-sxm",
                        "h200-sxm",
                        "h100-sxm",
                        "a100-sxm",
                        "l40s");
    }

    @Test
    void noProductValueMeansTwoClasses() {
        Map<String, String> classOf = new HashMap<>();
        for (GpuClass known : GpuClasses.all()) {
            for (GpuClass.ProductValue value : known.productValues()) {
                assertThat(classOf.put(value.key() + "=" + value.value(), known.name()))
                        .as("%s=%s", value.key(), value.value())
                        .isNull();
            }
        }
    }

    @Test
    void allClassesTryTheirProductKeysInTheSameOrder() {
        List<String> order = GpuClasses.find("h100-sxm").orElseThrow().product().stream()
                .map(ProductKey::key)
                .toList();
        for (GpuClass known : GpuClasses.all()) {
            List<String> keys = known.product().stream().map(ProductKey::key).toList();
            assertThat(order).as(known.name()).containsSubsequence(keys);
        }
    }

    @Test
    void noProductValueIsASharedGpuOrAMigDevice() {
        assertThat(GpuClasses.all())
                .flatExtracting(GpuClass::productValues)
                .extracting(GpuClass.ProductValue::value)
                .noneMatch(value -> value.endsWith("-SHARED") || value.contains("-MIG-"));
    }

    @Test
    void anNvl72RackIsEighteenNodesAndAnHgxRackHasNoDeclaredSize() {
        for (GpuClass known : GpuClasses.all()) {
            assertThat(known.levels()).extracting(Level::name).containsExactly("block", "rack");
            assertThat(known.levels()).extracting(Level::nodes).containsExactly(0, known.nvl72() ? 18 : 0);
            assertThat(known.gpusPerNode()).isEqualTo(known.nvl72() ? 4 : 8);
            assertThat(known.arch()).isEqualTo(known.nvl72() ? "arm64" : "amd64");
        }
    }

    @Test
    void eachDatumNamesItsSource() {
        assertThat(GpuClasses.all()).extracting(GpuClass::source).noneMatch(String::isBlank);
        assertThat(GpuClasses.all())
                .flatExtracting(GpuClass::productValues)
                .extracting(GpuClass.ProductValue::source)
                .noneMatch(String::isBlank);
        assertThat(Vocabularies.entries())
                .extracting(Vocabularies.LevelKey::source)
                .noneMatch(String::isBlank);
        assertThat(HealthSignals.conditions())
                .extracting(HealthSignals.Condition::source)
                .noneMatch(String::isBlank);
        assertThat(HealthSignals.taints())
                .extracting(HealthSignals.UnhealthyTaint::source)
                .noneMatch(String::isBlank);
    }

    @Test
    void allVocabulariesNameBlocksAndRacksOnBothKindsOfHardware() {
        for (Vocabularies.Hardware hardware : Vocabularies.Hardware.values()) {
            for (String level : List.of("block", "rack")) {
                Set<String> speaking = new HashSet<>();
                Vocabularies.entries().stream()
                        .filter(entry ->
                                entry.hardware() == hardware && entry.level().equals(level))
                        .forEach(entry -> speaking.add(entry.vocabulary()));
                assertThat(speaking)
                        .as("%s on %s", level, hardware)
                        .contains("topograph-v1", "topograph-v0", "nebius", "coreweave", "gke", "aws", "oci");
            }
        }
        assertThat(Vocabularies.names())
                .containsExactly("nvidia", "topograph-v1", "topograph-v0", "nebius", "coreweave", "gke", "aws", "oci");
        assertThat(Vocabularies.keys("row", true)).isEmpty();
    }

    @Test
    void noKeyNamesBothLevelsOfOneHardware() {
        for (boolean nvl72 : new boolean[] {true, false}) {
            assertThat(Vocabularies.keys("rack", nvl72))
                    .doesNotHaveDuplicates()
                    .doesNotContainAnyElementsOf(Vocabularies.keys("block", nvl72));
        }
    }

    @Test
    void noConditionIsBadInBothPolarities() {
        assertThat(HealthSignals.unhealthyConditions())
                .extracting(ConditionSignal::type)
                .doesNotHaveDuplicates();
    }
}
