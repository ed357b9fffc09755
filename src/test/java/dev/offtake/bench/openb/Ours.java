package dev.offtake.bench.openb;

import dev.offtake.placement.packing.Demand;
import dev.offtake.placement.packing.Inventory;
import dev.offtake.placement.packing.Packer;

/** The score of this project; it is told nothing of the trace but its arrivals. */
final class Ours implements Policy {
    private final Packer packer;

    Ours(Inventory inventory) {
        packer = new Packer(inventory);
    }

    @Override
    public int choose(Demand demand) {
        int demandClass = packer.demandClass(demand);
        packer.arrived(demandClass);
        return packer.choose(demandClass);
    }

    @Override
    public long devices() {
        return packer.chosenDevices();
    }

    @Override
    public void take(int node, Demand demand, long devices) {
        packer.take(node, packer.demandClass(demand), devices);
    }

    @Override
    public void giveBack(int node, Demand demand, long devices) {
        packer.giveBack(node, packer.demandClass(demand), devices);
    }
}
