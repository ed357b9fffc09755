package dev.offtake.placement;

import static dev.offtake.placement.Ask.pod;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
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

    /** A pod of an elastic gang, or the gang. */
    private record Elastic(Object gang, double cost, Shape shape, int pods, OptionalInt spare, List<String> nodes)
            implements Evictables.Victim {
        @Override
        public Map<Shape, Integer> pods(String on) {
            return Map.of(shape, pods);
        }
    }

    /** Pods of one GPU on this node, of which so many may go by themselves, and the gang that they are. */
    private List<Evictables.Victim> elastic(int pods, int spare, double costOfPod, double costOfGang) {
        Object gang = new Object();
        Shape shape = pod().gpus(1).cpus(1).shape();
        List<Evictables.Victim> victims = new ArrayList<>();
        for (int i = 0; i < pods; i++) {
            victims.add(new Elastic(gang, costOfPod + i, shape, 1, OptionalInt.of(spare), List.of(node)));
            pool.lend(0, shape, 1);
        }
        victims.add(new Elastic(gang, costOfGang, shape, pods, OptionalInt.empty(), List.of(node)));
        return victims;
    }

    private List<Evictables.Victim> toFit(int gpus, List<Evictables.Victim> there, Set<Evictables.Victim> going) {
        return new NodeVictims(pool, on -> there)
                .toFit(0, pod().gpus(gpus).cpus(1).shape(), 1, going);
    }

    @Test
    void ofAnElasticGangTheCheapestPodsGoAsFarAsItCanSpareThemAndBeyondThatTheGang() {
        List<Evictables.Victim> there = elastic(4, 2, 1, 100);

        assertThat(toFit(1, there, Set.of())).containsExactly(there.get(0));
        assertThat(toFit(2, there, Set.of())).containsExactly(there.get(0), there.get(1));
        assertThat(toFit(3, there, Set.of())).containsExactly(there.get(4));
    }

    @Test
    void whatItSparesElsewhereItCannotSpareHere() {
        List<Evictables.Victim> there = elastic(4, 2, 1, 100);
        Evictables.Victim elsewhere =
                new Elastic(there.get(0).gang(), 1, pod().gpus(1).shape(), 1, OptionalInt.of(2), List.of("elsewhere"));

        assertThat(toFit(1, there, Set.of(elsewhere))).containsExactly(there.get(0));
        assertThat(toFit(2, there, Set.of(elsewhere))).containsExactly(there.get(4));
    }

    @Test
    void aGangThatGoesAsAWholeTakesItsPartsWithItOnceOnly() {
        List<Evictables.Victim> there = elastic(4, 2, 1, 100);
        Evictables.Victim whole = there.get(4);

        assertThat(toFit(4, there, Set.of(whole))).isEmpty();
        assertThat(toFit(4, there, Set.of(there.get(0)))).containsExactly(whole);
        assertThat(new NodeVictims(pool, on -> there.subList(0, 3))
                        .toFit(0, pod().gpus(3).cpus(1).shape(), 1, Set.of()))
                .as("three of four, of which two can be spared")
                .isNull();
    }

    @Test
    void aGangThatIsCheaperThanItsPartsGoesInsteadOfThem() {
        List<Evictables.Victim> there = elastic(4, 4, 10, 15);

        assertThat(toFit(2, there, Set.of())).containsExactly(there.get(4));
    }

    @Test
    void partsThatDoNotFreeEnoughCpuMakeWayForTheGang() {
        List<Evictables.Victim> there = elastic(4, 1, 1, 100);
        Shape wide = pod().gpus(1).cpus(cpus - 1).shape();

        assertThat(new NodeVictims(pool, on -> there).toFit(0, wide, 1, Set.of()))
                .containsExactly(there.get(4));
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

    @Test
    void nobodyGoesForCpuThatADearerOneFreesAnyway() {
        Guest cheap = guest(1, 1, 1);
        Guest wide = guest(5, 1, cpus - 1);

        assertThat(toFit(pod().gpus(1).cpus(cpus / 2).shape(), cheap, wide)).containsExactly(wide);
    }
}
