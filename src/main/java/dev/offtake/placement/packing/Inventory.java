package dev.offtake.placement.packing;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * What is free on each node: CPU, memory and every device in thousandths. Nodes are dense integers in the order in
 * which they were added; where placements are alike, the lower one is taken. Changed in place by one thread.
 */
public final class Inventory {
    /** The most devices of a node. */
    public static final int MOST_DEVICES = 64;

    /** Models are 0..63. */
    public static final int MOST_MODELS = 64;

    private static final int CLOSED = -1;

    private final int stride;
    private final NodeStates states;
    private final int[] scratch;
    private final long[] idleOfModel = new long[MOST_MODELS];
    private final long[] milliOfModel = new long[MOST_MODELS];
    private long cpuOfAll;
    private int[] cpu = new int[64];
    private int[] memory = new int[64];
    private int[] cpuTotal = new int[64];
    private int[] memoryTotal = new int[64];
    private int[] model = new int[64];
    private int[] devices = new int[64];
    private int[] stateOf = new int[64];
    private int[] free;
    private int nodes;

    /** No nodes yet; none will have more devices than this, 1..64. */
    public Inventory(int mostDevices) {
        if (mostDevices < 1 || mostDevices > MOST_DEVICES) {
            throw new IllegalArgumentException("devices per node: " + mostDevices);
        }
        stride = mostDevices;
        states = new NodeStates(stride);
        scratch = new int[stride];
        free = new int[64 * stride];
    }

    /** Adds an empty node, open for work; returns its number. */
    public int add(int cpuMilli, int memoryMib, int ofModel, int count) {
        if (cpuMilli < 0 || memoryMib < 0 || count < 0 || count > stride || ofModel < 0 || ofModel >= MOST_MODELS) {
            throw new IllegalArgumentException("no such node: " + count + " devices of model " + ofModel);
        }
        int node = nodes++;
        if (node == cpu.length) {
            grow();
        }
        cpu[node] = cpuMilli;
        cpuTotal[node] = cpuMilli;
        memory[node] = memoryMib;
        memoryTotal[node] = memoryMib;
        model[node] = ofModel;
        devices[node] = count;
        Arrays.fill(free, node * stride, node * stride + count, Demand.WHOLE);
        stateOf[node] = CLOSED;
        open(node);
        return node;
    }

    private void grow() {
        int size = cpu.length * 2;
        cpu = Arrays.copyOf(cpu, size);
        cpuTotal = Arrays.copyOf(cpuTotal, size);
        memory = Arrays.copyOf(memory, size);
        memoryTotal = Arrays.copyOf(memoryTotal, size);
        model = Arrays.copyOf(model, size);
        devices = Arrays.copyOf(devices, size);
        stateOf = Arrays.copyOf(stateOf, size);
        free = Arrays.copyOf(free, size * stride);
    }

    /** Lets the node take work again. */
    public void open(int node) {
        if (stateOf[node] == CLOSED) {
            milliOfModel[model[node]] += (long) devices[node] * Demand.WHOLE;
            cpuOfAll += cpuTotal[node];
            enter(node);
        }
    }

    /** The node takes no new work; what it holds can still be given back. */
    public void close(int node) {
        if (stateOf[node] != CLOSED) {
            milliOfModel[model[node]] -= (long) devices[node] * Demand.WHOLE;
            cpuOfAll -= cpuTotal[node];
            leave(node);
            stateOf[node] = CLOSED;
        }
    }

    /**
     * Takes a demand from a node.
     *
     * @param chosen the devices, bit d for device d, as many as the demand asks for
     * @throws IllegalStateException if the node is closed, its model will not do or something is not free
     */
    public void take(int node, Demand demand, long chosen) {
        if (stateOf[node] == CLOSED || cpu[node] < demand.cpuMilli() || memory[node] < demand.memoryMib()) {
            throw new IllegalStateException("node " + node + " has no room for " + demand);
        }
        check(node, demand, chosen, demand.milli(), Demand.WHOLE);
        change(node, demand, chosen, -1);
    }

    /** Gives back what was taken. */
    public void giveBack(int node, Demand demand, long chosen) {
        if (cpu[node] + demand.cpuMilli() > cpuTotal[node] || memory[node] + demand.memoryMib() > memoryTotal[node]) {
            throw new IllegalStateException("node " + node + " did not hold " + demand);
        }
        check(node, demand, chosen, 0, Demand.WHOLE - demand.milli());
        change(node, demand, chosen, 1);
    }

    private void check(int node, Demand demand, long chosen, int least, int most) {
        boolean devicesExist = devices[node] == MOST_DEVICES || chosen >>> devices[node] == 0;
        boolean modelWillDo = demand.devices() == 0 || demand.accepts(model[node]);
        if (!devicesExist || !modelWillDo || Long.bitCount(chosen) != demand.devices()) {
            throw new IllegalStateException("node " + node + " has no such devices for " + demand);
        }
        for (long rest = chosen; rest != 0; rest &= rest - 1) {
            int now = free(node, Long.numberOfTrailingZeros(rest));
            if (now < least || now > most) {
                throw new IllegalStateException("node " + node + " has a device with " + now + " free: " + demand);
            }
        }
    }

    private void change(int node, Demand demand, long chosen, int sign) {
        boolean open = stateOf[node] != CLOSED;
        if (open) {
            leave(node);
        }
        cpu[node] += sign * demand.cpuMilli();
        memory[node] += sign * demand.memoryMib();
        for (long rest = chosen; rest != 0; rest &= rest - 1) {
            free[node * stride + Long.numberOfTrailingZeros(rest)] += sign * demand.milli();
        }
        if (open) {
            enter(node);
        }
    }

    private void leave(int node) {
        idleOfModel[model[node]] -= states.idle(stateOf[node]);
        states.leave(stateOf[node]);
    }

    private void enter(int node) {
        int count = devices[node];
        System.arraycopy(free, node * stride, scratch, 0, count);
        Arrays.sort(scratch, 0, count);
        stateOf[node] = states.enter(cpu[node], memory[node], model[node], count, scratch, node, stateOf);
        idleOfModel[model[node]] += states.idle(stateOf[node]);
    }

    /** Devices of this node with exactly so much free, the lowest numbers first, as bits. */
    long devicesWith(int node, int milliFree, int count) {
        long chosen = 0;
        int missing = count;
        for (int d = 0; d < devices[node] && missing > 0; d++) {
            if (free(node, d) == milliFree) {
                chosen |= 1L << d;
                missing--;
            }
        }
        return chosen;
    }

    NodeStates states() {
        return states;
    }

    int firstNode(int state) {
        return states.first(state, stateOf);
    }

    /** The state of a node, -1 if it is closed. */
    int state(int node) {
        return stateOf[node];
    }

    /** Free thousandths of all devices of a model on open nodes. */
    public long idleMilli(int ofModel) {
        return idleOfModel[ofModel];
    }

    /** Thousandths of all devices of a model on open nodes, free or not. */
    public long totalMilli(int ofModel) {
        return milliOfModel[ofModel];
    }

    /** Thousandths of all CPUs of open nodes, free or not. */
    long totalCpu() {
        return cpuOfAll;
    }

    /** Thousandths of all devices of open nodes, free or not. */
    long totalMilli() {
        return LongStream.of(milliOfModel).sum();
    }

    public int nodes() {
        return nodes;
    }

    public boolean isOpen(int node) {
        return stateOf[node] != CLOSED;
    }

    public int freeCpu(int node) {
        return cpu[node];
    }

    public int freeMemory(int node) {
        return memory[node];
    }

    public int model(int node) {
        return model[node];
    }

    public int devices(int node) {
        return devices[node];
    }

    /** What is free of a device, in thousandths. */
    public int free(int node, int device) {
        return free[node * stride + device];
    }

    /** How many states open nodes are in; nodes in the same state are scored once. */
    public int distinctStates() {
        return states.size();
    }
}
