package dev.offtake.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Chooses who has to go from one node, so that the least work is lost. */
final class NodeVictims {
    private static final int MOST = 62;

    private final PoolState pool;
    private final Evictables evictables;
    private final Map<Integer, List<Evictables.Victim>> gangs = new HashMap<>();
    /** Who is on a node, which is told anew each time that it is asked. */
    private final Map<Integer, List<? extends Evictables.Victim>> there = new HashMap<>();

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
        NodeLeavers leavers = leavers(n, going);
        int gpus = (int) Math.max(0, lacking(n, shape, pods, Resources.DEVICES, leavers));
        if (gpus > 0 && !cover(leavers, gpus)) {
            return null;
        }
        return addWhile(() -> lacksAny(n, shape, pods, leavers), leavers) ? leavers.more() : null;
    }

    /**
     * Who has to go from a node so that nothing that can be evicted is left on it.
     *
     * @param going who goes in any case
     * @return those beside them, or null if not everybody may go
     */
    @Nullable
    List<Evictables.Victim> toEmpty(int n, Set<Evictables.Victim> going) {
        NodeLeavers leavers = leavers(n, going);
        return addWhile(() -> staysLent(n, leavers.node(), leavers.leaving()), leavers) ? leavers.more() : null;
    }

    /** Whether work that can be evicted stays on a node if these go. */
    boolean staysLent(int n, Set<Evictables.Victim> going) {
        if (!areAnyGoing(n, going)) {
            return pool.lent(n) > 0;
        }
        NodeLeavers leavers = leavers(n, going);
        List<Evictables.Victim> leaving = new ArrayList<>(leavers.leaving());
        leaving.removeAll(leavers.more());
        return staysLent(n, leavers.node(), leaving);
    }

    private boolean staysLent(int n, String node, List<Evictables.Victim> leaving) {
        int lent = pool.lent(n);
        for (Evictables.Victim victim : leaving) {
            for (Map.Entry<Shape, Integer> pods : victim.pods(node).entrySet()) {
                lent -= pool.charge(n, pods.getKey()) * pods.getValue();
            }
        }
        return lent > 0;
    }

    /** Those who may go as wholes and are on other nodes, too, of each node that was looked at. */
    Map<Integer, List<Evictables.Victim>> gangs() {
        return gangs;
    }

    private NodeLeavers leavers(int n, Set<Evictables.Victim> going) {
        for (Evictables.Victim victim : on(n)) {
            if (victim.nodes().size() > 1 && victim.spare().isEmpty()) {
                List<Evictables.Victim> known = gangs.computeIfAbsent(n, of -> new ArrayList<>());
                if (!known.contains(victim)) {
                    known.add(victim);
                }
            }
        }
        return new NodeLeavers(pool.node(n).facts().name(), on(n), going);
    }

    private List<? extends Evictables.Victim> on(int n) {
        return there.computeIfAbsent(
                n, of -> evictables.on(pool.node(of).facts().name()));
    }

    /** Adds the cheapest of those who could go, again and again, while something is lacking; answers whether it no longer is. */
    private static boolean addWhile(BooleanSupplier lacks, NodeLeavers leavers) {
        boolean isAnyInVain = false;
        while (lacks.getAsBoolean()) {
            Evictables.Victim cheapest = null;
            for (Evictables.Victim victim : leavers.staying()) {
                if (leavers.mayAdd(victim) && (cheapest == null || victim.cost() < cheapest.cost())) {
                    cheapest = victim;
                }
            }
            if (cheapest == null) {
                return false;
            }
            leavers.add(cheapest);
            isAnyInVain = true;
        }
        if (isAnyInVain) {
            // Who came first may have freed little of what the last one frees anyway.
            leavers.keepUnless(lacks);
        }
        return true;
    }

    /**
     * Of how many pods more on a node each costs least, as far as GPUs tell; of the same cost the most.
     *
     * @param there pods that are to be placed on it already
     * @param most that fit beside them, in whole steps
     */
    int cheapestCount(int n, Shape shape, int there, int most, int step, Set<Evictables.Victim> going) {
        if (most <= step) {
            return most;
        }
        NodeLeavers leavers = leavers(n, going);
        int gpus = (int) Math.max(0, lacking(n, shape, there + most, Resources.DEVICES, leavers));
        if (gpus == 0) {
            return most;
        }
        fill(leavers, gpus);
        int cheapest = step;
        double least = Double.POSITIVE_INFINITY;
        for (int pods = step; pods <= most; pods += step) {
            double cost = best[Math.max(0, gpus - (most - pods) * shape.gpus())];
            if (cost < Double.POSITIVE_INFINITY && cost <= least * pods) {
                cheapest = pods;
                least = cost / pods;
            }
        }
        return cheapest;
    }

    /** Whether somebody on the node goes in any case, or may have parts elsewhere that go. */
    boolean areAnyGoing(int n, Set<Evictables.Victim> going) {
        if (going.isEmpty()) {
            return false;
        }
        for (Evictables.Victim victim : on(n)) {
            if (victim.spare().isPresent() || going.contains(victim)) {
                return true;
            }
        }
        return false;
    }

    /** Adds the cheapest set that has so many GPUs. */
    private boolean cover(NodeLeavers leavers, int gpus) {
        List<Evictables.Victim> from = leavers.staying();
        int count = fill(leavers, gpus);
        if (best[gpus] == Double.POSITIVE_INFINITY) {
            return false;
        }
        for (int v = 0; v < count; v++) {
            if ((chosen[gpus] >> v & 1) != 0) {
                leavers.add(from.get(v));
            }
        }
        return true;
    }

    /**
     * Finds what each number of GPUs up to this one costs at least, and who goes for it: a covering knapsack, exact in
     * GPUs. A gang goes in parts, or as a whole. Answers how many were looked at.
     */
    private int fill(NodeLeavers leavers, int gpus) {
        if (best.length <= gpus) {
            best = new double[gpus + 1];
            chosen = new long[gpus + 1];
        }
        Arrays.fill(best, 0, gpus + 1, Double.POSITIVE_INFINITY);
        best[0] = 0;
        chosen[0] = 0;
        List<Evictables.Victim> from = leavers.staying();
        int count = Math.min(MOST, from.size());
        double[] bestBefore = best;
        long[] chosenBefore = chosen;
        for (int v = 0; v < count; v++) {
            boolean begins = v == 0 || from.get(v).gang() != from.get(v - 1).gang();
            boolean hasMore =
                    v + 1 < count && from.get(v + 1).gang() == from.get(v).gang();
            if (begins) {
                // A whole gang is no addition to its parts, but instead of them.
                bestBefore = hasMore ? Arrays.copyOf(best, gpus + 1) : best;
                chosenBefore = hasMore ? Arrays.copyOf(chosen, gpus + 1) : chosen;
            }
            boolean isPart = from.get(v).spare().isPresent();
            add(v, from.get(v), leavers, gpus, isPart ? best : bestBefore, isPart ? chosen : chosenBefore);
        }
        return count;
    }

    private void add(
            int v, Evictables.Victim victim, NodeLeavers leavers, int gpus, double[] bestBefore, long[] chosenBefore) {
        int has = leavers.gpus(victim);
        for (int g = gpus; g > 0; g--) {
            int rest = Math.max(0, g - has);
            if (has > 0 && bestBefore[rest] + victim.cost() < best[g]) {
                best[g] = bestBefore[rest] + victim.cost();
                chosen[g] = chosenBefore[rest] | 1L << v;
            }
        }
    }

    private boolean lacksAny(int n, Shape shape, int pods, NodeLeavers leavers) {
        if (lacking(n, shape, pods, Resources.DEVICES, leavers) > 0) {
            return true;
        }
        for (String resource : shape.requests().keySet()) {
            if (lacking(n, shape, pods, pool.resources().find(resource), leavers) > 0) {
                return true;
            }
        }
        return false;
    }

    private long lacking(int n, Shape shape, int pods, int resource, NodeLeavers leavers) {
        if (resource < 0) {
            return 0;
        }
        long lacking = pool.resources().amount(shape, resource) * pods
                - pool.resources().free(n, resource);
        List<Evictables.Victim> leaving = leavers.leaving();
        for (int v = 0; lacking > 0 && v < leaving.size(); v++) {
            for (Map.Entry<Shape, Integer> gone :
                    leaving.get(v).pods(leavers.node()).entrySet()) {
                lacking -= pool.resources().amount(gone.getKey(), resource) * gone.getValue();
            }
        }
        return lacking;
    }
}
