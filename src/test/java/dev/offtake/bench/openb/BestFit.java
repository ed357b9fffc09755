package dev.offtake.bench.openb;

import dev.offtake.placement.packing.Demand;
import dev.offtake.placement.packing.Inventory;

/** Least CPU and GPU left, each normalised by the largest node; a fraction goes to the fullest device that fits. */
final class BestFit extends Baseline {
    private static final double LARGEST_CPU = 128_000;
    private static final double LARGEST_GPU = 8_000;

    BestFit(Inventory inventory) {
        super(inventory);
    }

    @Override
    int score(int node, Demand demand) {
        int gpu = 0;
        int fullest = -1;
        for (int d = 0; d < inventory.devices(node); d++) {
            int free = inventory.free(node, d);
            gpu += free;
            if (free >= demand.milli() && (fullest < 0 || free < inventory.free(node, fullest))) {
                fullest = d;
            }
        }
        bestDevices =
                demand.devices() == 0 ? 0 : isFraction(demand) ? 1L << fullest : enough(node, demand, demand.devices());
        double left = (inventory.freeCpu(node) - demand.cpuMilli()) / LARGEST_CPU / 2
                + (gpu - demand.totalMilli()) / LARGEST_GPU / 2;
        return (int) ((1 - left) * 100);
    }
}
