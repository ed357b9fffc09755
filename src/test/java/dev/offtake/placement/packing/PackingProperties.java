package dev.offtake.placement.packing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** The packing score over random clusters and work. */
class PackingProperties {
    private static final int STEPS = 150;

    /** I1 for devices shared by fraction; each step also checks that what fits is placed, and at the least price. */
    @Property(tries = 100, shrinking = ShrinkingMode.OFF, generation = GenerationMode.RANDOMIZED)
    void whatIsCountedIsWhatRunsAndWhatFitsIsPlaced(@ForAll long seed) {
        RandomPacking packing = new RandomPacking(seed);
        for (int i = 0; i < STEPS; i++) {
            packing.step();
            packing.recount();
        }
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF, generation = GenerationMode.RANDOMIZED)
    void givingAllBackRestoresTheEmptyCluster(@ForAll long seed) {
        RandomPacking packing = new RandomPacking(seed);
        List<List<Integer>> before = free(packing.inventory);
        for (int i = 0; i < STEPS; i++) {
            packing.step();
        }
        packing.running.forEach(work -> packing.packer.giveBack(work.node(), work.demandClass(), work.devices()));
        assertThat(free(packing.inventory)).isEqualTo(before);
    }

    /** I7. */
    @Property(tries = 50, shrinking = ShrinkingMode.OFF, generation = GenerationMode.RANDOMIZED)
    void theSameStepsGiveTheSameChoices(@ForAll long seed) {
        assertThat(story(seed)).isEqualTo(story(seed));
    }

    /** No set of sizes that fits a device is worth more than it, and the prices explain the fewest devices. */
    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void aPartIsWorthTheDearestSetThatFits(@ForAll long seed) {
        Random random = new Random(seed);
        double[] demand = new double[Demand.WHOLE + 1];
        for (int i = 0; i < 1 + random.nextInt(12); i++) {
            demand[1 + random.nextInt(Demand.WHOLE - 1)] = 1 + random.nextInt(50);
        }
        double[] value = CuttingStock.values(demand);
        assertThat(value[0]).isZero();
        assertThat(value[Demand.WHOLE]).isEqualTo(1);
        double lowerBound = 0;
        double devices = 0;
        for (int size = 1; size <= Demand.WHOLE; size++) {
            assertThat(value[size]).isGreaterThanOrEqualTo(value[size - 1] - 1e-9);
            lowerBound += demand[size] * value[size];
            devices += demand[size] * size / Demand.WHOLE;
            for (int other = 1; other <= Demand.WHOLE - size; other += 7) {
                assertThat(value[size] + value[other]).isLessThanOrEqualTo(value[size + other] + 1e-6);
            }
        }
        assertThat(lowerBound)
                .as("the fewest devices by the prices, at least what the sizes add up to")
                .isGreaterThanOrEqualTo(devices - 1e-6);
    }

    private static List<String> story(long seed) {
        RandomPacking packing = new RandomPacking(seed);
        List<String> story = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            story.add(packing.step());
        }
        return story;
    }

    private static List<List<Integer>> free(Inventory inventory) {
        List<List<Integer>> all = new ArrayList<>();
        for (int node = 0; node < inventory.nodes(); node++) {
            List<Integer> one = new ArrayList<>(List.of(inventory.freeCpu(node), inventory.freeMemory(node)));
            for (int d = 0; d < inventory.devices(node); d++) {
                one.add(inventory.free(node, d));
            }
            all.add(one);
        }
        return all;
    }
}
