package dev.offtake.bench.openb;

import dev.offtake.placement.packing.Demand;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A workload drawn from the pods of a trace in other proportions. The shares are of pods and need not add up to 1.
 *
 * @param confined share of the GPU pods that keep to their models or, if they have none, to the models of a random pod
 *     that has
 */
record Mix(String name, double cpuOnly, double fractions, double single, double several, double confined) {
    static final List<Mix> ALL = List.of(
            new Mix("as in the trace", 0.13, 0.38, 0.48, 0.01, 0),
            new Mix("no CPU-only pods", 0, 0.45, 0.54, 0.01, 0),
            new Mix("a fifth CPU-only pods", 0.20, 0.35, 0.44, 0.01, 0),
            new Mix("a quarter CPU-only pods", 0.25, 0.33, 0.41, 0.01, 0),
            new Mix("fractions only", 0.13, 0.87, 0, 0, 0),
            new Mix("mostly fractions", 0.13, 0.60, 0.26, 0.01, 0),
            new Mix("whole GPUs only", 0.13, 0, 0.84, 0.03, 0),
            new Mix("half of the GPUs in large pods", 0.13, 0.30, 0.48, 0.09, 0),
            new Mix("a third bound to models", 0.13, 0.38, 0.48, 0.01, 0.33),
            new Mix("fractions, bound, large", 0.10, 0.55, 0.30, 0.05, 0.2));

    /** So much CPU is asked for that it is gone when a fifth of the GPUs are still free: more than in any published trace. */
    static final Mix BEYOND = new Mix("a third CPU-only pods", 0.33, 0.30, 0.36, 0.01, 0);

    /** Pods at random until 130 % of the capacity is asked for. */
    List<Demand> arrivals(List<Demand> pods, double capacityMilli, long seed) {
        List<List<Demand>> kinds = List.of(
                pods.stream().filter(pod -> pod.devices() == 0).toList(),
                pods.stream()
                        .filter(pod -> pod.devices() == 1 && pod.milli() < Demand.WHOLE)
                        .toList(),
                pods.stream()
                        .filter(pod -> pod.devices() == 1 && pod.milli() == Demand.WHOLE)
                        .toList(),
                pods.stream().filter(pod -> pod.devices() > 1).toList());
        List<Demand> bound =
                pods.stream().filter(pod -> pod.models() != Demand.ANY_MODEL).toList();
        Random random = new Random(seed);
        List<Demand> arrivals = new ArrayList<>();
        double asked = 0;
        while (asked < 1.305 * capacityMilli) {
            List<Demand> kind = kinds.get(kind(random.nextDouble() * (cpuOnly + fractions + single + several)));
            Demand pod = kind.get(random.nextInt(kind.size()));
            boolean keeps = pod.devices() > 0 && random.nextDouble() < confined;
            Demand model = bound.get(random.nextInt(bound.size()));
            long own = pod.models() == Demand.ANY_MODEL ? model.models() : pod.models();
            Demand arrival = pod.on(keeps ? own : Demand.ANY_MODEL);
            arrivals.add(arrival);
            asked += arrival.totalMilli();
        }
        return arrivals;
    }

    private int kind(double at) {
        if (at < cpuOnly) {
            return 0;
        }
        if (at < cpuOnly + fractions) {
            return 1;
        }
        return at < cpuOnly + fractions + single ? 2 : 3;
    }
}
