package dev.offtake.bench.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.bench.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Row i: many random trees, in which nobody may be refused what he paid for. */
@Tag("bench")
class ServableBench {
    private static final int TREES = Integer.getInteger("bench.trees", 20_000);

    private final Table table = new Table(
            TREES + " random trees, " + Game.STEPS + " claims and releases each",
            "",
            "claims within the entitlement",
            "refused",
            "trees with a refusal",
            "percent of trees",
            "seconds");

    @Test
    void noPaidClaimIsRefused() {
        List<String> faults = play("ours", (sold, seed) -> new Ours(sold));
        play("random cells", (sold, seed) -> new RandomCells(sold.tree(), seed));
        table.print();
        assertThat(faults).isEmpty();
    }

    private List<String> play(String name, BiFunction<Trees.Sold, Long, Allocator> maker) {
        long start = System.nanoTime();
        long covered = 0;
        long refused = 0;
        int trees = 0;
        List<String> faults = new ArrayList<>();
        for (long seed = 0; seed < TREES; seed++) {
            Game game = new Game(seed, maker).play();
            covered += game.covered;
            refused += game.refused;
            trees += game.refused > 0 ? 1 : 0;
            long tree = seed;
            game.fault.filter(f -> faults.size() < 10).ifPresent(f -> faults.add("tree " + tree + ": " + f));
        }
        table.row(
                name,
                String.valueOf(covered),
                String.valueOf(refused),
                String.valueOf(trees),
                Table.number(100.0 * trees / TREES),
                Table.number((System.nanoTime() - start) / 1e9));
        return faults;
    }
}
