package dev.offtake.placement.packing;

import java.util.Arrays;
import java.util.List;

/**
 * What the arrivals so far say about the use of what is free: which demands are typical, how much CPU and memory a GPU
 * needs, and what a part of a device is worth.
 */
final class Usability {
    /** Typical are the most frequent classes that together make this share of the arrivals (FGD). */
    private static final double TYPICAL_SHARE = 0.95;

    private static final int MOST_TYPICAL = 128;

    private int typical;
    private int[] cpu = new int[MOST_TYPICAL];
    private int[] devices = new int[MOST_TYPICAL];
    private int[] milli = new int[MOST_TYPICAL];
    private long[] models = new long[MOST_TYPICAL];
    private double[] share = new double[MOST_TYPICAL];
    private double[] partValue = new double[Demand.WHOLE + 1];
    private double cpuPerGpu;
    private double memoryPerGpu;

    void learn(Workload workload) {
        double gpus = 0;
        double cpuOfGpuWork = 0;
        double memoryOfGpuWork = 0;
        double all = 0;
        double[] weight = new double[workload.classes()];
        double[] fractions = new double[Demand.WHOLE + 1];
        for (int c = 0; c < weight.length; c++) {
            Demand demand = workload.demand(c);
            weight[c] = workload.count(c);
            all += weight[c];
            if (demand.devices() > 0) {
                gpus += weight[c] * demand.totalMilli() / Demand.WHOLE;
                cpuOfGpuWork += weight[c] * demand.cpuMilli();
                memoryOfGpuWork += weight[c] * demand.memoryMib();
            }
            if (demand.isFraction()) {
                fractions[demand.milli()] += weight[c];
            }
        }
        cpuPerGpu = gpus > 0 ? cpuOfGpuWork / gpus : 0;
        memoryPerGpu = gpus > 0 ? memoryOfGpuWork / gpus : 0;
        partValue = CuttingStock.values(fractions);
        chooseTypical(workload, weight, all);
    }

    private void chooseTypical(Workload workload, double[] weight, double all) {
        List<Integer> order = workload.heaviest(weight);
        typical = 0;
        double sum = 0;
        for (int i = 0; i < order.size() && typical < MOST_TYPICAL && sum < TYPICAL_SHARE * all; i++) {
            int c = order.get(i);
            Demand demand = workload.demand(c);
            cpu[typical] = demand.cpuMilli();
            devices[typical] = demand.devices();
            milli[typical] = demand.milli();
            models[typical] = demand.models();
            share[typical++] = weight[c];
            sum += weight[c];
        }
        for (int k = 0; k < typical; k++) {
            share[k] /= sum;
        }
        Arrays.fill(share, typical, MOST_TYPICAL, 0);
    }

    /** Free GPUs that a typical arrival cannot use, expected over arrivals: the measure of FGD. */
    double fragmented(int cpuFree, int model, int[] free, int from, int count, int idle) {
        if (idle == 0) {
            return 0;
        }
        double sum = 0;
        for (int k = 0; k < typical; k++) {
            sum += share[k] * unusable(k, cpuFree, model, free, from, count, idle);
        }
        return sum / Demand.WHOLE;
    }

    private int unusable(int k, int cpuFree, int model, int[] free, int from, int count, int idle) {
        if (devices[k] == 0 || cpu[k] > cpuFree || (models[k] >> model & 1) == 0) {
            return idle;
        }
        int fitting = 0;
        int tooSmall = 0;
        for (int d = from; d < from + count; d++) {
            if (free[d] >= milli[k]) {
                fitting++;
            } else {
                tooSmall += free[d];
            }
        }
        return fitting >= devices[k] ? tooSmall : idle;
    }

    /** Free GPUs beyond those that the free CPU and memory will serve at what a GPU needs on average. */
    double stranded(int cpuFree, int memoryFree, int idle) {
        double gpus = (double) idle / Demand.WHOLE;
        double served = gpus;
        if (cpuPerGpu > 0) {
            served = Math.min(served, cpuFree / cpuPerGpu);
        }
        if (memoryPerGpu > 0) {
            served = Math.min(served, memoryFree / memoryPerGpu);
        }
        return gpus - served;
    }

    /** What a free part is short of its size if it is cut into what was asked for; at most its size. */
    double lost(int milliFree) {
        return Math.max(0, (double) milliFree / Demand.WHOLE - partValue[milliFree]);
    }
}
