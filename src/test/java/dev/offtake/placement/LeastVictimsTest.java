package dev.offtake.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Rule 4 in small racks full of lent gangs, which die whole: who claims a place has it just if there is one, nobody goes in
 * vain, and hardly any place loses more than the cheapest set of gangs would with whose GPUs there is room.
 */
class LeastVictimsTest {
    private static final int WORLDS = 300;
    private static final int GPUS = 4;

    private final List<Double> costs = new ArrayList<>();
    private final List<Double> least = new ArrayList<>();

    @Test
    void nobodyGoesInVainAndHardlyMoreThanHaveTo() {
        for (int seed = 0; seed < WORLDS; seed++) {
            play(seed);
        }
        assertThat(least).filteredOn(cost -> cost > 0).hasSizeGreaterThan(WORLDS / 3);
        assertThat(sum(costs)).isBetween(sum(least), sum(least) * 1.02);
    }

    private static double sum(List<Double> costs) {
        return costs.stream().mapToDouble(cost -> cost).sum();
    }

    private void play(int seed) {
        Random random = new Random(seed * 0x9E37_79B9_7F4A_7C15L);
        PlacementWorld world = world(random);
        Ask claim = Ask.pods(1 + random.nextInt(4)).gpus(1 + random.nextInt(GPUS));
        Map<String, Lent.Guest> guests = new TreeMap<>();
        Lent lent = new Lent(world);
        world.nodes.keySet().forEach(node -> lent.on(node).forEach(guest -> guests.put(guest.name(), guest)));
        Map<String, Integer> free = free(world);
        double cheapest = cheapest(List.copyOf(guests.values()), free, claim);
        Outcome outcome = world.place("claim", PlacementWorld.reserved("acme"), claim.demand(), 0);
        assertThat(outcome instanceof Outcome.Placed)
                .as("world %d, %s", seed, outcome)
                .isEqualTo(cheapest < Double.POSITIVE_INFINITY);
        if (outcome instanceof Outcome.Placed) {
            List<Lent.Guest> victims = world.evictions.stream().map(guests::get).toList();
            world.nodesOf("claim").forEach((node, pods) -> free.merge(node, -pods * claim.gpus(), Integer::sum));
            victims.forEach(victim -> leave(victim, free, 1));
            for (Lent.Guest victim : victims) {
                leave(victim, free, -1);
                assertThat(free.values())
                        .as("world %d, GPUs beside %s if %s stayed", seed, claim, victim)
                        .anyMatch(gpus -> gpus < 0);
                leave(victim, free, 1);
            }
            costs.add(victims.stream().mapToDouble(Lent.Guest::cost).sum());
            least.add(cheapest);
        }
    }

    private static PlacementWorld world(Random random) {
        int trays = 3 + random.nextInt(4);
        PlacementWorld world = new PlacementWorld(Site.site().trays(trays).gpus(GPUS));
        world.account("acme", "gpu", 0, trays * GPUS);
        for (int i = 0; i < 8; i++) {
            Ask ask = Ask.pods(1 + random.nextInt(3)).gpus(1 + random.nextInt(GPUS));
            List<String> nodes = new ArrayList<>(world.nodes.keySet());
            nodes.removeIf(node -> random.nextInt(3) == 0);
            Tier tier = random.nextInt(6) == 0 ? Tier.ON_DEMAND : Tier.SPOT;
            world.place(
                    "gang" + i, new Claimant("acme", tier), ask.onNodes(nodes).demand(), 0);
        }
        world.account("acme", "gpu", trays * GPUS, trays * GPUS);
        world.evictions.clear();
        return world;
    }

    private static Map<String, Integer> free(PlacementWorld world) {
        Map<String, Integer> free = new TreeMap<>();
        world.nodes.keySet().forEach(node -> free.put(node, GPUS));
        for (PlacementWorld.Work work : world.work.values()) {
            int gpus = work.gang().podSets().get(0).shape().gpus();
            work.assignment().nodes().get(0).forEach(on -> free.merge(on.node(), -on.pods() * gpus, Integer::sum));
        }
        return free;
    }

    /** Gives back what a gang has, or takes it again where {@code sign} is negative. */
    private static void leave(Lent.Guest guest, Map<String, Integer> free, int sign) {
        guest.seats()
                .forEach((node, pods) ->
                        pods.forEach((shape, count) -> free.merge(node, sign * shape.gpus() * count, Integer::sum)));
    }

    /** What the cheapest of all sets of gangs costs with whose GPUs there is room. */
    private static double cheapest(List<Lent.Guest> guests, Map<String, Integer> free, Ask claim) {
        double cheapest = Double.POSITIVE_INFINITY;
        for (int set = 0; set < 1 << guests.size(); set++) {
            Map<String, Integer> then = new TreeMap<>(free);
            double cost = 0;
            for (int g = 0; g < guests.size(); g++) {
                if ((set >> g) % 2 != 0) {
                    leave(guests.get(g), then, 1);
                    cost += guests.get(g).cost();
                }
            }
            int pods =
                    then.values().stream().mapToInt(gpus -> gpus / claim.gpus()).sum();
            cheapest = pods >= claim.pods() ? Math.min(cheapest, cost) : cheapest;
        }
        return cheapest;
    }
}
