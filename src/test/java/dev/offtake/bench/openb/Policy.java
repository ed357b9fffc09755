package dev.offtake.bench.openb;

import dev.offtake.placement.packing.Demand;
import dev.offtake.placement.packing.Inventory;
import java.util.List;

/** Which node and devices a pod gets. */
interface Policy {
    int NOWHERE = -1;

    interface Maker {
        /** @param trace the pods of the trace, which FGD is told beforehand */
        Policy make(Inventory inventory, List<Demand> trace);
    }

    /** The node, or {@link #NOWHERE}. */
    int choose(Demand demand);

    /** The devices of the last choice. */
    long devices();

    void take(int node, Demand demand, long devices);

    void giveBack(int node, Demand demand, long devices);
}
