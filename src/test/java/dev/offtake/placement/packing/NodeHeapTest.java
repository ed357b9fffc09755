package dev.offtake.placement.packing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

class NodeHeapTest {
    private static final int NODES = 40;
    private static final int HERE = 0;
    private static final int ELSEWHERE = 1;

    private final NodeHeap heap = new NodeHeap();
    private final int[] stateOf = new int[NODES];

    /** As nodes that are full: they come and go while no demand looks for the lowest of them. */
    @Test
    void nodesThatComeAgainAndAgainTakeNoMoreRoomThanOnce() {
        Arrays.fill(stateOf, ELSEWHERE);
        for (int i = 0; i < 100_000; i++) {
            come(i % NODES);
            stateOf[(i + NODES / 2) % NODES] = ELSEWHERE;
        }
        assertThat(heap.room()).isLessThanOrEqualTo(4 * NODES);
    }

    @Property(tries = 200, shrinking = ShrinkingMode.OFF, generation = GenerationMode.RANDOMIZED)
    void theFirstIsTheLowestOfThoseThatAreThere(@ForAll long seed) {
        Random random = new Random(seed);
        Arrays.fill(stateOf, ELSEWHERE);
        TreeSet<Integer> there = new TreeSet<>();
        for (int i = 0; i < 500; i++) {
            int node = random.nextInt(NODES);
            if (there.remove(node)) {
                stateOf[node] = ELSEWHERE;
            } else {
                there.add(node);
                come(node);
            }
            if (!there.isEmpty() && random.nextInt(4) == 0) {
                assertThat(heap.first(HERE, stateOf)).isEqualTo(there.first());
            }
        }
    }

    private void come(int node) {
        heap.add(node, HERE, stateOf);
        stateOf[node] = HERE;
    }
}
