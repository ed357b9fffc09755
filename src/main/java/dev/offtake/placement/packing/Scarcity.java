package dev.offtake.placement.packing;

import java.util.Arrays;
import java.util.List;

/**
 * What runs short: models that confined demand will need, and slots in which a demand for several devices of one node
 * still finds its devices, CPU and memory together.
 */
final class Scarcity {
    private static final int MOST_SLOT_CLASSES = 32;

    /** The dearest that a GPU of a contested model gets, in GPUs. */
    private static final double DEAREST_MODEL = 3;

    /** Standard deviations of the number that runs at once for which slots are kept free. */
    private static final double SAFETY = 2;

    /** What the last free slot is worth, in times its devices. */
    private static final double DEAREST_SLOT = 2;

    /** Share of a slot's price that is asked where nothing ever leaves. */
    private static final double SLOT_PRICE_WITHOUT_CHURN = 0.25;

    /** Departures per placement from which on all of the price is asked. */
    private static final double FULL_CHURN = 0.5;

    /** Prices that moved by no more than this, in GPUs, stay as they are. */
    private static final double NOTICEABLE = 0.02;

    private final Inventory inventory;
    private final Workload workload;
    private final double[] modelPrice = new double[Inventory.MOST_MODELS];
    private final double[] newModelPrice = new double[Inventory.MOST_MODELS];
    private final Demand[] slots = new Demand[MOST_SLOT_CLASSES];
    private final double[] slotDemand = new double[MOST_SLOT_CLASSES];
    private final double[] slotPrice = new double[MOST_SLOT_CLASSES];
    private final double[] newSlotPrice = new double[MOST_SLOT_CLASSES];
    private final double[] left = new double[MOST_SLOT_CLASSES];
    private final double[] demandOfSize = new double[Integer.SIZE];
    private double[] weight = new double[0];
    private int slotClasses;
    private double gpus;
    private double cpu;

    Scarcity(Inventory inventory, Workload workload) {
        this.inventory = inventory;
        this.workload = workload;
    }

    /**
     * Adds up what is asked for, and chooses the classes whose slots are counted: those for several devices with most
     * GPUs asked for.
     */
    void learn() {
        weight = new double[workload.classes()];
        gpus = 0;
        cpu = 0;
        for (int c = 0; c < weight.length; c++) {
            Demand demand = workload.demand(c);
            double asked = workload.count(c) * demand.totalMilli() / Demand.WHOLE;
            gpus += asked;
            cpu += workload.count(c) * demand.cpuMilli();
            weight[c] = demand.devices() > 1 ? asked : 0;
        }
        List<Integer> order = workload.heaviest(weight);
        slotClasses = Math.min(MOST_SLOT_CLASSES, order.size());
        Arrays.fill(demandOfSize, 0);
        for (int k = 0; k < slotClasses; k++) {
            slots[k] = workload.demand(order.get(k));
            slotDemand[k] = weight[order.get(k)];
            demandOfSize[sizeClass(slots[k].devices())] += slotDemand[k];
            slotPrice[k] = 0;
        }
    }

    /** CPU asked for per GPU asked for, by all work, in times of what the nodes have per GPU: above 1 CPU runs out first. */
    double cpuPerGpu() {
        double gpusOfNodes = (double) inventory.totalMilli() / Demand.WHOLE;
        return gpus == 0 || inventory.totalCpu() == 0 ? 0 : cpu / gpus * gpusOfNodes / inventory.totalCpu();
    }

    /** Prices anew; true if one moved noticeably, else all stay. */
    boolean reprice() {
        if (gpus == 0) {
            return false;
        }
        priceModels();
        priceSlots();
        boolean moved = false;
        for (int m = 0; m < modelPrice.length; m++) {
            moved |= Math.abs(modelPrice[m] - newModelPrice[m]) > NOTICEABLE;
        }
        for (int k = 0; k < slotClasses; k++) {
            moved |= Math.abs(slotPrice[k] - newSlotPrice[k]) > NOTICEABLE;
        }
        if (moved) {
            System.arraycopy(newModelPrice, 0, modelPrice, 0, modelPrice.length);
            System.arraycopy(newSlotPrice, 0, slotPrice, 0, slotClasses);
        }
        return moved;
    }

    /** Demand confined to a model in what is free of all, over what is free of it. */
    private void priceModels() {
        Arrays.fill(newModelPrice, 0);
        double idle = 0;
        for (int m = 0; m < modelPrice.length; m++) {
            idle += inventory.idleMilli(m);
        }
        for (int c = 0; c < workload.classes(); c++) {
            Demand demand = workload.demand(c);
            if (demand.isConfined() && demand.devices() > 0 && workload.count(c) > 0) {
                double idleOfAccepted = 0;
                for (long rest = demand.models(); rest != 0; rest &= rest - 1) {
                    idleOfAccepted += inventory.idleMilli(Long.numberOfTrailingZeros(rest));
                }
                double asked = workload.count(c) * demand.totalMilli() / Demand.WHOLE / gpus * idle;
                for (long rest = demand.models(); rest != 0 && idleOfAccepted > 0; rest &= rest - 1) {
                    // its demand is spread over its models by what is free, so their idle share cancels out
                    newModelPrice[Long.numberOfTrailingZeros(rest)] += asked / idleOfAccepted;
                }
            }
        }
        for (int m = 0; m < modelPrice.length; m++) {
            newModelPrice[m] = Math.min(DEAREST_MODEL, newModelPrice[m]);
        }
    }

    private void priceSlots() {
        Arrays.fill(left, 0, slotClasses, 0);
        NodeStates states = inventory.states();
        for (int i = 0; i < states.size(); i++) {
            int s = states.slot(i);
            for (int k = 0; k < slotClasses && states.whole(s) > 1; k++) {
                left[k] += (double) states.nodes(s)
                        * slots(slots[k], states.cpu(s), states.memory(s), states.model(s), states.whole(s));
            }
        }
        double idle = 0;
        double busy = 0;
        for (int m = 0; m < modelPrice.length; m++) {
            idle += (double) inventory.idleMilli(m) / Demand.WHOLE;
            busy += (double) (inventory.totalMilli(m) - inventory.idleMilli(m)) / Demand.WHOLE;
        }
        double churn = Math.min(1, workload.churn() / FULL_CHURN);
        double weightOfPrice = SLOT_PRICE_WITHOUT_CHURN + (1 - SLOT_PRICE_WITHOUT_CHURN) * churn;
        for (int k = 0; k < slotClasses; k++) {
            int size = 1 << sizeClass(slots[k].devices());
            double ofSize = demandOfSize[sizeClass(slots[k].devices())];
            double share = ofSize / gpus;
            double running = share * busy / size;
            double needed = share * idle / size + SAFETY * Math.sqrt(running);
            double scarce = Math.min(1, needed / Math.max(1, left[k]));
            newSlotPrice[k] = DEAREST_SLOT * weightOfPrice * size * slotDemand[k] / ofSize * scarce * scarce;
        }
    }

    /** 1 for 2 devices, 2 for 3 and 4, 3 for 5 to 8, ... */
    private static int sizeClass(int devices) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(devices - 1);
    }

    /** How many of a demand a node could hold. */
    private static int slots(Demand demand, int cpuFree, int memoryFree, int model, int whole) {
        if (!demand.accepts(model)) {
            return 0;
        }
        int room = whole / demand.devices();
        if (demand.cpuMilli() > 0) {
            room = Math.min(room, cpuFree / demand.cpuMilli());
        }
        return demand.memoryMib() > 0 ? Math.min(room, memoryFree / demand.memoryMib()) : room;
    }

    /** What a GPU of a model costs beyond its use, in GPUs. */
    double modelPrice(int model) {
        return modelPrice[model];
    }

    /** Worth of the slots of a node, in GPUs. */
    double slots(int cpuFree, int memoryFree, int model, int whole) {
        double sum = 0;
        for (int k = 0; k < slotClasses && whole > 1; k++) {
            sum += slotPrice[k] * slots(slots[k], cpuFree, memoryFree, model, whole);
        }
        return sum;
    }
}
