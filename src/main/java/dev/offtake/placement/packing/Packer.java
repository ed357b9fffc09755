package dev.offtake.placement.packing;

import java.util.Arrays;

/**
 * Chooses node and devices for a demand so that what is left serves the most of the work that may come, by what has
 * come so far. The price of a placement is the growth of four things, in GPUs: what typical arrivals cannot use
 * (FGD), what CPU and memory will not serve, what device parts are worth less than their size, and scarce slots; plus
 * the price of a contested model. Alike placements go to the lowest node. docs/placement.md derives it.
 *
 * <p>Deterministic: the same calls give the same choices. A choice allocates nothing; its cost grows with the distinct
 * states of nodes and not with their number, and only states that are new since the last demand of the same class are
 * priced.
 */
public final class Packer {
    /** No node has room. */
    public static final int NOWHERE = -1;

    /** Weight of what typical arrivals cannot use, where GPUs run out before CPU. */
    private static final double FRAGMENTED = 0.5;

    /** CPU asked for per GPU, in times of what there is, from which on it counts for more. */
    private static final double CPU_SUFFICES = 0.9;

    /** By how much: CPU runs out first then, and what is left of the GPUs nobody comes to use. */
    private static final double FRAGMENTED_FOR_GOOD = 6;

    /** Differences below this, in GPUs, mean nothing: the lower node wins, so work gathers there. */
    private static final double GRAIN = 0.04;

    private static final double EPSILON = 1e-9;
    private static final int UNFIT = Integer.MAX_VALUE;
    private static final int SLOWEST_LEARNING = 128;
    private static final int REPRICE_AFTER = 16;
    private static final int NODES_PER_REPRICE = 64;
    private static final int MEMO = 1 << 18;

    private final Inventory inventory;
    private final NodeStates states;
    private final Workload workload = new Workload();
    private final Usability usability = new Usability();
    private final Scarcity scarcity;
    private final int[] scratch = new int[Inventory.MOST_DEVICES];

    private final long[] memoState = new long[MEMO];
    private final int[] memoClass = new int[MEMO];
    private final int[] memoEpoch = new int[MEMO];
    private final int[] memoPrice = new int[MEMO];
    private final int[] memoPart = new int[MEMO];
    private int epoch = 1;

    private long arrivals;
    private int untilLearn = 1;
    private int untilReprice = 1;
    private double fragmented = FRAGMENTED;

    private long chosenDevices;
    private int part;

    public Packer(Inventory inventory) {
        this.inventory = inventory;
        states = inventory.states();
        scarcity = new Scarcity(inventory, workload);
    }

    /** The number of a class of demands, for the other methods. */
    public int demandClass(Demand demand) {
        return workload.classOf(demand);
    }

    /** A demand arrived: to be told once for each, placed or not. Now and then prices are computed anew. */
    public void arrived(int demandClass) {
        workload.arrived(demandClass);
        arrivals++;
        boolean learned = --untilLearn <= 0;
        if (learned) {
            untilLearn = (int) Math.max(1, Math.min(SLOWEST_LEARNING, arrivals / 8));
            usability.learn(workload);
            scarcity.learn();
            fragmented = FRAGMENTED + FRAGMENTED_FOR_GOOD * Math.max(0, scarcity.cpuPerGpu() - CPU_SUFFICES);
        }
        if (--untilReprice <= 0 || learned) {
            untilReprice = Math.max(REPRICE_AFTER, inventory.nodes() / NODES_PER_REPRICE);
            if (scarcity.reprice() || learned) {
                epoch++;
            }
        }
    }

    /** The best node for a demand, {@link #NOWHERE} only if none has room; then see {@link #chosenDevices}. */
    public int choose(int demandClass) {
        Demand demand = workload.demand(demandClass);
        int best = NOWHERE;
        int bestPrice = UNFIT;
        int bestPart = 0;
        for (int i = 0; i < states.size(); i++) {
            int state = states.slot(i);
            int price = memoized(state, demandClass, demand);
            if (price < bestPrice) {
                best = inventory.firstNode(state);
                bestPrice = price;
                bestPart = part;
            } else if (price == bestPrice && price != UNFIT) {
                int node = inventory.firstNode(state);
                if (node < best) {
                    best = node;
                    bestPart = part;
                }
            }
        }
        chosenDevices = best == NOWHERE ? 0 : inventory.devicesWith(best, bestPart, demand.devices());
        return best;
    }

    /** The devices of the last choice, bit d for device d. */
    public long chosenDevices() {
        return chosenDevices;
    }

    /**
     * What it costs the rest of the workload if a node takes a demand on the best of its devices, in GPUs; may be
     * negative. Sums over the nodes of a gang. Infinite if the node has no room or is closed.
     */
    public double price(int node, int demandClass) {
        int state = inventory.state(node);
        if (state < 0) {
            return Double.POSITIVE_INFINITY;
        }
        int grains = memoized(state, demandClass, workload.demand(demandClass));
        return grains == UNFIT ? Double.POSITIVE_INFINITY : grains * GRAIN;
    }

    /** Takes the demand and counts it, see {@link Inventory#take}. */
    public void take(int node, int demandClass, long devices) {
        inventory.take(node, workload.demand(demandClass), devices);
        workload.taken();
    }

    /** Work departs, see {@link Inventory#giveBack}. */
    public void giveBack(int node, int demandClass, long devices) {
        inventory.giveBack(node, workload.demand(demandClass), devices);
        workload.givenBack();
    }

    private int memoized(int state, int demandClass, Demand demand) {
        long serial = states.serial(state);
        long mixed = (serial * 0x9E3779B97F4A7C15L) ^ (demandClass * 0xBF58476D1CE4E5B9L);
        int at = (int) ((mixed ^ (mixed >>> 32)) & (MEMO - 1));
        if (memoEpoch[at] != epoch || memoState[at] != serial || memoClass[at] != demandClass) {
            memoPrice[at] = price(state, demand);
            memoPart[at] = part;
            memoEpoch[at] = epoch;
            memoState[at] = serial;
            memoClass[at] = demandClass;
        }
        part = memoPart[at];
        return memoPrice[at];
    }

    /** In grains; what is free of the device to use goes to {@link #part}. */
    private int price(int state, Demand demand) {
        int cpu = states.cpu(state) - demand.cpuMilli();
        int memory = states.memory(state) - demand.memoryMib();
        int model = states.model(state);
        if (cpu < 0 || memory < 0 || (demand.devices() > 0 && !demand.accepts(model))) {
            return UNFIT;
        }
        int count = states.devices(state);
        int idle = states.idle(state);
        int whole = states.whole(state);
        for (int d = 0; d < count; d++) {
            scratch[d] = states.free(state, d);
        }
        double before = potential(states.cpu(state), states.memory(state), model, count, idle, whole);
        part = demand.milli();
        if (!demand.isFraction()) {
            if (demand.devices() > whole) {
                return UNFIT;
            }
            Arrays.fill(scratch, count - demand.devices(), count, 0);
            int wholeAfter = whole - demand.devices();
            double after = potential(cpu, memory, model, count, idle - demand.totalMilli(), wholeAfter);
            return grains(after - before, demand, model);
        }
        return priceOfFraction(state, demand, cpu, memory, before);
    }

    private int priceOfFraction(int state, Demand demand, int cpu, int memory, double before) {
        int model = states.model(state);
        int count = states.devices(state);
        int left = states.idle(state) - demand.milli();
        int best = UNFIT;
        for (int d = 0; d < count; d++) {
            int free = scratch[d];
            if (free >= demand.milli() && (d == 0 || free != states.free(state, d - 1))) {
                scratch[d] = free - demand.milli();
                int wholeAfter = states.whole(state) - (free == Demand.WHOLE ? 1 : 0);
                double after = potential(cpu, memory, model, count, left, wholeAfter);
                scratch[d] = free;
                int price = grains(after - before, demand, model);
                if (price < best) {
                    best = price;
                    part = free;
                }
            }
        }
        return best;
    }

    private int grains(double growth, Demand demand, int model) {
        double price = growth + scarcity.modelPrice(model) * demand.totalMilli() / Demand.WHOLE;
        return (int) Math.floor(price / GRAIN + EPSILON);
    }

    /** What is wrong with what is free on a node whose devices lie in the scratch, in GPUs. */
    private double potential(int cpu, int memory, int model, int count, int idle, int whole) {
        double lost = 0;
        for (int d = 0; d < count; d++) {
            lost += usability.lost(scratch[d]);
        }
        return fragmented * usability.fragmented(cpu, model, scratch, 0, count, idle)
                + usability.stranded(cpu, memory, idle)
                + lost
                - scarcity.slots(cpu, memory, model, whole);
    }
}
