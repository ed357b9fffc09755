package dev.offtake.bench.gang;

import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Whom policy W may evict for one job, and those prices that places on one node and on whole nodes share. */
final class PolicyWPrices {
    /** What each GPU of a victim costs beside the work that it loses. */
    private static final int EVICTED = 600;

    private final Instance instance;
    private final GangState state;
    private final @Nullable EvictionCost losses;

    /** @param losses null if nobody may be evicted */
    PolicyWPrices(Instance instance, GangState state, @Nullable EvictionCost losses) {
        this.instance = instance;
        this.state = state;
        this.losses = losses;
    }

    boolean mayEvict() {
        return losses != null;
    }

    /** Gangs on a node that may be evicted. */
    List<Integer> evictable(int node) {
        return losses == null
                ? List.of()
                : IntStream.range(0, state.gangsOn(node))
                        .map(i -> state.gangOn(node, i))
                        .filter(state::isLent)
                        .boxed()
                        .toList();
    }

    double eviction(int gang) {
        return losses == null
                ? EvictionCost.PROTECTED
                : instance.jobs().get(gang).gpus() * (losses.secondsPerGpu(gang) + EVICTED);
    }

    /** What is lost of a rack's nodes without in-quota work. */
    double opened(int rack, int nodes) {
        int open = state.openNodes(Instance.RACK, rack);
        return rackValue(open) - rackValue(open - nodes) + (open == Instance.NODES_PER_RACK ? 2 : 0);
    }

    /** Nodes of a rack are worth more together. */
    static double rackValue(int nodes) {
        return nodes * nodes / 8.0;
    }

    List<Instance.Job> jobs(Collection<Integer> gangs) {
        return gangs.stream().map(instance.jobs()::get).toList();
    }
}
