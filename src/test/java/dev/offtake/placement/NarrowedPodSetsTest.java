package dev.offtake.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A leader and its workers that accept different nodes have a place just if there is one, whatever they draw on: each way to
 * put them on the nodes of small worlds is tried.
 */
class NarrowedPodSetsTest {
    private static final int GPUS = 4;
    private static final int WORLDS = 400;

    /** A gang of two pod sets, and the nodes that each accepts. */
    private record Wish(GangDemand gang, List<List<String>> accepted) {}

    @ParameterizedTest
    @EnumSource(Tier.class)
    void theyHaveAPlaceJustIfThereIsOne(Tier tier) {
        int placed = 0;
        for (int seed = 0; seed < WORLDS; seed++) {
            Random random = new Random(seed * 0x9E37_79B9_7F4A_7C15L);
            PlacementWorld world = world(random, tier);
            Wish wish = wish(random, List.copyOf(world.nodes.keySet()), "leader", "workers");
            Map<String, Integer> free = free(world, tier);
            Outcome outcome = world.place("gang", new Claimant("acme", tier), wish.gang(), 0);
            assertThat(outcome instanceof Outcome.Placed)
                    .as("world %d, free %s, %s: %s", seed, free, wish, outcome)
                    .isEqualTo(new Exhaustive(wish, free).holds());
            placed += outcome instanceof Outcome.Placed ? 1 : 0;
        }
        assertThat(placed).isBetween(WORLDS / 4, WORLDS * 3 / 4);
    }

    /** Of three it is not known beforehand which nodes they have to leave each other, but nearly all have a place. */
    @Test
    void threeHaveAPlaceInWhicheverOrderTheyFit() {
        int fit = 0;
        int missed = 0;
        for (int seed = 0; seed < 3 * WORLDS; seed++) {
            Random random = new Random(seed * 0x9E37_79B9_7F4A_7C15L);
            PlacementWorld world = world(random, Tier.ON_DEMAND);
            Wish wish = wish(random, List.copyOf(world.nodes.keySet()), "leader", "workers", "evaluator");
            boolean fits = new Exhaustive(wish, free(world, Tier.ON_DEMAND)).holds();
            Outcome outcome = world.place("gang", PlacementWorld.onDemand("acme"), wish.gang(), 0);
            assertThat(outcome instanceof Outcome.Placed && !fits)
                    .as("world %d: %s", seed, outcome)
                    .isFalse();
            fit += fits ? 1 : 0;
            missed += fits && outcome instanceof Outcome.Refused ? 1 : 0;
        }
        assertThat(missed).isBetween(0, fit / 200);
    }

    /** The evaluator would take the node that the leader needs, and the leader one of the workers. */
    @Test
    void anOrderIsFoundInWhichTheSetThatAcceptsMostNodesIsInTheMiddle() {
        PlacementWorld world = new PlacementWorld(Site.site().trays(4).gpus(GPUS));
        world.account("acme", "gpu", 0, 16);
        world.occupy("stranger", "r0-n3", Ask.pod().gpus(GPUS));
        GangDemand gang = new GangDemand(
                Site.RESOURCE,
                List.of(
                        Ask.pods(3)
                                .gpus(2)
                                .onNodes(List.of("r0-n0", "r0-n2", "r0-n3"))
                                .podSet("workers"),
                        Ask.pod().gpus(3).podSet("leader"),
                        Ask.pod().gpus(2).onNodes(List.of("r0-n1", "r0-n2")).podSet("evaluator")),
                Optional.empty(),
                Optional.empty(),
                Set.of());

        assertThat(world.placed("gang", PlacementWorld.onDemand("acme"), gang)).containsEntry("r0-n1", 1);
    }

    /** Workers that may lie anywhere in the rack leave the leader the only node that it accepts, or it costs another rack. */
    @Test
    void othersGoOnlyWhereThereIsNoRoomBesideThem() {
        PlacementWorld world = new PlacementWorld(Site.site().racks(2).trays(3).gpus(GPUS));
        world.account("acme", "gpu", 24, 0);
        for (String node : List.of("r0-n0", "r0-n1", "r0-n2")) {
            world.placed(
                    "dear " + node,
                    PlacementWorld.spot("acme"),
                    Ask.pod().gpus(GPUS).onNodes(List.of(node)));
        }
        world.placed("cheap", PlacementWorld.spot("acme"), Ask.pod().gpus(1).onNodes(List.of("r1-n0")));
        Ask leader = Ask.pod().gpus(3).onNodes(List.of("r0-n0", "r1-n1"));
        world.placed(
                "gang",
                PlacementWorld.reserved("acme"),
                Ask.pods(2).gpus(GPUS).within("rack").with(leader));
        assertThat(world.evictions).containsExactly("cheap");
    }

    /** One or two racks in which something runs; much of it is lent if owners ask. */
    private static PlacementWorld world(Random random, Tier tier) {
        int racks = 1 + random.nextInt(2);
        int trays = 2 + random.nextInt(2);
        PlacementWorld world =
                new PlacementWorld(Site.site().racks(racks).trays(trays).gpus(GPUS));
        int all = racks * trays * GPUS;
        world.account("acme", "gpu", 0, all);
        for (String node : world.nodes.keySet()) {
            int left = random.nextInt(3) == 0 ? random.nextInt(GPUS + 1) : 0;
            while (left > 0) {
                int gpus = 1 + random.nextInt(left);
                Tier of = tier == Tier.RESERVED && random.nextInt(3) > 0 ? Tier.SPOT : Tier.ON_DEMAND;
                world.placed(
                        node + left,
                        new Claimant("acme", of),
                        Ask.pod().gpus(gpus).onNodes(List.of(node)));
                left -= gpus;
            }
        }
        world.account("acme", "gpu", tier == Tier.RESERVED ? all : 0, all);
        return world;
    }

    private static Wish wish(Random random, List<String> nodes, String... names) {
        List<GangDemand.PodSet> podSets = new ArrayList<>();
        List<List<String>> accepted = new ArrayList<>();
        for (String name : names) {
            List<String> some = new ArrayList<>(nodes);
            if (random.nextInt(3) > 0) {
                some.removeIf(node -> random.nextInt(2) == 0);
            }
            Ask pods = Ask.pods(1 + random.nextInt(3)).gpus(1 + random.nextInt(GPUS));
            podSets.add(pods.onNodes(some).podSet(name));
            accepted.add(some);
        }
        Optional<String> required = random.nextInt(3) == 0 ? Optional.of("rack") : Optional.empty();
        Optional<String> preferred = random.nextInt(3) == 0 ? Optional.of("rack") : Optional.empty();
        return new Wish(new GangDemand(Site.RESOURCE, podSets, required, preferred, Set.of()), accepted);
    }

    /** What nobody has, or may not keep from an owner, by node. */
    private static Map<String, Integer> free(PlacementWorld world, Tier tier) {
        Map<String, Integer> free = new TreeMap<>();
        world.nodes.keySet().forEach(node -> free.put(node, GPUS));
        for (PlacementWorld.Work work : world.work.values()) {
            if (tier != Tier.RESERVED || work.claimant().tier() != Tier.SPOT) {
                int gpus = work.gang().podSets().get(0).shape().gpus();
                work.assignment().nodes().get(0).forEach(on -> free.merge(on.node(), -gpus, Integer::sum));
            }
        }
        return free;
    }

    /** Tries each node for each pod. */
    private static final class Exhaustive {
        private final Wish wish;
        private final Map<String, Integer> free;
        private final Set<String> seen = new HashSet<>();

        Exhaustive(Wish wish, Map<String, Integer> free) {
            this.wish = wish;
            this.free = new TreeMap<>(free);
        }

        boolean holds() {
            return holds(0, wish.gang().podSets().get(0).count(), "");
        }

        /** Whether so many pods of a pod set have a place beside those before, and all after them. */
        private boolean holds(int podSet, int left, String rack) {
            if (left == 0) {
                int next = podSet + 1;
                return next == wish.gang().podSets().size()
                        || holds(next, wish.gang().podSets().get(next).count(), rack);
            }
            if (!seen.add(podSet + " " + left + rack + free)) {
                return false;
            }
            int gpus = wish.gang().podSets().get(podSet).shape().gpus();
            for (String node : wish.accepted().get(podSet)) {
                String in = wish.gang().required().isPresent() ? node.substring(0, node.indexOf('-')) : "";
                if (free.get(node) >= gpus && (rack.isEmpty() || in.equals(rack))) {
                    free.merge(node, -gpus, Integer::sum);
                    boolean holds = holds(podSet, left - 1, in);
                    free.merge(node, gpus, Integer::sum);
                    if (holds) {
                        return true;
                    }
                }
            }
            return false;
        }
    }
}
