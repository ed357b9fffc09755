package dev.offtake.operator.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.placement.Miscount;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class FaultsTest {
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Faults faults = new Faults(metrics);

    private double count(String invariant) {
        return metrics.getMeters().stream()
                .filter(meter -> invariant.equals(meter.getId().getTag("invariant")))
                .mapToDouble(meter -> ((Counter) meter).count())
                .sum();
    }

    @Test
    void eachInvariantHasItsCounterFromTheStart() {
        assertThat(metrics.getMeters())
                .extracting(meter -> meter.getId().getTag("invariant"))
                .containsExactlyInAnyOrder("Count", "I1", "I2", "I3", "I4", "I5", "Spares", "Check");
    }

    @Test
    void aFaultCounts() {
        faults.found(new Miscount(Miscount.Rule.I1, "a decision gave too much"));

        assertThat(count("I1")).isEqualTo(1);
        assertThat(count("I2")).isZero();
    }

    @Test
    void aCheckThatFailsCounts() {
        faults.found(new Miscount(new IllegalArgumentException("what is this?")));

        assertThat(count("Check")).isEqualTo(1);
        assertThat(count("Count")).isZero();
    }
}
