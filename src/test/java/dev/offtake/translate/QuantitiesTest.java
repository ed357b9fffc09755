package dev.offtake.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantitiesTest {
    @ParameterizedTest
    @CsvSource({
        "cpu, 64, 64000",
        "cpu, 500m, 500",
        "cpu, 0.5, 500",
        "cpu, 100u, 1",
        "memory, 800Gi, 858993459200",
        "memory, 1k, 1000",
        "memory, 1500m, 2",
        "memory, 1e3, 1000",
        "memory, 12E, 9223372036854775807",
        "memory, 1e999999999, 9223372036854775807",
        "nvidia.com/gpu, 8, 8",
        "hugepages-2Mi, 1Gi, 1073741824",
        "pods, 110, 110",
        "memory, -1, 0",
        "memory, abc, 0",
        "memory, '', 0"
    })
    void amountsAreWholeNumbersRoundedUpAsTheSchedulerRounds(String resource, String text, long amount) {
        assertThat(Quantities.amount(resource, quantity(text))).isEqualTo(amount);
    }

    @ParameterizedTest
    @CsvSource({
        "cpu, 64000, 64",
        "cpu, 500, 500m",
        "memory, 858993459200, 800Gi",
        "memory, 1000, 1000",
        "memory, 0, 0",
        "nvidia.com/gpu, 1024, 1024"
    })
    void amountsAreWrittenAsPeopleWriteThem(String resource, long amount, String text) {
        assertThat(Quantities.quantity(resource, amount)).hasToString(text);
    }

    private static Quantity quantity(String text) {
        int end = 0;
        while (end < text.length() && "+-.0123456789".indexOf(text.charAt(end)) >= 0) {
            end++;
        }
        return new Quantity(text.substring(0, end), text.substring(end));
    }
}
