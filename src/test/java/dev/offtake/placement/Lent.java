package dev.offtake.placement;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The Spot work of a {@link PlacementWorld}, as it may be evicted. What came later has less to lose. */
final class Lent implements Evictables {
    private final Map<String, List<Guest>> byNode = new HashMap<>();

    /** One gang. */
    record Guest(String name, double cost, Map<String, Map<Shape, Integer>> seats) implements Victim {
        @Override
        public Collection<String> nodes() {
            return seats.keySet();
        }

        @Override
        public Map<Shape, Integer> pods(String node) {
            return seats.getOrDefault(node, Map.of());
        }
    }

    Lent(PlacementWorld world) {
        int age = world.work.size();
        for (Map.Entry<String, PlacementWorld.Work> entry : world.work.entrySet()) {
            PlacementWorld.Work work = entry.getValue();
            age--;
            if (work.claimant().tier() == Tier.SPOT) {
                Map<String, Map<Shape, Integer>> seats = new TreeMap<>();
                for (int i = 0; i < work.gang().podSets().size(); i++) {
                    Shape shape = work.gang().podSets().get(i).shape();
                    work.assignment()
                            .nodes()
                            .get(i)
                            .forEach(on -> seats.computeIfAbsent(on.node(), n -> new HashMap<>())
                                    .merge(shape, on.pods(), Integer::sum));
                }
                Guest guest =
                        new Guest(entry.getKey(), (1.0 + age) * work.gang().gpus(), seats);
                seats.keySet()
                        .forEach(node -> byNode.computeIfAbsent(node, n -> new ArrayList<>())
                                .add(guest));
            }
        }
    }

    @Override
    public List<Guest> on(String node) {
        return byNode.getOrDefault(node, List.of());
    }
}
