package dev.offtake.bench.proof;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A few of the worlds of {@link OptimalityBench}. */
class OptimalityTest {
    private static final int WORLDS = 8;

    @BeforeAll
    static void load() {
        NativeSolver.load();
    }

    @Test
    void aPlaceIsFoundJustWhereThereIsOneAndHardlyEverABetterOne() {
        Comparison comparison = new Comparison();
        for (long seed = 0; seed < WORLDS; seed++) {
            comparison.play(seed);
        }
        assertThat(comparison.wrong).isEmpty();
        assertThat(comparison.missed).isEmpty();
        assertThat(comparison.placed).isBetween(WORLDS * 2, comparison.gangs - WORLDS * 2);
        assertThat(comparison.optimal).isGreaterThan(comparison.placed * 8 / 10);
    }
}
