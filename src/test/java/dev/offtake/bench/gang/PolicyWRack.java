package dev.offtake.bench.gang;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What parts of one rack cost a job, as long as the same victims go. */
final class PolicyWRack {
    /** What it costs to leave fewer free nodes together. */
    private static final int SHAPE = 800;
    /** What it costs to leave fewer nodes without in-quota work together. */
    private static final int OPENED = 8 * 1000;

    private static final int PER_RACK = 600;
    private static final int PER_DOMAIN = 100;

    private final PolicyWPrices prices;
    private final PolicyWPlaces.Ask ask;
    private final PolicyWVictims victims;
    private final int rack;
    private final Map<Integer, Double> shares = new HashMap<>();
    private final List<Integer> first;
    private final List<Integer> second;

    /**
     * Nodes of a rack.
     *
     * @param shape their cost without that of victims
     * @param perNode cost of each with its share of victims
     */
    record Part(int rack, List<Integer> nodes, double shape, double perNode) {
        /** Of parts with the same cost the larger one. */
        private boolean isBetterThan(Part other) {
            return perNode < other.perNode || (perNode == other.perNode && nodes.size() > other.nodes.size());
        }
    }

    /** @param domains nodes that may be taken, by domain */
    PolicyWRack(
            PolicyWPrices prices,
            PolicyWPlaces.Ask ask,
            PolicyWVictims victims,
            int rack,
            Map<Integer, List<Integer>> domains) {
        this.prices = prices;
        this.ask = ask;
        this.victims = victims;
        this.rack = rack;
        domains.values().forEach(nodes -> nodes.forEach(n -> shares.put(n, victims.share(n))));
        List<List<Integer>> cheapestFirst = domains.values().stream()
                .map(nodes -> nodes.stream()
                        .sorted(Comparator.comparingDouble(shares::get))
                        .toList())
                .toList();
        first = cheapestFirst.get(0);
        second = cheapestFirst.size() > 1 ? cheapestFirst.get(1) : List.of();
    }

    /** The part that costs least for each node and leaves no more than others have of what is left to take. */
    @Nullable
    Part cheapestPart(int left, int others) {
        Part best = null;
        for (int a = 0; a <= first.size(); a++) {
            for (int b = 0; b <= second.size(); b++) {
                int count = a + b;
                if (count > 0 && count <= left && left - count <= others) {
                    Part part = part(first.subList(0, a), second.subList(0, b));
                    best = best == null || part.isBetterThan(best) ? part : best;
                }
            }
        }
        return best;
    }

    private Part part(List<Integer> ofFirst, List<Integer> ofSecond) {
        List<Integer> nodes = new ArrayList<>(ofFirst);
        nodes.addAll(ofSecond);
        double shape = SHAPE * scattered(ofFirst, ofSecond)
                + perRack()
                + perDomain() * ((ofFirst.isEmpty() ? 0 : 1) + (ofSecond.isEmpty() ? 0 : 1))
                + OPENED * ask.claim() * prices.opened(rack, nodes.size());
        double shared = nodes.stream().mapToDouble(shares::get).sum();
        return new Part(rack, nodes, shape, (shape + shared) / nodes.size());
    }

    /** What free nodes together lose in worth, in the rack and in its domains. */
    private double scattered(List<Integer> ofFirst, List<Integer> ofSecond) {
        int inFirst = victims.free(first);
        int inSecond = victims.free(second);
        int takenOfFirst = victims.free(ofFirst);
        int takenOfSecond = victims.free(ofSecond);
        int free = inFirst + inSecond;
        double ofRack = PolicyWPrices.rackValue(free) - PolicyWPrices.rackValue(free - (takenOfFirst + takenOfSecond));
        double ofDomains = domainValue(inFirst)
                - domainValue(inFirst - takenOfFirst)
                + (domainValue(inSecond) - domainValue(inSecond - takenOfSecond));
        return ofRack + 0.3 * ofDomains;
    }

    private static double domainValue(int nodes) {
        return nodes * nodes / 4.0;
    }

    private double perRack() {
        return PER_RACK * (double) ask.job().gpus() / ceil(ask.job().nodes(), Instance.NODES_PER_RACK);
    }

    private double perDomain() {
        return PER_DOMAIN * (double) ask.job().gpus() / ceil(ask.job().nodes(), Instance.NODES_PER_DOMAIN);
    }

    private static int ceil(int nodes, int size) {
        return (nodes + size - 1) / size;
    }
}
