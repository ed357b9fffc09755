package dev.offtake.placement;

import static dev.offtake.placement.Ask.pod;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who has to go from one node. */
class NodeVictimsTest {
    private final PoolState pool =
            new PlacementWorld(Site.nvl72(1)).cluster.pools().iterator().next();
    private final String node = pool.node(0).facts().name();
    private final int cpus = (int) (pool.resources().free(0, Resources.CPU) / 1000);

    private record Guest(double cost, Shape shape, String node) implements Evictables.Victim {
        @Override
        public Collection<String> nodes() {
            return List.of(node);
        }

        @Override
        public Map<Shape, Integer> pods(String on) {
            return on.equals(node) ? Map.of(shape, 1) : Map.of();
        }
    }

    private Guest guest(double cost, int gpus, int cpusOfIt) {
        Guest guest = new Guest(cost, pod().gpus(gpus).cpus(cpusOfIt).shape(), node);
        pool.lend(0, guest.shape(), 1);
        return guest;
    }

    private List<Evictables.Victim> toFit(Shape shape, Guest... guests) {
        return new NodeVictims(pool, on -> List.of(guests)).toFit(0, shape, 1, Set.of());
    }

    @Test
    void whoLeavesAlreadyFreesWhatItHasOnceOnly() {
        int third = cpus / 3;
        Guest leaves = guest(0, 1, third);
        Guest stays = guest(5, 1, cpus - third);

        assertThat(toFit(pod().gpus(1).cpus(2 * third).shape(), leaves, stays)).containsExactly(leaves, stays);
    }

    @Test
    void theCheapestSetWithEnoughGpusGoes() {
        Guest dear = guest(9, 2, 1);
        Guest one = guest(3, 1, 1);
        Guest other = guest(4, 1, 1);

        assertThat(toFit(pod().gpus(2).cpus(1).shape(), dear, one, other)).containsExactly(one, other);
        assertThat(toFit(pod().gpus(1).cpus(1).shape(), dear, one, other)).containsExactly(one);
    }
}
