package dev.offtake.bench.gang;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Gangs that are taken for gone while nodes are chosen, one rack after the other: what they leave costs no more. */
final class PolicyWVictims {
    private final GangState state;
    private final PolicyWPrices prices;
    private final Map<Integer, Integer> nodesOfGangs = new HashMap<>();
    private final Set<Integer> going = new HashSet<>();

    /** @param racks nodes that may be chosen, by rack and domain */
    PolicyWVictims(
            GangState state, PolicyWPrices prices, Map<Integer, Map<Integer, List<Integer>>> racks, int firstVictim) {
        this.state = state;
        this.prices = prices;
        racks.values().stream()
                .flatMap(domains -> domains.values().stream())
                .flatMap(List::stream)
                .flatMap(n -> prices.evictable(n).stream())
                .forEach(g -> nodesOfGangs.merge(g, 1, Integer::sum));
        going.add(firstVictim);
    }

    /** Who may be evicted from these nodes goes. */
    void leave(List<Integer> nodes) {
        nodes.forEach(n -> going.addAll(prices.evictable(n)));
    }

    /** What a node costs of those on it who do not go yet: of a gang its part of all nodes that it would leave. */
    double share(int n) {
        return prices.evictable(n).stream()
                .filter(g -> !going.contains(g))
                .mapToDouble(g -> prices.eviction(g) / nodesOfGangs.getOrDefault(g, 1))
                .sum();
    }

    /** How many of these nodes are free, or will be. */
    int free(List<Integer> nodes) {
        int count = 0;
        for (int n : nodes) {
            int free = state.free(n);
            for (int gang : prices.evictable(n)) {
                free += going.contains(gang) ? state.gpusPerNode(gang) : 0;
            }
            count += free == Instance.GPUS_PER_NODE ? 1 : 0;
        }
        return count;
    }
}
