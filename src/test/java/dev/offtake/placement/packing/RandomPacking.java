package dev.offtake.placement.packing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** A small mixed cluster, work that comes and goes, and the counts made anew from what is known to run. */
final class RandomPacking {
    private static final int[][] KINDS = {{96_000, 393_216, 0, 8}, {104_000, 524_288, 1, 2}, {16_000, 122_880, 2, 2}};
    private static final int[] FRACTIONS = {142, 230, 250, 320, 470, 500, 650, 810};
    private static final int[] DEVICES = {1, 1, 1, 2, 4, 8};

    final Inventory inventory = new Inventory(8);
    final Packer packer = new Packer(inventory);
    final List<Running> running = new ArrayList<>();
    private final Random random;

    record Running(int node, int demandClass, Demand demand, long devices) {}

    RandomPacking(long seed) {
        random = new Random(seed);
        int nodes = 3 + random.nextInt(20);
        for (int i = 0; i < nodes; i++) {
            int[] kind = KINDS[random.nextInt(KINDS.length)];
            inventory.add(kind[0], kind[1], kind[2], kind[3]);
        }
    }

    private Demand demand() {
        int cpu = 1000 * random.nextInt(20);
        int memory = 4096 * random.nextInt(12);
        Demand demand = switch (random.nextInt(5)) {
            case 0 -> Demand.cpuOnly(cpu, memory);
            case 1, 2 -> Demand.fraction(cpu, memory, FRACTIONS[random.nextInt(FRACTIONS.length)]);
            default -> Demand.whole(cpu, memory, DEVICES[random.nextInt(DEVICES.length)]);
        };
        return random.nextInt(5) == 0 ? demand.on(1 + random.nextInt(7)) : demand;
    }

    /** Something arrives, leaves, or a node is closed or opened; told in a line. */
    String step() {
        int what = random.nextInt(10);
        if (what < 3 && !running.isEmpty()) {
            Running leaving = running.remove(random.nextInt(running.size()));
            packer.giveBack(leaving.node(), leaving.demandClass(), leaving.devices());
            return "gone " + leaving;
        }
        if (what == 9) {
            int node = random.nextInt(inventory.nodes());
            if (inventory.isOpen(node)) {
                inventory.close(node);
            } else {
                inventory.open(node);
            }
            return "turned " + node;
        }
        return arrive(demand());
    }

    private String arrive(Demand demand) {
        int demandClass = packer.demandClass(demand);
        packer.arrived(demandClass);
        int node = packer.choose(demandClass);
        assertThat(node >= 0).as("%s is placed", demand).isEqualTo(anyFits(demand));
        if (node == Packer.NOWHERE) {
            return "lost " + demand;
        }
        double cheapest = Double.POSITIVE_INFINITY;
        for (int other = 0; other < inventory.nodes(); other++) {
            cheapest = Math.min(cheapest, packer.price(other, demandClass));
            assertThat(Double.isFinite(packer.price(other, demandClass))).isEqualTo(fits(other, demand));
        }
        assertThat(packer.price(node, demandClass)).isEqualTo(cheapest);
        Running placed = new Running(node, demandClass, demand, packer.chosenDevices());
        packer.take(node, demandClass, placed.devices());
        running.add(placed);
        return "placed " + placed;
    }

    private boolean anyFits(Demand demand) {
        for (int node = 0; node < inventory.nodes(); node++) {
            if (fits(node, demand)) {
                return true;
            }
        }
        return false;
    }

    private boolean fits(int node, Demand demand) {
        int enough = 0;
        for (int d = 0; d < inventory.devices(node); d++) {
            enough += inventory.free(node, d) >= demand.milli() ? 1 : 0;
        }
        boolean model = demand.devices() == 0 || demand.accepts(inventory.model(node));
        return inventory.isOpen(node)
                && model
                && inventory.freeCpu(node) >= demand.cpuMilli()
                && inventory.freeMemory(node) >= demand.memoryMib()
                && enough >= demand.devices();
    }

    /** All that is counted, from scratch: what is free of each node, what is idle of each model, nodes per state. */
    void recount() {
        Set<List<Integer>> distinct = new HashSet<>();
        long[] idle = new long[Inventory.MOST_MODELS];
        for (int node = 0; node < inventory.nodes(); node++) {
            int[] kind = KINDS[inventory.model(node)];
            int cpu = kind[0];
            int memory = kind[1];
            int[] free = new int[kind[3]];
            Arrays.fill(free, Demand.WHOLE);
            for (Running work : running) {
                if (work.node() == node) {
                    cpu -= work.demand().cpuMilli();
                    memory -= work.demand().memoryMib();
                    for (int d = 0; d < free.length; d++) {
                        free[d] -= (work.devices() >> d & 1) == 0
                                ? 0
                                : work.demand().milli();
                    }
                }
            }
            assertThat(inventory.freeCpu(node)).isEqualTo(cpu).isNotNegative();
            assertThat(inventory.freeMemory(node)).isEqualTo(memory).isNotNegative();
            List<Integer> state = new ArrayList<>();
            for (int d = 0; d < free.length; d++) {
                assertThat(inventory.free(node, d)).isEqualTo(free[d]).isNotNegative();
                state.add(free[d]);
            }
            state.sort(null);
            state.addAll(List.of(cpu, memory, inventory.model(node)));
            if (inventory.isOpen(node)) {
                distinct.add(state);
                idle[inventory.model(node)] += Arrays.stream(free).sum();
            }
        }
        assertThat(inventory.distinctStates()).isEqualTo(distinct.size());
        for (int model = 0; model < idle.length; model++) {
            assertThat(inventory.idleMilli(model)).isEqualTo(idle[model]);
        }
    }
}
