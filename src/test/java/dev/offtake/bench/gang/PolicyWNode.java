package dev.offtake.bench.gang;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where policy W puts a job of at most one node. */
final class PolicyWNode {
    private final GangState state;
    private final GangTopology topology;
    private final PolicyWPrices prices;
    private final PolicyWPlaces.Ask ask;

    /**
     * Whom a node loses for the job.
     *
     * @param left GPUs that are free once the job is there
     */
    private record Eviction(List<Integer> victims, int left, double cost) {}

    PolicyWNode(GangState state, PolicyWPrices prices, PolicyWPlaces.Ask ask) {
        this.state = state;
        topology = state.topology();
        this.prices = prices;
        this.ask = ask;
    }

    PlaceRule.@Nullable Place cheapest() {
        PlaceRule.Place best = null;
        double least = Double.POSITIVE_INFINITY;
        for (int n = 0; n < topology.nodes(); n++) {
            Eviction eviction = cheapestEviction(n);
            if (eviction != null) {
                // Where anybody has to go, that decides.
                double price = eviction.cost() * 1000 + tightness(n, eviction.left());
                if (price < least) {
                    least = price;
                    best = new PlaceRule.Place(new int[] {n}, prices.jobs(eviction.victims()));
                }
            }
        }
        return best;
    }

    private @Nullable Eviction cheapestEviction(int n) {
        List<Integer> evictable = prices.evictable(n);
        Eviction best = null;
        for (int subset = 0; subset < 1 << evictable.size(); subset++) {
            Eviction eviction = eviction(n, evictable, subset);
            if (eviction.left() >= 0 && (best == null || eviction.cost() < best.cost())) {
                best = eviction;
            }
        }
        return best;
    }

    /** @param subset a bit for each of those who may be evicted */
    private Eviction eviction(int n, List<Integer> evictable, int subset) {
        List<Integer> victims = new ArrayList<>();
        int left = state.free(n) - ask.job().gpus();
        double cost = 0;
        for (int i = 0; i < evictable.size(); i++) {
            if ((subset >> i & 1) != 0) {
                int gang = evictable.get(i);
                victims.add(gang);
                left += state.gpusPerNode(gang);
                cost += prices.eviction(gang);
            }
        }
        return new Eviction(victims, left, cost);
    }

    private double tightness(int n, int left) {
        int rack = topology.cellOf(Instance.RACK, n);
        double price = left
                + (state.isWhole(n) ? 2 : 0)
                + 0.01 * state.wholeNodes(Instance.NVLINK, topology.cellOf(Instance.NVLINK, n))
                + 0.0001 * state.wholeNodes(Instance.RACK, rack)
                + 0.02 * state.wholeNodes(Instance.BLOCK, topology.cellOf(Instance.BLOCK, n));
        return state.isOpen(n) ? price + ask.claim() * prices.opened(rack, 1) : price;
    }
}
