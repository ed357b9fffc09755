package dev.offtake.placement.packing;

import java.util.Arrays;

/**
 * The distinct states that open nodes are in: free CPU and memory, model, and what is free of each device, in rising
 * order. A state without nodes goes away and its slot is used again; its serial number is not.
 */
final class NodeStates {
    private static final int NONE = -1;

    private final int stride;
    private final int[] scratch;
    private int[] cpu = new int[64];
    private int[] memory = new int[64];
    private int[] model = new int[64];
    private int[] devices = new int[64];
    private int[] free;
    private int[] idle = new int[64];
    private int[] whole = new int[64];
    private int[] nodes = new int[64];
    private long[] serial = new long[64];
    private int[] next = new int[64];
    private int[] position = new int[64];
    private NodeHeap[] members = new NodeHeap[64];
    private int[] active = new int[64];
    private int[] buckets = new int[128];
    private int slots;
    private int actives;
    private int firstUnused = NONE;
    private long serials;

    NodeStates(int stride) {
        this.stride = stride;
        scratch = new int[stride];
        free = new int[64 * stride];
        Arrays.fill(buckets, NONE);
    }

    /**
     * A node comes into a state, its devices in rising order; returns the slot of the state.
     *
     * @param stateOf which state each of the other nodes is in now
     */
    int enter(int cpuFree, int memoryFree, int ofModel, int count, int[] sorted, int node, int[] stateOf) {
        int hash = hash(cpuFree, memoryFree, ofModel, count, sorted);
        int slot = buckets[hash & (buckets.length - 1)];
        while (slot != NONE && !is(slot, cpuFree, memoryFree, ofModel, count, sorted)) {
            slot = next[slot];
        }
        if (slot == NONE) {
            slot = make(cpuFree, memoryFree, ofModel, count, sorted, hash);
        }
        nodes[slot]++;
        members[slot].add(node, slot, stateOf);
        return slot;
    }

    void leave(int slot) {
        if (--nodes[slot] > 0) {
            return;
        }
        System.arraycopy(free, slot * stride, scratch, 0, devices[slot]);
        int bucket = hash(cpu[slot], memory[slot], model[slot], devices[slot], scratch) & (buckets.length - 1);
        unlink(bucket, slot);
        int last = active[--actives];
        active[position[slot]] = last;
        position[last] = position[slot];
        members[slot].clear();
        next[slot] = firstUnused;
        firstUnused = slot;
    }

    private void unlink(int bucket, int slot) {
        if (buckets[bucket] == slot) {
            buckets[bucket] = next[slot];
            return;
        }
        int at = buckets[bucket];
        while (next[at] != slot) {
            at = next[at];
        }
        next[at] = next[slot];
    }

    private int make(int cpuFree, int memoryFree, int ofModel, int count, int[] sorted, int hash) {
        int slot = firstUnused;
        if (slot == NONE) {
            slot = slots++;
            if (slot == cpu.length) {
                grow();
            }
            members[slot] = new NodeHeap();
        } else {
            firstUnused = next[slot];
        }
        cpu[slot] = cpuFree;
        memory[slot] = memoryFree;
        model[slot] = ofModel;
        devices[slot] = count;
        idle[slot] = 0;
        whole[slot] = 0;
        for (int d = 0; d < count; d++) {
            free[slot * stride + d] = sorted[d];
            idle[slot] += sorted[d];
            whole[slot] += sorted[d] == Demand.WHOLE ? 1 : 0;
        }
        nodes[slot] = 0;
        serial[slot] = serials++;
        position[slot] = actives;
        active[actives++] = slot;
        int bucket = hash & (buckets.length - 1);
        next[slot] = buckets[bucket];
        buckets[bucket] = slot;
        return slot;
    }

    private void grow() {
        int size = cpu.length * 2;
        cpu = Arrays.copyOf(cpu, size);
        memory = Arrays.copyOf(memory, size);
        model = Arrays.copyOf(model, size);
        devices = Arrays.copyOf(devices, size);
        free = Arrays.copyOf(free, size * stride);
        idle = Arrays.copyOf(idle, size);
        whole = Arrays.copyOf(whole, size);
        nodes = Arrays.copyOf(nodes, size);
        serial = Arrays.copyOf(serial, size);
        next = Arrays.copyOf(next, size);
        position = Arrays.copyOf(position, size);
        members = Arrays.copyOf(members, size);
        active = Arrays.copyOf(active, size);
        buckets = new int[size * 2];
        Arrays.fill(buckets, NONE);
        for (int i = 0; i < actives; i++) {
            int slot = active[i];
            System.arraycopy(free, slot * stride, scratch, 0, devices[slot]);
            int bucket = hash(cpu[slot], memory[slot], model[slot], devices[slot], scratch) & (buckets.length - 1);
            next[slot] = buckets[bucket];
            buckets[bucket] = slot;
        }
    }

    private boolean is(int slot, int cpuFree, int memoryFree, int ofModel, int count, int[] sorted) {
        if (cpu[slot] != cpuFree || memory[slot] != memoryFree || model[slot] != ofModel || devices[slot] != count) {
            return false;
        }
        for (int d = 0; d < count; d++) {
            if (free[slot * stride + d] != sorted[d]) {
                return false;
            }
        }
        return true;
    }

    private static int hash(int cpuFree, int memoryFree, int ofModel, int count, int[] sorted) {
        long h = cpuFree * 0x9E3779B97F4A7C15L + memoryFree;
        h = (h ^ (h >>> 29)) * 0xBF58476D1CE4E5B9L + ofModel;
        for (int d = 0; d < count; d++) {
            h = (h ^ (h >>> 31)) * 0x94D049BB133111EBL + sorted[d];
        }
        return (int) (h ^ (h >>> 32));
    }

    /** The lowest node of a state, told which state each node is in now. */
    int first(int slot, int[] stateOf) {
        return members[slot].first(slot, stateOf);
    }

    /** How many distinct states there are. */
    int size() {
        return actives;
    }

    /** The slot of the i-th state; the order has no meaning. */
    int slot(int i) {
        return active[i];
    }

    /** How many slots were ever used at once. */
    int slots() {
        return slots;
    }

    /** Never the same for two states. */
    long serial(int slot) {
        return serial[slot];
    }

    int nodes(int slot) {
        return nodes[slot];
    }

    int cpu(int slot) {
        return cpu[slot];
    }

    int memory(int slot) {
        return memory[slot];
    }

    int model(int slot) {
        return model[slot];
    }

    int devices(int slot) {
        return devices[slot];
    }

    /** What is free of the d-th device in rising order, in thousandths. */
    int free(int slot, int d) {
        return free[slot * stride + d];
    }

    /** Free thousandths of all devices. */
    int idle(int slot) {
        return idle[slot];
    }

    /** Devices that are entirely free. */
    int whole(int slot) {
        return whole[slot];
    }
}
