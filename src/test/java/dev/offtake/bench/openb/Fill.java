package dev.offtake.bench.openb;

import dev.offtake.placement.packing.Demand;
import dev.offtake.placement.packing.Inventory;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;

/**
 * Every pod arrives once and stays, or fails for good.
 *
 * @param at100 GPUs allocated when as many were asked for as there are, in percent: mean over the arrivals at which the
 *     percentage of what was asked for rounds to 100
 * @param at130 the same at 130
 * @param perSecond decisions per second of CPU time
 */
record Fill(double at100, double at130, double perSecond) {
    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

    static Fill run(Inventory inventory, Policy policy, List<Demand> arrivals) {
        double capacity = capacity(inventory);
        double asked = 0;
        double given = 0;
        double[] sum = new double[2];
        int[] count = new int[2];
        long start = CPU.getCurrentThreadCpuTime();
        for (Demand demand : arrivals) {
            asked += demand.totalMilli();
            int node = policy.choose(demand);
            if (node != Policy.NOWHERE) {
                policy.take(node, demand, policy.devices());
                given += demand.totalMilli();
            }
            long percent = Math.round(asked * 100 / capacity);
            if (percent == 100 || percent == 130) {
                int i = percent == 100 ? 0 : 1;
                sum[i] += given * 100 / capacity;
                count[i]++;
            }
        }
        double seconds = (CPU.getCurrentThreadCpuTime() - start) / 1e9;
        return new Fill(sum[0] / count[0], sum[1] / count[1], arrivals.size() / seconds);
    }

    static double capacity(Inventory inventory) {
        double capacity = 0;
        for (int model = 0; model < Inventory.MOST_MODELS; model++) {
            capacity += inventory.totalMilli(model);
        }
        return capacity;
    }
}
