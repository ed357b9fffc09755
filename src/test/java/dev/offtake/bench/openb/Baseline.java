package dev.offtake.bench.openb;

import dev.offtake.placement.packing.Demand;
import dev.offtake.placement.packing.Inventory;

/** A published policy: an integer score per node, the highest wins, ties go to the first node. */
abstract class Baseline implements Policy {
    final Inventory inventory;
    private long devices;
    long bestDevices;

    Baseline(Inventory inventory) {
        this.inventory = inventory;
    }

    /** The score of a node on which the demand fits; the devices it would use go to {@link #bestDevices}. */
    abstract int score(int node, Demand demand);

    @Override
    public int choose(Demand demand) {
        int best = NOWHERE;
        int bestScore = Integer.MIN_VALUE;
        for (int node = 0; node < inventory.nodes(); node++) {
            if (fits(node, demand)) {
                int score = score(node, demand);
                if (score > bestScore) {
                    best = node;
                    bestScore = score;
                    devices = bestDevices;
                }
            }
        }
        return best;
    }

    private boolean fits(int node, Demand demand) {
        if (inventory.freeCpu(node) < demand.cpuMilli() || inventory.freeMemory(node) < demand.memoryMib()) {
            return false;
        }
        if (demand.devices() == 0) {
            return true;
        }
        return (demand.models() >> inventory.model(node) & 1) != 0
                && Long.bitCount(enough(node, demand, Integer.MAX_VALUE)) >= demand.devices();
    }

    /** The first devices with enough left, at most so many. */
    final long enough(int node, Demand demand, int most) {
        long found = 0;
        for (int d = 0; d < inventory.devices(node) && Long.bitCount(found) < most; d++) {
            if (inventory.free(node, d) >= demand.milli()) {
                found |= 1L << d;
            }
        }
        return found;
    }

    static boolean isFraction(Demand demand) {
        return demand.devices() == 1 && demand.milli() < Demand.WHOLE;
    }

    @Override
    public long devices() {
        return devices;
    }

    @Override
    public void take(int node, Demand demand, long chosen) {
        inventory.take(node, demand, chosen);
    }

    @Override
    public void giveBack(int node, Demand demand, long chosen) {
        inventory.giveBack(node, demand, chosen);
    }
}
