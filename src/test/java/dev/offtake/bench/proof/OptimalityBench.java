package dev.offtake.bench.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.bench.Table;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Row h: the answers of the allocator beside exact ones of CP-SAT, on small instances. */
@Tag("bench")
class OptimalityBench {
    private static final int WORLDS = Integer.getInteger("bench.worlds", 400);

    private final Comparison comparison = new Comparison();

    @BeforeAll
    static void load() {
        NativeSolver.load();
    }

    @Test
    void findsAPlaceJustWhereThereIsOne() {
        for (long seed = 0; seed < WORLDS; seed++) {
            comparison.play(seed);
        }
        Table table = new Table(
                WORLDS + " small worlds, " + comparison.gangs + " gangs, " + comparison.placed + " placed, "
                        + comparison.optimal + " of them at the optimum; " + comparison.missed.size()
                        + " missed, " + comparison.wrong.size() + " wrong",
                "mean of the places",
                "ours",
                "CP-SAT",
                "more, percent");
        row(table, "outside the preferred level", Cost::offPreferred);
        row(table, "units bound anew", Cost::bound);
        row(table, "blocks spanned", Cost::blocks);
        row(table, "racks spanned", Cost::racks);
        row(table, "nodes spanned", Cost::nodes);
        row(table, "whole cells broken", Cost::broken);
        table.print();
        assertThat(comparison.wrong).isEmpty();
        assertThat(comparison.missed).isEmpty();
    }

    private void row(Table table, String name, ToLongFunction<Cost> of) {
        double ours = of.applyAsLong(comparison.ours);
        double best = of.applyAsLong(comparison.best);
        double placed = comparison.placed;
        table.row(
                name,
                Table.number(ours / placed),
                Table.number(best / placed),
                best == 0 ? "-" : Table.number(100 * (ours - best) / best));
    }
}
