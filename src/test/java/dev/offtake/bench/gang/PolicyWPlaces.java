package dev.offtake.bench.gang;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Where policy W puts a job: the cheapest place by its prices, in seconds of a GPU. */
final class PolicyWPlaces {
    /** What each GPU of a victim costs beside the work that it loses. */
    private static final int EVICTED = 600;
    /** What it costs to leave fewer free nodes together. */
    private static final int SHAPE = 800;

    private static final int PER_RACK = 600;
    private static final int PER_DOMAIN = 100;
    private static final int LEAVES_PREFERRED = 600;
    private static final int[] NOBODY = {-1};

    private final Instance instance;
    private final GangState state;
    private final GangTopology topology;

    /**
     * Who asks.
     *
     * @param claim how much it costs to take nodes without in-quota work that in-quota work may want whole, 0 to 1
     * @param racks that it may span
     * @param outermost the level of which one cell has to hold it
     */
    record Ask(Instance.Job job, double claim, int racks, int outermost) {
        static Ask inQuota(Instance.Job job) {
            return new Ask(job, 1, Integer.MAX_VALUE, job.required());
        }

        static Ask borrowed(Instance.Job job, int racks, int outermost) {
            return new Ask(job, job.guaranteed() ? 0.5 : 0, racks, outermost);
        }
    }

    private record Priced(PlaceRule.Place place, double cost) {}

    /** The part of a rack that costs least for each of its nodes. */
    private record Part(int rack, List<Integer> nodes, double shape, double perNode) {}

    PolicyWPlaces(Instance instance, GangState state) {
        this.instance = instance;
        this.state = state;
        topology = instance.topology();
    }

    PlaceRule.@Nullable Place free(Ask ask) {
        return ask.job().isWholeNodes() ? wholeNodes(ask, null) : oneNode(ask, null);
    }

    PlaceRule.@Nullable Place reclaimed(Ask ask, EvictionCost losses) {
        return ask.job().isWholeNodes() ? wholeNodes(ask, losses) : oneNode(ask, losses);
    }

    private static double rackValue(int nodes) {
        return nodes * nodes / 8.0;
    }

    private static double domainValue(int nodes) {
        return nodes * nodes / 4.0;
    }

    private double cost(int gang, EvictionCost losses) {
        return instance.jobs().get(gang).gpus() * (losses.secondsPerGpu(gang) + EVICTED);
    }

    private List<Integer> lentOn(int node) {
        return IntStream.range(0, state.gangsOn(node))
                .map(i -> state.gangOn(node, i))
                .filter(state::isLent)
                .boxed()
                .toList();
    }

    private PlaceRule.@Nullable Place oneNode(Ask ask, @Nullable EvictionCost losses) {
        PlaceRule.Place best = null;
        double least = Double.POSITIVE_INFINITY;
        for (int n = 0; n < topology.nodes(); n++) {
            List<Integer> victims =
                    losses == null ? List.of() : victims(n, ask.job().gpus(), losses);
            int free = state.free(n);
            double lost = 0;
            for (int victim : victims) {
                free += state.gpusPerNode(victim);
                lost += losses == null ? 0 : cost(victim, losses);
            }
            // Where anybody has to go, that decides.
            double price = lost * 1000 + tightness(n, free - ask.job().gpus(), ask.claim());
            if (free >= ask.job().gpus() && price < least) {
                least = price;
                best = new PlaceRule.Place(
                        new int[] {n},
                        victims.stream().map(instance.jobs()::get).toList());
            }
        }
        return best;
    }

    private double tightness(int n, int left, double claim) {
        int rack = topology.cellOf(Instance.RACK, n);
        double price = left
                + (state.isWhole(n) ? 2 : 0)
                + 0.01 * state.wholeNodes(Instance.NVLINK, topology.cellOf(Instance.NVLINK, n))
                + 0.0001 * state.wholeNodes(Instance.RACK, rack)
                + 0.02 * state.wholeNodes(Instance.BLOCK, topology.cellOf(Instance.BLOCK, n));
        return state.isOpen(n) ? price + claim * opened(rack, 1) : price;
    }

    /** What is lost of a rack's nodes without in-quota work. */
    private double opened(int rack, int nodes) {
        int open = state.openNodes(Instance.RACK, rack);
        return rackValue(open) - rackValue(open - nodes) + (open == Instance.NODES_PER_RACK ? 2 : 0);
    }

    /** The cheapest borrowers on a node with whom it has so many GPUs; nobody where that is in vain. */
    private List<Integer> victims(int n, int gpus, EvictionCost losses) {
        List<Integer> lent = lentOn(n);
        List<Integer> best = List.of();
        double least = Double.POSITIVE_INFINITY;
        for (int subset = 0; subset < 1 << lent.size(); subset++) {
            List<Integer> victims = new ArrayList<>();
            int free = state.free(n);
            double lost = 0;
            for (int i = 0; i < lent.size(); i++) {
                if ((subset >> i & 1) != 0) {
                    victims.add(lent.get(i));
                    free += state.gpusPerNode(lent.get(i));
                    lost += cost(lent.get(i), losses);
                }
            }
            if (free >= gpus && lost < least) {
                least = lost;
                best = victims;
            }
        }
        return best;
    }

    /** Each cell up to the outermost level is tried, with nobody and with each borrower on several nodes as the first victim. */
    private PlaceRule.@Nullable Place wholeNodes(Ask ask, @Nullable EvictionCost losses) {
        int[] firstVictims = losses == null
                ? NOBODY
                : IntStream.range(-1, state.gangBound())
                        .filter(g -> g < 0 || (state.isRunning(g) && state.isLent(g) && state.nodesOf(g) > 1))
                        .toArray();
        Priced best = null;
        for (int level = Instance.NVLINK; level <= ask.outermost(); level++) {
            for (int cell = 0; cell < topology.cells(level); cell++) {
                int nodes = losses == null ? state.wholeNodes(level, cell) : state.openNodes(level, cell);
                for (int i = 0; i < firstVictims.length && nodes >= ask.job().nodes(); i++) {
                    if (firstVictims[i] < 0 || isIn(firstVictims[i], level, cell)) {
                        Priced priced = inCell(ask, losses, level, cell, firstVictims[i]);
                        best = priced != null && (best == null || priced.cost() < best.cost()) ? priced : best;
                    }
                }
            }
        }
        return best == null ? null : best.place();
    }

    private boolean isIn(int gang, int level, int cell) {
        return IntStream.range(0, state.nodesOf(gang))
                .anyMatch(i -> topology.cellOf(level, state.nodeOf(gang, i)) == cell);
    }

    /** One rack after the other, each time that part of one which costs least for each node. */
    private @Nullable Priced inCell(Ask ask, @Nullable EvictionCost losses, int level, int cell, int firstVictim) {
        Map<Integer, Map<Integer, List<Integer>>> racks = candidates(level, cell, losses != null);
        Map<Integer, Integer> nodesOfGangs = new HashMap<>();
        racks.values()
                .forEach(domains -> domains.values()
                        .forEach(nodes ->
                                nodes.forEach(n -> lentOn(n).forEach(g -> nodesOfGangs.merge(g, 1, Integer::sum)))));
        Set<Integer> going = new HashSet<>();
        going.add(firstVictim);
        Set<Integer> chosen = new LinkedHashSet<>();
        double cost = 0;
        int racksLeft = ask.racks();
        while (chosen.size() < ask.job().nodes()) {
            Part best = null;
            for (Map.Entry<Integer, Map<Integer, List<Integer>>> rack : racks.entrySet()) {
                int others =
                        racksLeft == Integer.MAX_VALUE ? topology.nodes() : most(racks, rack.getKey(), racksLeft - 1);
                Map<Integer, Double> shares = new HashMap<>();
                rack.getValue()
                        .values()
                        .forEach(nodes -> nodes.forEach(
                                n -> shares.put(n, losses == null ? 0 : share(n, going, nodesOfGangs, losses))));
                Part part = part(
                        ask, rack.getKey(), rack.getValue(), ask.job().nodes() - chosen.size(), others, going, shares);
                best = part != null && (best == null || part.perNode() < best.perNode()) ? part : best;
            }
            if (best == null || racksLeft == 0) {
                return null;
            }
            racks.remove(best.rack());
            chosen.addAll(best.nodes());
            best.nodes().forEach(n -> going.addAll(lentOn(n)));
            cost += best.shape();
            racksLeft -= racksLeft == Integer.MAX_VALUE ? 0 : 1;
        }
        Set<Integer> victims = new LinkedHashSet<>();
        if (losses != null) {
            chosen.forEach(n -> victims.addAll(lentOn(n)));
            cost += victims.stream().mapToDouble(v -> cost(v, losses)).sum();
        }
        long preferred = chosen.stream()
                .map(n -> topology.cellOf(ask.job().preferred(), n))
                .distinct()
                .count();
        cost += preferred > 1 ? LEAVES_PREFERRED * ask.job().gpus() : 0;
        return new Priced(
                new PlaceRule.Place(
                        chosen.stream().mapToInt(n -> n).sorted().toArray(),
                        victims.stream().map(instance.jobs()::get).toList()),
                cost);
    }

    /** Nodes that may be taken as wholes, by rack and domain. */
    private Map<Integer, Map<Integer, List<Integer>>> candidates(int level, int cell, boolean reclaims) {
        Map<Integer, Map<Integer, List<Integer>>> racks = new HashMap<>();
        for (int n = 0; n < topology.nodes(); n++) {
            if (topology.cellOf(level, n) == cell && (reclaims ? state.isOpen(n) : state.isWhole(n))) {
                racks.computeIfAbsent(topology.cellOf(Instance.RACK, n), r -> new HashMap<>())
                        .computeIfAbsent(topology.cellOf(Instance.NVLINK, n), d -> new ArrayList<>())
                        .add(n);
            }
        }
        return racks;
    }

    /** Nodes that so many other racks have at the most. */
    private static int most(Map<Integer, Map<Integer, List<Integer>>> racks, int but, int count) {
        return racks.entrySet().stream()
                .filter(rack -> rack.getKey() != but)
                .map(rack ->
                        rack.getValue().values().stream().mapToInt(List::size).sum())
                .sorted(Comparator.reverseOrder())
                .limit(Math.max(0, count))
                .mapToInt(n -> n)
                .sum();
    }

    /** What a node costs of those on it who do not go yet: of a gang its part of all nodes that it would leave. */
    private double share(int n, Set<Integer> going, Map<Integer, Integer> nodesOfGangs, EvictionCost losses) {
        return lentOn(n).stream()
                .filter(g -> !going.contains(g))
                .mapToDouble(g -> cost(g, losses) / nodesOfGangs.getOrDefault(g, 1))
                .sum();
    }

    /** The cheapest part of a rack that leaves no more to others than they have. */
    private @Nullable Part part(
            Ask ask,
            int rack,
            Map<Integer, List<Integer>> domains,
            int left,
            int others,
            Set<Integer> going,
            Map<Integer, Double> shares) {
        List<List<Integer>> byDomain = new ArrayList<>();
        domains.values()
                .forEach(nodes -> byDomain.add(nodes.stream()
                        .sorted(Comparator.comparingDouble(shares::get))
                        .toList()));
        List<Integer> first = byDomain.get(0);
        List<Integer> second = byDomain.size() > 1 ? byDomain.get(1) : List.of();
        int free = free(first, going) + free(second, going);
        double perRack = PER_RACK * (double) ask.job().gpus() / ceil(ask.job().nodes(), Instance.NODES_PER_RACK);
        double perDomain =
                PER_DOMAIN * (double) ask.job().gpus() / ceil(ask.job().nodes(), Instance.NODES_PER_DOMAIN);
        Part best = null;
        for (int a = 0; a <= first.size(); a++) {
            for (int b = 0; b <= second.size(); b++) {
                int count = a + b;
                if (count == 0 || count > left || left - count > others) {
                    continue;
                }
                List<Integer> nodes = new ArrayList<>(first.subList(0, a));
                nodes.addAll(second.subList(0, b));
                double domainsLost = lost(first, a, going) + lost(second, b, going);
                double racksLost = rackValue(free) - rackValue(free - free(nodes, going));
                double shape = SHAPE * (racksLost + 0.3 * domainsLost)
                        + perRack
                        + perDomain * ((a > 0 ? 1 : 0) + (b > 0 ? 1 : 0))
                        + 8 * 1000 * ask.claim() * opened(rack, count);
                double perNode =
                        (shape + nodes.stream().mapToDouble(shares::get).sum()) / count;
                if (best == null
                        || perNode < best.perNode()
                        || (perNode == best.perNode() && count > best.nodes().size())) {
                    best = new Part(rack, nodes, shape, perNode);
                }
            }
        }
        return best;
    }

    private double lost(List<Integer> domain, int taken, Set<Integer> going) {
        int free = free(domain, going);
        return domainValue(free) - domainValue(free - free(domain.subList(0, taken), going));
    }

    /** How many of these nodes are free, or will be. */
    private int free(List<Integer> nodes, Set<Integer> going) {
        int count = 0;
        for (int n : nodes) {
            int free = state.free(n);
            for (int gang : lentOn(n)) {
                free += going.contains(gang) ? state.gpusPerNode(gang) : 0;
            }
            count += free == Instance.GPUS_PER_NODE ? 1 : 0;
        }
        return count;
    }

    private static int ceil(int nodes, int size) {
        return (nodes + size - 1) / size;
    }
}
