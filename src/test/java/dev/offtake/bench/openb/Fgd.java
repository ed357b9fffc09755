package dev.offtake.bench.openb;

import dev.offtake.placement.packing.Demand;
import dev.offtake.placement.packing.Inventory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Fragmentation gradient descent (Weng et al., USENIX ATC 2023) as its authors' simulator has it: told the typical pods
 * of the trace beforehand, scores rounded down to 0..100.
 */
final class Fgd extends Baseline {
    private static final double TYPICAL_SHARE = 0.95;

    private final List<Typical> typical = new ArrayList<>();
    private final double[] fragmented;
    private final int[] left = new int[Inventory.MOST_DEVICES];

    private record Typical(Demand demand, double share) {}

    Fgd(Inventory inventory, List<Demand> trace) {
        super(inventory);
        Map<Demand, Integer> count = new HashMap<>();
        for (Demand demand : trace) {
            Demand withoutMemory = new Demand(demand.cpuMilli(), 0, demand.devices(), demand.milli(), demand.models());
            count.merge(withoutMemory, 1, Integer::sum);
        }
        List<Map.Entry<Demand, Integer>> order = new ArrayList<>(count.entrySet());
        Comparator<Map.Entry<Demand, Integer>> rising = Comparator.comparingInt(Map.Entry::getValue);
        order.sort(rising.thenComparingInt(e -> e.getKey().cpuMilli())
                .thenComparingInt(e -> e.getKey().milli())
                .thenComparingInt(e -> e.getKey().devices())
                .reversed());
        int covered = 0;
        int classes = 0;
        while (covered < TYPICAL_SHARE * trace.size()) {
            covered += order.get(classes++).getValue();
        }
        for (Map.Entry<Demand, Integer> entry : order.subList(0, classes)) {
            typical.add(new Typical(entry.getKey(), (double) entry.getValue() / covered));
        }
        fragmented = new double[inventory.nodes()];
        for (int node = 0; node < fragmented.length; node++) {
            update(node);
        }
    }

    private void update(int node) {
        load(node);
        fragmented[node] = fragmented(inventory.freeCpu(node), node);
    }

    private void load(int node) {
        for (int d = 0; d < inventory.devices(node); d++) {
            left[d] = inventory.free(node, d);
        }
    }

    /** Idle thousandths that a typical pod cannot use. */
    private double fragmented(int cpu, int node) {
        int devices = inventory.devices(node);
        int idle = 0;
        for (int d = 0; d < devices; d++) {
            idle += left[d];
        }
        double sum = 0;
        for (Typical pod : typical) {
            Demand demand = pod.demand();
            int fitting = 0;
            int tooSmall = 0;
            for (int d = 0; d < devices; d++) {
                if (left[d] >= demand.milli()) {
                    fitting++;
                } else {
                    tooSmall += left[d];
                }
            }
            boolean usable = demand.devices() > 0
                    && demand.cpuMilli() <= cpu
                    && (demand.models() >> inventory.model(node) & 1) != 0
                    && fitting >= demand.devices();
            sum += pod.share() * (usable ? tooSmall : idle);
        }
        return sum;
    }

    @Override
    int score(int node, Demand demand) {
        load(node);
        int cpu = inventory.freeCpu(node) - demand.cpuMilli();
        if (!isFraction(demand)) {
            bestDevices = enough(node, demand, demand.devices());
            for (long rest = bestDevices; rest != 0; rest &= rest - 1) {
                left[Long.numberOfTrailingZeros(rest)] -= demand.milli();
            }
            return points(fragmented[node] - fragmented(cpu, node));
        }
        int best = -1;
        for (int d = 0; d < inventory.devices(node); d++) {
            if (left[d] >= demand.milli()) {
                left[d] -= demand.milli();
                int points = points(fragmented[node] - fragmented(cpu, node));
                left[d] += demand.milli();
                if (points > best) {
                    best = points;
                    bestDevices = 1L << d;
                }
            }
        }
        return best;
    }

    private static int points(double gain) {
        return (int) (100 / (1 + Math.exp(-gain / Demand.WHOLE)));
    }

    @Override
    public void take(int node, Demand demand, long chosen) {
        super.take(node, demand, chosen);
        update(node);
    }

    @Override
    public void giveBack(int node, Demand demand, long chosen) {
        super.giveBack(node, demand, chosen);
        update(node);
    }
}
