package dev.offtake.bench.openb;

import dev.offtake.placement.packing.Demand;
import dev.offtake.placement.packing.Inventory;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Pods arrive at random (Poisson), stay for a random time (exponential, mean 1) and leave; one that fails is lost.
 *
 * @param inUse GPUs in use after the warm-up, on average over time, in percent
 * @param refused8 pods with 8 GPUs that were refused, in percent of those that arrived after the warm-up
 */
record Departures(double inUse, double refused8) {
    private record Running(double end, Demand demand, int node, long devices) {}

    /**
     * @param load GPUs asked for at any time if none failed, as a share of capacity
     * @param warmUp in mean lifetimes, as is {@code measured}
     */
    static Departures run(
            Inventory inventory,
            Policy policy,
            List<Demand> pods,
            double load,
            double warmUp,
            double measured,
            long seed) {
        Random random = new Random(seed);
        double capacity = Fill.capacity(inventory);
        double perPod = pods.stream().mapToInt(Demand::totalMilli).average().orElseThrow();
        double rate = load * capacity / perPod;
        PriorityQueue<Running> running = new PriorityQueue<>(Comparator.comparingDouble(Running::end));
        double end = warmUp + measured;
        double now = 0;
        double used = 0;
        double integral = 0;
        int arrived8 = 0;
        int refused8 = 0;
        while (now < end) {
            double next = Math.min(end, now + exponential(random) / rate);
            Demand demand = pods.get(random.nextInt(pods.size()));
            double lifetime = exponential(random);
            while (!running.isEmpty() && running.element().end() <= next) {
                Running leaving = running.remove();
                integral += used * Math.max(0, leaving.end() - Math.max(now, warmUp));
                now = leaving.end();
                policy.giveBack(leaving.node(), leaving.demand(), leaving.devices());
                used -= leaving.demand().totalMilli();
            }
            integral += used * Math.max(0, next - Math.max(now, warmUp));
            now = next;
            if (now < end) {
                int node = policy.choose(demand);
                if (node != Policy.NOWHERE) {
                    long devices = policy.devices();
                    policy.take(node, demand, devices);
                    used += demand.totalMilli();
                    running.add(new Running(now + lifetime, demand, node, devices));
                }
                if (now >= warmUp && demand.devices() == 8) {
                    arrived8++;
                    refused8 += node == Policy.NOWHERE ? 1 : 0;
                }
            }
        }
        return new Departures(integral / measured * 100 / capacity, 100.0 * refused8 / Math.max(1, arrived8));
    }

    private static double exponential(Random random) {
        return -Math.log(1 - random.nextDouble());
    }
}
