package dev.offtake.bench.proof;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** "Every claim within an entitlement is servable", by a count that knows nothing of the allocator. */
class ServableTest {
    private static final int TREES = 200;

    @Test
    void noClaimWithinItsEntitlementIsRefusedAndNobodyLosesWhatHeHad() {
        int covered = 0;
        for (long seed = 0; seed < TREES; seed++) {
            Game game = new Game(seed, (sold, s) -> new Ours(sold)).play();
            assertThat(game.fault).as("tree %s", seed).isEmpty();
            covered += game.covered;
        }
        assertThat(covered).isGreaterThan(TREES * Game.STEPS / 10);
    }

    /** Or the games would prove nothing. */
    @Test
    void whoeverTakesAnyCellThatFitsBreaksPromises() {
        int broken = 0;
        for (long seed = 0; seed < TREES; seed++) {
            Game game = new Game(seed, (sold, s) -> new RandomCells(sold.tree(), s)).play();
            broken += game.refused > 0 ? 1 : 0;
        }
        assertThat(broken).isGreaterThan(TREES / 5);
    }
}
