package dev.offtake.sim.input;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmountsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"16", "16.5", ".5", "500m", "1e3", "1E3", "+2", "0", "1800Gi", "1P", "1Ei", "128974848000m"})
    void whateverKubernetesTakesIsAnAmount(String text) {
        assertThat(Amounts.isAmount("memory", text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "many", "-1", "16 Gi", "16GB", "1e", "1e3Gi", "1.5.5", "0x10"})
    void anythingElseIsNone(String text) {
        assertThat(Amounts.isAmount("memory", text)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"8, true", "8.0, true", "1e1, true", "8000m, true", "7500m, false", "0.5, false"})
    void devicesAreWhole(String text, boolean whole) {
        assertThat(Amounts.isAmount("nvidia.com/gpu", text)).isEqualTo(whole);
    }
}
