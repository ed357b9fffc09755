package dev.offtake.schedule;

import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.Pool;
import dev.offtake.fleet.ProductKey;
import dev.offtake.fleet.Requirement;
import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What makes the steps in a {@link World} various: two pools of a class, nodes that change, and gangs of all kinds. */
final class Variety {
    private static final String LEADER = "leader";
    /** Label of the nodes of the second pool of the class. */
    private static final String WEST = "h100-west";

    private final World world;
    private int spares;

    Variety(World world) {
        this.world = world;
    }

    /** So many nodes of each rack are spares from now on. */
    void spares(int nodes) {
        spares = nodes;
        world.pool(west());
    }

    /** A second pool of the class, with one rack. */
    void begin() {
        world.pool(west());
        for (int n = 1; n <= 2; n++) {
            world.node(Site.node(WEST, "w1", "w1n" + n));
        }
    }

    private Pool west() {
        Pool like = Site.pool(Site.H100, spares);
        return new Pool(
                "west",
                Site.H100,
                List.of(),
                List.of(new ProductKey("class", List.of(WEST))),
                like.resourceName(),
                like.gpusPerNode(),
                like.levels(),
                List.of(),
                List.of());
    }

    /** Only the nodes of the first pool are left, as they were. */
    void end() {
        List.copyOf(world.nodes.keySet()).forEach(world::removeNode);
        world.pool(Site.pool(Site.H100));
    }

    /** Both have the same spares at any time: no contract sells racks of two sizes. */
    void changePools(int how) {
        switch (how % 3) {
            case 0 -> {
                spares = how / 3 % 2;
                world.pool(Site.pool(Site.H100, spares)).pool(west());
            }
            case 1 -> world.removePool("west");
            default -> begin();
        }
    }

    void change(NodeFacts node, int how) {
        switch (how % 6) {
            case 0 -> label(node, "class", how % 4 < 2 ? Site.H100 : WEST);
            case 1 -> label(node, "rack", List.of("r1", "r2", "w1", "r3").get(how / 6 % 4));
            case 2 -> label(node, "class", "none");
            case 3 -> world.node(node.taints().isEmpty() ? Site.tainted(node, "maintenance") : Site.untainted(node));
            case 4 -> world.node(Site.withGpus(node, how % 4 < 2 ? how / 6 % 8 : 8));
            default -> label(node, "zone", how % 4 < 2 ? "a" : "b");
        }
    }

    private void label(NodeFacts node, String key, String value) {
        world.node(Site.labelled(node, key, value));
    }

    /** The same gang with slices, narrowed, with much CPU, or with a leader. */
    Job of(Job job, Step step) {
        int kind = step.which() / 3;
        Job sliced = kind % 5 == 0 ? slices(job, step) : job;
        Job narrow = kind % 7 == 0 ? sliced.filter(narrow(step.how() / 3)) : sliced;
        Job shaped = kind % 6 == 0 ? narrow.shape(shape(narrow.podSet().shape().gpus(), 40)) : narrow;
        return kind % 3 == 2 ? shaped : shaped.beside(leader(step));
    }

    private static Job slices(Job job, Step step) {
        int pods = 1 + step.how() % 3;
        int slices = Math.max(1, job.podSet().count() / pods);
        boolean elastic = job.podSet().minCount() < job.podSet().count();
        Job whole = job.pods(slices * pods).elasticFrom((elastic ? 1 : slices) * pods);
        return whole.slice(step.how() % 2 == 0 ? "rack" : "node", pods);
    }

    private static GangSpec.PodSet leader(Step step) {
        int count = 1 + step.how() / 5 % 3;
        int least = step.which() % 4 == 0 ? 1 : count;
        return new GangSpec.PodSet(
                LEADER,
                count,
                least,
                shape(1 + step.how() / 11 % 8, step.how() % 4 == 0 ? 30 : 1),
                step.how() % 3 == 0 ? NodeFilter.ANY : narrow(step.how() / 7),
                Optional.empty());
    }

    private static Shape shape(int gpus, int cpus) {
        return new Shape(gpus, Map.of("cpu", 1000L * cpus, "memory", 1L << 30, "pods", 1L));
    }

    private static NodeFilter narrow(int how) {
        return switch (how % 4) {
            case 0 -> in("rack", List.of("r" + (1 + how / 4 % 2)));
            case 1 -> in("zone", List.of("a"));
            default -> {
                List<String> nodes = new ArrayList<>();
                for (int n = 0; n < 1 + how / 4 % 3; n++) {
                    nodes.add("r" + (1 + (how + n) % 2) + "n" + (1 + (how / 2 + n) % 4));
                }
                yield in("kubernetes.io/hostname", nodes);
            }
        };
    }

    private static NodeFilter in(String key, List<String> values) {
        return new NodeFilter(List.of(new Requirement(key, Requirement.Operator.IN, values)), List.of(), List.of());
    }
}
