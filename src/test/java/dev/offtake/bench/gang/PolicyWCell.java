package dev.offtake.bench.gang;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A place in one cell: one rack after the other, each time that part of one which costs least for each node. */
final class PolicyWCell {
    private static final int LEAVES_PREFERRED = 600;

    private final GangTopology topology;
    private final PolicyWPrices prices;
    private final PolicyWPlaces.Ask ask;
    /** Nodes of racks that are not used yet, by rack and domain. */
    private final Map<Integer, Map<Integer, List<Integer>>> racks;

    private final PolicyWVictims victims;
    private final List<Integer> chosen = new ArrayList<>();
    private int racksLeft;

    record Priced(PlaceRule.Place place, double cost) {}

    PolicyWCell(
            GangTopology topology,
            PolicyWPrices prices,
            PolicyWPlaces.Ask ask,
            Map<Integer, Map<Integer, List<Integer>>> racks,
            PolicyWVictims victims) {
        this.topology = topology;
        this.prices = prices;
        this.ask = ask;
        this.racks = racks;
        this.victims = victims;
        racksLeft = ask.racks();
    }

    /** Takes nodes for the job; once only. */
    @Nullable
    Priced fill() {
        double shape = 0;
        while (chosen.size() < ask.job().nodes()) {
            PolicyWRack.Part part = cheapestPart();
            if (part == null) {
                return null;
            }
            racks.remove(part.rack());
            racksLeft--;
            chosen.addAll(part.nodes());
            victims.leave(part.nodes());
            shape += part.shape();
        }
        return priced(shape);
    }

    private PolicyWRack.@Nullable Part cheapestPart() {
        PolicyWRack.Part best = null;
        int left = ask.job().nodes() - chosen.size();
        for (Map.Entry<Integer, Map<Integer, List<Integer>>> entry : racks.entrySet()) {
            int rack = entry.getKey();
            PolicyWRack.Part part =
                    new PolicyWRack(prices, ask, victims, rack, entry.getValue()).cheapestPart(left, others(rack));
            best = part != null && (best == null || part.perNode() < best.perNode()) ? part : best;
        }
        return best;
    }

    /** Nodes that racks but this can give at the most, as many as the job may still span. */
    private int others(int but) {
        return ask.racks() == Integer.MAX_VALUE
                ? topology.nodes()
                : racks.entrySet().stream()
                        .filter(rack -> rack.getKey() != but)
                        .map(rack -> rack.getValue().values().stream()
                                .mapToInt(List::size)
                                .sum())
                        .sorted(Comparator.reverseOrder())
                        .limit(racksLeft - 1)
                        .mapToInt(n -> n)
                        .sum();
    }

    private Priced priced(double shape) {
        Set<Integer> evicted = new LinkedHashSet<>();
        chosen.forEach(n -> evicted.addAll(prices.evictable(n)));
        double cost = shape + evicted.stream().mapToDouble(prices::eviction).sum();
        long preferred = chosen.stream()
                .map(n -> topology.cellOf(ask.job().preferred(), n))
                .distinct()
                .count();
        cost += preferred > 1 ? LEAVES_PREFERRED * ask.job().gpus() : 0;
        int[] nodes = chosen.stream().mapToInt(n -> n).sorted().toArray();
        return new Priced(new PlaceRule.Place(nodes, prices.jobs(evicted)), cost);
    }
}
