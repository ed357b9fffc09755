package dev.offtake.placement.packing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PackerTest {
    private static final int CPU = 96_000;
    private static final int MEMORY = 400_000;

    private final Inventory inventory = new Inventory(8);
    private final Packer packer = new Packer(inventory);

    private int arrive(Demand demand) {
        int demandClass = packer.demandClass(demand);
        packer.arrived(demandClass);
        int node = packer.choose(demandClass);
        if (node != Packer.NOWHERE) {
            packer.take(node, demandClass, packer.chosenDevices());
        }
        return node;
    }

    private void expect(Demand demand, int times) {
        for (int i = 0; i < times; i++) {
            packer.arrived(packer.demandClass(demand));
        }
    }

    @Test
    void fillsADeviceWithThePartsThatFitItExactly() {
        inventory.add(CPU, MEMORY, 0, 2);
        Demand third = Demand.fraction(1000, 1000, 300);
        Demand most = Demand.fraction(1000, 1000, 700);
        expect(third, 50);
        expect(most, 50);
        assertThat(arrive(most)).isZero();
        long first = packer.chosenDevices();
        arrive(third);
        assertThat(packer.chosenDevices()).isEqualTo(first);
    }

    @Test
    void leavesThePartThatOthersAskFor() {
        inventory.add(CPU, MEMORY, 0, 2);
        inventory.take(0, Demand.fraction(0, 0, 500), 0b01);
        inventory.take(0, Demand.fraction(0, 0, 600), 0b10);
        expect(Demand.fraction(1000, 1000, 500), 200);
        Demand small = Demand.fraction(1000, 1000, 400);
        expect(small, 1);
        packer.choose(packer.demandClass(small));
        assertThat(packer.chosenDevices()).as("the half is worth more whole").isEqualTo(0b10);
    }

    @Test
    void putsWorkWithoutGpusWhereItStrandsNone() {
        int poor = inventory.add(16_000, MEMORY, 0, 2);
        int rich = inventory.add(104_000, MEMORY, 1, 2);
        expect(Demand.whole(8_000, 30_000, 1), 50);
        assertThat(arrive(Demand.cpuOnly(12_000, 10_000))).isEqualTo(rich).isNotEqualTo(poor);
    }

    @Test
    void keepsAContestedModelForWorkThatNeedsIt() {
        int contested = inventory.add(CPU, MEMORY, 0, 8);
        int common = inventory.add(CPU, MEMORY, 1, 8);
        expect(Demand.whole(8_000, 30_000, 1).on(1), 50);
        expect(Demand.whole(8_000, 30_000, 1), 50);
        assertThat(arrive(Demand.whole(8_000, 30_000, 1))).isEqualTo(common);
        assertThat(arrive(Demand.whole(8_000, 30_000, 1).on(1))).isEqualTo(contested);
    }

    @Test
    void keepsAFreeNodeForLargeWorkOnceWorkDeparts() {
        inventory.add(CPU, MEMORY, 0, 8);
        int broken = inventory.add(CPU, MEMORY, 0, 8);
        Demand large = Demand.whole(88_000, 300_000, 8);
        Demand single = Demand.whole(8_000, 30_000, 1);
        expect(large, 20);
        expect(single, 80);
        int demandClass = packer.demandClass(single);
        packer.take(broken, demandClass, 1);
        packer.take(broken, demandClass, 2);
        packer.giveBack(broken, demandClass, 2);
        expect(single, 20);
        assertThat(arrive(single)).isEqualTo(broken);
    }

    @Test
    void takesTheLowerOfEqualNodes() {
        for (int i = 0; i < 100; i++) {
            inventory.add(CPU, MEMORY, 0, 8);
        }
        assertThat(arrive(Demand.whole(CPU, MEMORY, 8))).isZero();
        assertThat(arrive(Demand.whole(CPU, MEMORY, 8))).isEqualTo(1);
        assertThat(inventory.distinctStates()).isEqualTo(2);
    }

    @Test
    void aClosedNodeTakesNothingAndGivesBackWhatItHolds() {
        int node = inventory.add(CPU, MEMORY, 0, 8);
        Demand demand = Demand.whole(8_000, 30_000, 2);
        int demandClass = packer.demandClass(demand);
        packer.take(node, demandClass, 0b11);
        inventory.close(node);
        assertThat(packer.choose(demandClass)).isEqualTo(Packer.NOWHERE);
        assertThat(packer.price(node, demandClass)).isInfinite();
        assertThatThrownBy(() -> packer.take(node, demandClass, 0b1100)).isInstanceOf(IllegalStateException.class);
        packer.giveBack(node, demandClass, 0b11);
        inventory.open(node);
        assertThat(inventory.idleMilli(0)).isEqualTo(8_000);
    }

    @Test
    void nothingIsGivenTwice() {
        int node = inventory.add(CPU, MEMORY, 0, 8);
        inventory.take(node, Demand.fraction(1000, 1000, 600), 1);
        assertThatThrownBy(() -> inventory.take(node, Demand.fraction(1000, 1000, 600), 1))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> inventory.take(node, Demand.whole(1000, 1000, 2), 0b11))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> inventory.take(node, Demand.whole(1000, 1000, 2), 0b10))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> inventory.giveBack(node, Demand.fraction(1000, 1000, 700), 1))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void knowsWhetherCpuOrGpusRunOutFirst() {
        inventory.add(CPU, MEMORY, 0, 8);
        int closed = inventory.add(CPU, MEMORY, 0, 4);
        inventory.close(closed);
        Workload workload = new Workload();
        Scarcity scarcity = new Scarcity(inventory, workload);
        assertThat(scarcity.cpuPerGpu()).as("nothing came yet").isZero();

        workload.arrived(workload.classOf(Demand.whole(12_000, 1, 2)));
        workload.arrived(workload.classOf(Demand.cpuOnly(6_000, 1)));
        scarcity.learn();
        assertThat(scarcity.cpuPerGpu()).as("9 cores per GPU of 12").isEqualTo(0.75);
    }
}
