package dev.offtake.bench.proof;

import dev.offtake.fleet.Level;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.Pool;
import dev.offtake.fleet.ProductKey;
import dev.offtake.placement.Account;
import dev.offtake.placement.Assignment;
import dev.offtake.placement.Claimant;
import dev.offtake.placement.Cluster;
import dev.offtake.placement.Evictables;
import dev.offtake.placement.Outcome;
import dev.offtake.placement.Placer;
import dev.offtake.placement.Shape;
import dev.offtake.placement.Tier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The allocator of production. */
final class Ours implements Allocator {
    private final Cluster cluster = new Cluster();
    private final Placer placer = new Placer(cluster);
    private final List<Guest> guests = new ArrayList<>();
    private int lent;

    /**
     * Lent work, all of which may be evicted at any time.
     *
     * @param number tells it from others that are alike
     */
    private record Guest(int number, double cost, Claimant claimant, Shape shape, Map<String, Integer> seats)
            implements Evictables.Victim {
        @Override
        public Collection<String> nodes() {
            return seats.keySet();
        }

        @Override
        public Map<Shape, Integer> pods(String node) {
            Integer pods = seats.get(node);
            return pods == null ? Map.of() : Map.of(shape, pods);
        }
    }

    Ours(Trees.Sold sold) {
        Tree tree = sold.tree();
        List<Level> levels = new ArrayList<>();
        for (int l = 0; l < tree.keyed; l++) {
            String name = tree.units.get(l);
            levels.add(Level.keyed(
                    name, List.of(name), sold.nodes().get(l), sold.spareNodes().get(l)));
        }
        if (tree.units.contains("half")) {
            levels.add(Level.split("half", tree.size("half")));
        }
        cluster.putPool(new Pool(
                "east",
                "h100",
                List.of(),
                List.of(new ProductKey("product", List.of("east"))),
                Wish.RESOURCE,
                tree.gpusPerNode,
                levels,
                List.of(),
                List.of()));
        tree.machines.values().forEach(this::changed);
        cluster.setAccounts(tree.deals.values().stream()
                .map(d -> new Account(d.account(), "h100", d.unit(), d.committed(), d.onDemand(), d.lends()))
                .toList());
    }

    @Override
    public void changed(Machine machine) {
        Map<String, String> labels = new HashMap<>(Map.of("product", "east"));
        machine.path.stream().skip(1).forEach(c -> labels.put(c.level, c.name));
        cluster.putNode(new NodeFacts(
                machine.name,
                "uid-" + machine.name,
                labels,
                List.of(),
                machine.up,
                false,
                Map.of(),
                Map.of(
                        Wish.RESOURCE,
                        (long) machine.gpus,
                        Shape.CPU,
                        machine.sold * Wish.CPU_OF_GPU,
                        Shape.MEMORY,
                        machine.sold * Gang.GIB_OF_GPU << 30,
                        Shape.PODS,
                        110L)));
    }

    @Override
    public Optional<Map<String, Integer>> claim(Wish wish) {
        return place(wish, Tier.RESERVED);
    }

    @Override
    public Optional<Map<String, Integer>> onDemand(Wish wish) {
        return place(wish, Tier.ON_DEMAND);
    }

    private Optional<Map<String, Integer>> place(Wish wish, Tier tier) {
        Evictables evictables =
                node -> guests.stream().filter(g -> g.seats().containsKey(node)).toList();
        Outcome outcome = placer.place(wish.demand(), new Claimant(wish.account(), tier), 0, evictables);
        if (outcome instanceof Outcome.Placed placed) {
            for (Evictables.Victim victim : placed.victims()) {
                Guest guest = (Guest) victim;
                guests.remove(guest);
                seat(guest.claimant(), guest.shape(), guest.seats(), -1);
            }
            return Optional.of(pods(placed.assignment()));
        }
        return Optional.empty();
    }

    /** Places a gang where it is idle; pods by node for each of its pod sets. */
    Optional<List<Map<String, Integer>>> place(Gang gang) {
        Tier tier = gang.onDemand() ? Tier.ON_DEMAND : Tier.RESERVED;
        Outcome outcome = placer.place(gang.demand(), new Claimant(gang.account(), tier), 0);
        if (outcome instanceof Outcome.Placed placed) {
            List<Map<String, Integer>> pods = new ArrayList<>();
            for (List<Assignment.NodePods> ofPodSet : placed.assignment().nodes()) {
                Map<String, Integer> on = new TreeMap<>();
                ofPodSet.forEach(n -> on.merge(n.node(), n.pods(), Integer::sum));
                pods.add(on);
            }
            return Optional.of(pods);
        }
        return Optional.empty();
    }

    /** A gang that was placed is gone. */
    void release(Gang gang, List<Map<String, Integer>> pods) {
        Claimant claimant = new Claimant(gang.account(), gang.onDemand() ? Tier.ON_DEMAND : Tier.RESERVED);
        for (int i = 0; i < pods.size(); i++) {
            seat(claimant, gang.podSets().get(i).shape(), pods.get(i), -1);
        }
    }

    private static Map<String, Integer> pods(Assignment assignment) {
        Map<String, Integer> pods = new TreeMap<>();
        assignment.nodes().forEach(s -> s.forEach(on -> pods.merge(on.node(), on.pods(), Integer::sum)));
        return pods;
    }

    @Override
    public void lend(Wish wish) {
        Claimant claimant = new Claimant(wish.account(), Tier.SPOT);
        if (placer.place(wish.demand(), claimant, 0) instanceof Outcome.Placed placed) {
            lent++;
            guests.add(
                    new Guest(lent, 1.0 + lent % 7 * wish.pods(), claimant, wish.shape(), pods(placed.assignment())));
        }
    }

    @Override
    public void release(Wish wish, boolean reserved, Map<String, Integer> pods) {
        seat(new Claimant(wish.account(), reserved ? Tier.RESERVED : Tier.ON_DEMAND), wish.shape(), pods, -1);
    }

    private void seat(Claimant claimant, Shape shape, Map<String, Integer> pods, int sign) {
        pods.forEach((node, count) -> cluster.seat(node, claimant, shape, sign * count));
    }
}
