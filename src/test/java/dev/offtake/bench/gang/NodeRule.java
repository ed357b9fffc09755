package dev.offtake.bench.gang;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** First fit, best fit ("pack") and "topo" of packing-benchmark.md §B.5, with the least wasteful victims. */
final class NodeRule implements PlaceRule {
    private final Instance instance;
    private final GangState state;
    private final GangTopology topology;
    private final Kind kind;

    enum Kind {
        FIRST_FIT,
        BEST_FIT,
        TOPO
    }

    NodeRule(Instance instance, GangState state, Kind kind) {
        this.instance = instance;
        this.state = state;
        this.kind = kind;
        topology = instance.topology();
    }

    @Override
    public @Nullable Place free(Instance.Job job) {
        int[] nodes = job.isWholeNodes() ? wholeNodes(job) : oneNode(job);
        return nodes == null ? null : new Place(nodes, List.of());
    }

    private int @Nullable [] oneNode(Instance.Job job) {
        int best = -1;
        for (int n = 0; n < topology.nodes(); n++) {
            if (state.free(n) >= job.gpus() && (best < 0 || isBetter(n, best))) {
                best = n;
            }
        }
        return best < 0 ? null : new int[] {best};
    }

    private boolean isBetter(int a, int b) {
        if (kind == Kind.FIRST_FIT) {
            return false;
        }
        if (state.free(a) != state.free(b) || kind == Kind.BEST_FIT) {
            return state.free(a) < state.free(b);
        }
        for (int l = Instance.NVLINK; l <= Instance.RACK; l++) {
            int byWhole = whole(l, a) - whole(l, b);
            if (byWhole != 0) {
                return byWhole < 0;
            }
        }
        return false;
    }

    private int whole(int level, int node) {
        return state.wholeNodes(level, topology.cellOf(level, node));
    }

    private int @Nullable [] wholeNodes(Instance.Job job) {
        int lowest = kind == Kind.TOPO ? Instance.NVLINK : job.required();
        for (int l = lowest; l <= job.required(); l++) {
            int best = -1;
            for (int c = 0; c < topology.cells(l); c++) {
                int whole = state.wholeNodes(l, c);
                if (whole >= job.nodes()
                        && (best < 0 || (kind != Kind.FIRST_FIT && whole < state.wholeNodes(l, best)))) {
                    best = c;
                }
            }
            if (best >= 0) {
                return inside(job, l, best);
            }
        }
        return null;
    }

    private int[] inside(Instance.Job job, int level, int cell) {
        IntStream whole =
                IntStream.range(0, topology.nodes()).filter(n -> topology.cellOf(level, n) == cell && state.isWhole(n));
        if (kind != Kind.TOPO) {
            return whole.limit(job.nodes()).toArray();
        }
        List<Integer> racks = new ArrayList<>();
        int[] candidates = whole.toArray();
        IntStream.of(candidates)
                .map(n -> topology.cellOf(Instance.RACK, n))
                .distinct()
                .forEach(racks::add);
        List<Integer> chosen = new ArrayList<>();
        while (chosen.size() < job.nodes()) {
            int left = job.nodes() - chosen.size();
            // The tightest rack that holds the rest, else the one with most.
            int rack = racks.stream()
                    .min(Comparator.comparingInt(r -> {
                        int w = state.wholeNodes(Instance.RACK, r);
                        return w >= left ? w : 1000 - w;
                    }))
                    .orElseThrow();
            racks.remove((Integer) rack);
            IntStream.of(candidates)
                    .filter(n -> topology.cellOf(Instance.RACK, n) == rack)
                    .boxed()
                    .sorted(Comparator.comparingInt((Integer n) -> -whole(Instance.NVLINK, n)))
                    .limit(left)
                    .forEach(chosen::add);
        }
        return chosen.stream().mapToInt(n -> n).sorted().toArray();
    }

    @Override
    public @Nullable Place reclaimed(Instance.Job job, Cluster cluster) {
        return job.isWholeNodes() ? reclaimedNodes(job, cluster) : reclaimedNode(job, cluster);
    }

    private double cost(Instance.Job job, Cluster cluster) {
        return job.gpus() * cluster.secondsPerGpu(job.id());
    }

    private List<Instance.Job> lentOn(int node) {
        return IntStream.range(0, state.gangsOn(node))
                .map(i -> state.gangOn(node, i))
                .filter(state::isLent)
                .mapToObj(instance.jobs()::get)
                .toList();
    }

    private @Nullable Place reclaimedNode(Instance.Job job, Cluster cluster) {
        Place best = null;
        double least = Double.POSITIVE_INFINITY;
        for (int n = 0; n < topology.nodes(); n++) {
            List<Instance.Job> lent = new ArrayList<>(lentOn(n));
            lent.sort(Comparator.comparingDouble(j -> cost(j, cluster)));
            List<Instance.Job> victims = new ArrayList<>();
            int freed = state.free(n);
            double sum = 0;
            for (int i = 0; i < lent.size() && freed < job.gpus(); i++) {
                victims.add(lent.get(i));
                freed += state.gpusPerNode(lent.get(i).id());
                sum += cost(lent.get(i), cluster);
            }
            if (freed >= job.gpus() && sum < least) {
                least = sum;
                best = new Place(new int[] {n}, victims);
            }
        }
        return best;
    }

    private @Nullable Place reclaimedNodes(Instance.Job job, Cluster cluster) {
        Place best = null;
        double least = Double.POSITIVE_INFINITY;
        for (int c = 0; c < topology.cells(job.required()); c++) {
            if (state.openNodes(job.required(), c) < job.nodes()) {
                continue;
            }
            int cell = c;
            List<Integer> open = new ArrayList<>(IntStream.range(0, topology.nodes())
                    .filter(n -> topology.cellOf(job.required(), n) == cell && state.isOpen(n))
                    .boxed()
                    .toList());
            Set<Instance.Job> victims = new LinkedHashSet<>();
            List<Integer> chosen = new ArrayList<>();
            double sum = 0;
            while (chosen.size() < job.nodes()) {
                int bestNode = -1;
                double bestCost = Double.POSITIVE_INFINITY;
                for (int n : open) {
                    double cost = 0;
                    for (Instance.Job victim : lentOn(n)) {
                        cost += victims.contains(victim) ? 0 : cost(victim, cluster);
                    }
                    if (cost < bestCost) {
                        bestCost = cost;
                        bestNode = n;
                    }
                }
                sum += bestCost;
                victims.addAll(lentOn(bestNode));
                chosen.add(bestNode);
                open.remove((Integer) bestNode);
            }
            if (sum < least) {
                least = sum;
                best = new Place(chosen.stream().mapToInt(n -> n).sorted().toArray(), new ArrayList<>(victims));
            }
        }
        return best;
    }
}
