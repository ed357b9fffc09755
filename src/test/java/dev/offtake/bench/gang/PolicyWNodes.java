package dev.offtake.bench.gang;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where policy W puts a job of whole nodes. Each cell up to the outermost level is tried, with nobody and with each
 * borrower on several nodes as the first victim.
 */
final class PolicyWNodes {
    private static final int NOBODY = -1;

    private final GangState state;
    private final GangTopology topology;
    private final PolicyWPrices prices;
    private final PolicyWPlaces.Ask ask;

    PolicyWNodes(GangState state, PolicyWPrices prices, PolicyWPlaces.Ask ask) {
        this.state = state;
        topology = state.topology();
        this.prices = prices;
        this.ask = ask;
    }

    PlaceRule.@Nullable Place cheapest() {
        int[] firstVictims = firstVictims();
        PolicyWCell.Priced best = null;
        for (int level = Instance.NVLINK; level <= ask.outermost(); level++) {
            for (int cell = 0; cell < topology.cells(level); cell++) {
                if (takeable(level, cell) >= ask.job().nodes()) {
                    best = cheaper(best, inCell(level, cell, firstVictims));
                }
            }
        }
        return best == null ? null : best.place();
    }

    private int[] firstVictims() {
        IntStream borrowers = IntStream.range(0, prices.mayEvict() ? state.gangBound() : 0)
                .filter(g -> state.isRunning(g) && state.isLent(g) && state.nodesOf(g) > 1);
        return IntStream.concat(IntStream.of(NOBODY), borrowers).toArray();
    }

    private PolicyWCell.@Nullable Priced inCell(int level, int cell, int[] firstVictims) {
        PolicyWCell.Priced best = null;
        for (int gang : firstVictims) {
            if (gang == NOBODY || isIn(gang, level, cell)) {
                Map<Integer, Map<Integer, List<Integer>>> racks = racks(level, cell);
                PolicyWVictims victims = new PolicyWVictims(state, prices, racks, gang);
                best = cheaper(best, new PolicyWCell(topology, prices, ask, racks, victims).fill());
            }
        }
        return best;
    }

    private boolean isIn(int gang, int level, int cell) {
        return IntStream.range(0, state.nodesOf(gang))
                .anyMatch(i -> topology.cellOf(level, state.nodeOf(gang, i)) == cell);
    }

    private static PolicyWCell.@Nullable Priced cheaper(
            PolicyWCell.@Nullable Priced best, PolicyWCell.@Nullable Priced next) {
        return next != null && (best == null || next.cost() < best.cost()) ? next : best;
    }

    private int takeable(int level, int cell) {
        return prices.mayEvict() ? state.openNodes(level, cell) : state.wholeNodes(level, cell);
    }

    private boolean isTakeable(int n) {
        return prices.mayEvict() ? state.isOpen(n) : state.isWhole(n);
    }

    /** Nodes that may be taken as wholes, by rack and domain. */
    private Map<Integer, Map<Integer, List<Integer>>> racks(int level, int cell) {
        Map<Integer, Map<Integer, List<Integer>>> racks = new HashMap<>();
        for (int n = 0; n < topology.nodes(); n++) {
            if (topology.cellOf(level, n) == cell && isTakeable(n)) {
                racks.computeIfAbsent(topology.cellOf(Instance.RACK, n), r -> new HashMap<>())
                        .computeIfAbsent(topology.cellOf(Instance.NVLINK, n), d -> new ArrayList<>())
                        .add(n);
            }
        }
        return racks;
    }
}
