package dev.offtake.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Chooses who has to go from one node, so that the least work is lost. */
final class NodeVictims {
    private static final int MOST = 62;

    private final PoolState pool;
    private final Evictables evictables;
    private double[] best = new double[16];
    private long[] chosen = new long[16];

    NodeVictims(PoolState pool, Evictables evictables) {
        this.pool = pool;
        this.evictables = evictables;
    }

    /**
     * Who has to go from a node so that so many pods more fit.
     *
     * @param going who goes in any case
     * @return those beside them, or null if evicting everybody would not do
     */
    @Nullable
    List<Evictables.Victim> toFit(int n, Shape shape, int pods, Set<Evictables.Victim> going) {
        String node = pool.node(n).facts().name();
        List<Evictables.Victim> staying = new ArrayList<>();
        List<Evictables.Victim> leaving = new ArrayList<>();
        for (Evictables.Victim victim : evictables.on(node)) {
            (going.contains(victim) || victim.cost() == 0 ? leaving : staying).add(victim);
        }
        List<Evictables.Victim> more = new ArrayList<>();
        for (Evictables.Victim victim : leaving) {
            if (!going.contains(victim)) {
                more.add(victim);
            }
        }
        int gpus = (int) Math.max(0, lacking(n, shape, pods, Resources.DEVICES, leaving, node));
        if (gpus > 0 && !cover(staying, node, gpus, more)) {
            return null;
        }
        more.stream().filter(victim -> !leaving.contains(victim)).forEach(leaving::add);
        while (lacksAny(n, shape, pods, leaving, node)) {
            Evictables.Victim cheapest = null;
            for (Evictables.Victim victim : staying) {
                if (!leaving.contains(victim) && (cheapest == null || victim.cost() < cheapest.cost())) {
                    cheapest = victim;
                }
            }
            if (cheapest == null) {
                return null;
            }
            leaving.add(cheapest);
            more.add(cheapest);
        }
        return more;
    }

    /** The cheapest set that has so many GPUs: a covering knapsack, exact in GPUs. */
    private boolean cover(List<Evictables.Victim> from, String node, int gpus, List<Evictables.Victim> chosenOnes) {
        if (best.length <= gpus) {
            best = new double[gpus + 1];
            chosen = new long[gpus + 1];
        }
        Arrays.fill(best, 0, gpus + 1, Double.POSITIVE_INFINITY);
        best[0] = 0;
        chosen[0] = 0;
        int count = Math.min(MOST, from.size());
        for (int v = 0; v < count; v++) {
            int has = gpus(from.get(v), node);
            double cost = from.get(v).cost();
            for (int g = gpus; g > 0; g--) {
                int rest = Math.max(0, g - has);
                if (has > 0 && best[rest] + cost < best[g]) {
                    best[g] = best[rest] + cost;
                    chosen[g] = chosen[rest] | 1L << v;
                }
            }
        }
        for (int v = 0; v < count && best[gpus] < Double.POSITIVE_INFINITY; v++) {
            if ((chosen[gpus] >> v & 1) != 0) {
                chosenOnes.add(from.get(v));
            }
        }
        return best[gpus] < Double.POSITIVE_INFINITY;
    }

    private static int gpus(Evictables.Victim victim, String node) {
        int sum = 0;
        for (Map.Entry<Shape, Integer> pods : victim.pods(node).entrySet()) {
            sum += pods.getKey().gpus() * pods.getValue();
        }
        return sum;
    }

    private boolean lacksAny(int n, Shape shape, int pods, List<Evictables.Victim> leaving, String node) {
        if (lacking(n, shape, pods, Resources.DEVICES, leaving, node) > 0) {
            return true;
        }
        for (String resource : shape.requests().keySet()) {
            if (lacking(n, shape, pods, pool.resources().find(resource), leaving, node) > 0) {
                return true;
            }
        }
        return false;
    }

    private long lacking(int n, Shape shape, int pods, int resource, List<Evictables.Victim> leaving, String node) {
        if (resource < 0) {
            return 0;
        }
        long lacking = pool.resources().amount(shape, resource) * pods
                - pool.resources().free(n, resource);
        for (int v = 0; lacking > 0 && v < leaving.size(); v++) {
            for (Map.Entry<Shape, Integer> gone : leaving.get(v).pods(node).entrySet()) {
                lacking -= pool.resources().amount(gone.getKey(), resource) * gone.getValue();
            }
        }
        return lacking;
    }
}
