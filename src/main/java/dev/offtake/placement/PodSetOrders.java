package dev.offtake.placement;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/** In which orders the pod sets of a gang are placed, one beside the other. */
final class PodSetOrders {
    /** Of more pod sets not every order is tried: of so many there are 24. */
    private static final int MOST_IN_EVERY_ORDER = 4;

    private final PoolState pool;
    private final GangDemand gang;
    private final Seek seek;
    /** Whether they accept different nodes. */
    private final boolean isNarrowed;
    /** Those that accept the fewest nodes first, once it was asked for: nodes are counted for it. */
    private List<Integer> scarcestFirst = List.of();
    /** All orders that may do for those, once they were asked for. */
    private List<List<Integer>> ofNarrowed = List.of();

    private final List<Integer> asAsked;
    /** Those first whose slices or lone pods are largest: what is small fits beside what is large. */
    private final List<Integer> largestFirst;
    /** The same by their pods, as a slice may spread. */
    private final List<Integer> largestPodsFirst;

    PodSetOrders(PoolState pool, GangDemand gang, Seek seek) {
        this.pool = pool;
        this.gang = gang;
        this.seek = seek;
        List<GangDemand.PodSet> podSets = gang.podSets();
        isNarrowed = podSets.size() > 1
                && podSets.stream()
                        .anyMatch(
                                podSet -> !podSet.filter().equals(podSets.get(0).filter()));
        asAsked = podSets.size() == 1
                ? List.of(0)
                : IntStream.range(0, podSets.size()).boxed().toList();
        largestPodsFirst = order(podSet -> -charge(podSet));
        largestFirst = order(podSet ->
                -charge(podSet) * podSet.slice().map(GangDemand.Slice::pods).orElse(1));
    }

    /** The pod sets in an order; where it leaves them equal those with larger pods first. */
    private List<Integer> order(ToIntFunction<GangDemand.PodSet> by) {
        List<GangDemand.PodSet> podSets = gang.podSets();
        if (podSets.size() == 1) {
            return asAsked;
        }
        return asAsked.stream()
                .sorted(Comparator.<Integer>comparingInt(i -> by.applyAsInt(podSets.get(i)))
                        .thenComparingInt(i -> -charge(podSets.get(i))))
                .toList();
    }

    /** GPUs that a pod takes of a node; nodes that differ in CPU differ little enough for an order. */
    int charge(GangDemand.PodSet podSet) {
        int node = seek.accepted().get(0).nextSetBit(0);
        return node < 0 ? podSet.shape().gpus() : pool.charge(node, podSet.shape());
    }

    /** The largest pod set. */
    int largest() {
        return largestFirst.get(0);
    }

    /**
     * Those that are tried first in each domain.
     *
     * @param compares whether what they find is compared
     */
    List<List<Integer>> toFill(boolean compares) {
        return compares && gang.podSets().size() > 1 ? List.of(largestFirst, smallestFirst()) : List.of(largestFirst);
    }

    private List<Integer> smallestFirst() {
        List<Integer> order = new ArrayList<>(largestFirst);
        Collections.reverse(order);
        return order;
    }

    /**
     * More orders, where pod sets accept different nodes: one that could go elsewhere may take the only place of another.
     * Those first that are likely to do; then all others, unless they are very many.
     */
    List<List<Integer>> ofNarrowed() {
        if (isNarrowed && ofNarrowed.isEmpty()) {
            List<List<Integer>> orders = new ArrayList<>(List.of(scarcestFirst(), smallestFirst()));
            if (asAsked.size() <= MOST_IN_EVERY_ORDER) {
                orders.addAll(every(scarcestFirst()));
            }
            ofNarrowed = orders.stream().distinct().toList();
        }
        return ofNarrowed;
    }

    private static List<List<Integer>> every(List<Integer> of) {
        if (of.isEmpty()) {
            return List.of(List.of());
        }
        List<List<Integer>> orders = new ArrayList<>();
        for (Integer first : of) {
            List<Integer> others = of.stream().filter(i -> !i.equals(first)).toList();
            for (List<Integer> rest : every(others)) {
                List<Integer> order = new ArrayList<>(List.of(first));
                order.addAll(rest);
                orders.add(order);
            }
        }
        return orders;
    }

    /** The order in which the pod sets are sought the cheapest place. */
    List<Integer> toReclaim() {
        return isNarrowed ? scarcestFirst() : asAsked;
    }

    private List<Integer> scarcestFirst() {
        if (scarcestFirst.isEmpty()) {
            int[] accepted =
                    seek.accepted().stream().mapToInt(BitSet::cardinality).toArray();
            scarcestFirst = largestFirst.stream()
                    .sorted(Comparator.comparingInt(i -> accepted[i]))
                    .toList();
        }
        return scarcestFirst;
    }

    /** Those in which the pods are placed one by one. */
    List<List<Integer>> stepwise() {
        List<List<Integer>> orders = new ArrayList<>(List.of(largestFirst, largestPodsFirst));
        orders.addAll(ofNarrowed());
        return orders.stream().distinct().toList();
    }
}
