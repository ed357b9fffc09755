package dev.offtake.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who goes in any case, and where they are. */
class OustedTest {
    private final PlacementWorld world = new PlacementWorld(Site.nvl72(2));
    private final PoolState pool = world.cluster.pools().iterator().next();
    private final Ousted ousted = new Ousted(pool, node -> world.cluster.number(pool, node));
    private final int rack = pool.levels().nodeDepth() - 1;

    private record Guest(List<Integer> numbers, PoolState pool) implements Evictables.Victim {
        @Override
        public double cost() {
            return 1;
        }

        @Override
        public Collection<String> nodes() {
            return numbers.stream().map(n -> pool.node(n).facts().name()).toList();
        }

        @Override
        public Map<Shape, Integer> pods(String on) {
            return Map.of();
        }
    }

    private Evictables.Victim on(Integer... nodes) {
        return new Guest(List.of(nodes), pool);
    }

    private int nodeOfOtherRackThan(int node) {
        for (int n : pool.nodes()) {
            if (pool.ancestor(rack, n) != pool.ancestor(rack, node)) {
                return n;
            }
        }
        throw new AssertionError("one rack");
    }

    @Test
    void nobodyIsInNoCell() {
        assertThat(ousted.isIn(0, 0)).isFalse();
        assertThat(ousted.isIn(pool.levels().nodeDepth(), 0)).isFalse();
    }

    @Test
    void whoIsAddedIsInTheCellsOfItsNodesUntilItIsTakenBack() {
        int far = nodeOfOtherRackThan(0);
        Evictables.Victim first = on(0);
        Evictables.Victim second = on(0, far);
        ousted.add(List.of(first));
        int mark = ousted.mark();
        ousted.add(List.of(first, second));
        assertThat(ousted.victims()).containsExactlyInAnyOrder(first, second);
        assertThat(ousted.isIn(rack, pool.ancestor(rack, far))).isTrue();
        assertThat(ousted.isIn(pool.levels().nodeDepth(), far)).isTrue();

        ousted.takeBackTo(mark);

        assertThat(ousted.victims()).containsExactly(first);
        assertThat(ousted.isIn(rack, pool.ancestor(rack, far))).isFalse();
        assertThat(ousted.isIn(pool.levels().nodeDepth(), far)).isFalse();
        assertThat(ousted.isIn(pool.levels().nodeDepth(), 0))
                .as("on a node of both")
                .isTrue();
        assertThat(ousted.isIn(rack, pool.ancestor(rack, 0))).isTrue();

        ousted.takeBackTo(0);
        assertThat(ousted.isIn(rack, pool.ancestor(rack, 0))).isFalse();
        assertThat(ousted.isIn(0, 0)).isFalse();
    }
}
