package dev.offtake.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.contract.Commitment;
import dev.offtake.contract.Lending;
import dev.offtake.contract.ReclaimTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReclaimTimeTextTest {
    private static String text(boolean agreedByLender) {
        Lending lending = new Lending(true, Duration.ofMinutes(2), Duration.ofMinutes(10));
        Commitment lender = new Commitment("cluster", "gb300-nvl72", "rack", List.of(), 0, lending);
        return ReclaimTimeText.of(new ReclaimTime(lender, Duration.ofMinutes(5), agreedByLender));
    }

    @Test
    void itNamesFieldValuesClassAndWhatToAgreeOn() {
        assertThat(text(true))
                .isEqualTo("spec.commitments[cluster].lending: minRuntime 10m and notice 2m are 12m until lent GPUs of"
                        + " class gb300-nvl72 are back, and the smallest timeToPlace of the class is 5m, that of this"
                        + " contract; in a new contract agree on at most 5m for both together, on policy Never, or on a"
                        + " timeToPlace of at least 12m");
    }

    @Test
    void anotherTenantsContractIsNotNamed() {
        assertThat(text(false)).contains("that of another contract").endsWith("timeToPlace of at least 12m there");
    }
}
